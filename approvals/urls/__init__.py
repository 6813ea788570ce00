"""The pages of the applications: one module of addresses for each group of pages."""

from django.urls import URLPattern

from approvals.urls import drafts, lists, reading

# Drafts first: `reading` would take "nuova" for a number.
urlpatterns: list[URLPattern] = [*lists.urlpatterns, *drafts.urlpatterns, *reading.urlpatterns]
