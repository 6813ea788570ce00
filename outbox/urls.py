from django.urls import URLPattern, path

from outbox import views

urlpatterns: list[URLPattern] = [
    path("promises/", views.promises, name="promises"),
    path("promises/<int:pk>/again/", views.promise_again, name="promise-again"),
]
