from django.urls import URLPattern, path

from outbox import views

urlpatterns: list[URLPattern] = [
    path("healthz", views.healthz, name="healthz"),
    path("promises/", views.promises, name="promises"),
    path("promises/again/", views.promises_again, name="promises-again"),
    path("promises/<int:pk>/again/", views.promise_again, name="promise-again"),
]
