from django.urls import URLPattern, path

from accounts import switching, views

urlpatterns: list[URLPattern] = [
    path("lingua/", views.language, name="language"),
    path("ruolo/", switching.act_as, name="act-as"),
    path("profilo/", views.profile, name="profile"),
    path("guida/", views.page, {"name": "help"}, name="help"),
    path("privacy/", views.page, {"name": "privacy"}, name="privacy"),
    path("accessibilita/", views.page, {"name": "accessibility"}, name="accessibility"),
    path("segnala-un-problema/", views.page, {"name": "report_problem"}, name="report-problem"),
]
