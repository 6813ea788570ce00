"""Wiring only: each app names its own pages in its `urls.py`."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic.base import RedirectView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.urls")),
    path("", include("api.clients.urls")),
    path("", include("entrance.urls")),
    path("", include("api.urls")),
    path("", include("approvals.urls")),
    path("", include("catalogue.urls")),
    path("", include("committee.urls")),
    path("", include("documents.urls")),
    path("", include("outbox.urls")),
    path("", include("staff.urls")),
    path("", include("treatments.urls")),
    path("favicon.ico", login_not_required(RedirectView.as_view(url="/static/img/favicon.svg"))),
]

handler400 = "accounts.errors.bad_request"
handler500 = "accounts.errors.server_error"
