"""From where somebody asks: the address of the client and the shape of the device, in a few words."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

# The first that fits: Edge calls itself Chrome, Chrome calls itself Safari; a telephone with Android, Linux.
PROGRAMS = (
    *(("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox")),
    *(("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")),
)
SYSTEMS = (
    *(("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad")),
    *(("Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)
LONGEST_ADDRESS = 45


def whence(request: HttpRequest) -> str:
    """ "10.20.3.4 · Firefox, Windows": never the whole line that the browser sends, which tells one device
    from all others."""
    device = device_of(request.headers.get("User-Agent", ""))
    return " · ".join(part for part in (_shown(client_address(request)), device) if part)


def device_of(said: str) -> str:
    """ "Firefox, Windows": enough to know one's own again."""
    found = (next((name for sign, name in signs if sign in said), "") for signs in (PROGRAMS, SYSTEMS))
    return ", ".join(name for name in found if name)


def client_address(request: HttpRequest) -> str:
    """Who asks; behind our own proxy the last address it noted, which a client cannot choose."""
    if settings.SECURE_PROXY_SSL_HEADER:  # the installation says that it is behind one: BEHIND_PROXY
        noted: str = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
        if noted:
            return noted
    return str(request.META.get("REMOTE_ADDR", ""))


def _shown(address: str) -> str:
    """What is an address; a proxy that notes something else writes nothing into the trail."""
    try:
        return str(ip_address(address))[:LONGEST_ADDRESS]
    except ValueError:
        return ""
