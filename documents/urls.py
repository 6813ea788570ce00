from django.urls import URLPattern, path

from documents import views

urlpatterns: list[URLPattern] = [
    path("verifica/", views.verify, name="verify"),
    path("verifica/file/", views.verify_file, name="verify-file"),
]
