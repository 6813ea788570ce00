from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path

from accounts import views

urlpatterns: list[URLPattern] = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-in/<slug:username>/", views.become, name="become"),
    path("sign-out/", login_not_required(LogoutView.as_view()), name="sign-out"),
    path("session/", views.keep_session, name="keep-session"),
    path("language/", views.language, name="language"),
    path("profile/", views.profile, name="profile"),
    path("help/", views.page, {"name": "help"}, name="help"),
    path("privacy/", views.page, {"name": "privacy"}, name="privacy"),
    path("accessibility/", views.page, {"name": "accessibility"}, name="accessibility"),
    path("report-a-problem/", views.page, {"name": "report_problem"}, name="report-problem"),
]
