from django.urls import URLPattern, path

from treatments import views

urlpatterns: list[URLPattern] = [
    path("scadenze/", views.deadlines, name="deadlines"),
]
