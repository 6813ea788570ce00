"""From where somebody asks."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Who asks; behind our own proxy the last address it noted, which a client cannot choose."""
    if settings.SECURE_PROXY_SSL_HEADER:
        noted: str = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
        if noted:
            return noted
    return str(request.META.get("REMOTE_ADDR", ""))
