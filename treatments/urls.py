from django.urls import URLPattern, path

from treatments.views import deadlines

urlpatterns: list[URLPattern] = [
    path("scadenze/", deadlines.deadlines, name="deadlines"),
]
