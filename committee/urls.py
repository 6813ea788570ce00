"""The pages of the committee's sittings."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
