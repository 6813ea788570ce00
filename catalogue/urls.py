from django.urls import URLPattern, path

from catalogue import views

urlpatterns: list[URLPattern] = [
    path("catalogo/", views.catalogue, name="catalogue"),
    path("catalogo/<slug:edition>/<slug:code>/", views.indication, name="indication"),
]
