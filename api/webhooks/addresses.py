"""Where a webhook may go. An administrator types the address, but the program is the one who calls it, from
inside the hospital's network: so it is asked once more, when the name is known by its numbers.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

# They hide another address, to which a gateway may lead: 6to4, Teredo, NAT64.
HIDING = tuple(ip_network(one) for one in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48"))


class Forbidden(OSError):
    """The address is not one to call. An `OSError`: the outbox shows its sentence, which names no more than a
    host."""


@dataclass(frozen=True)
class Target:
    """An address whose name was looked up: `ip` is called, `host` is who has to answer there."""

    is_https: bool
    host: str
    ip: str
    port: int
    path: str


def why_not(url: str) -> str:
    """What is wrong with an address as it stands; "" where nothing is."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return _("Write a whole address, as https://host/path.")
    allowed = ("https", "http") if settings.WEBHOOK_ALLOW_HTTP else ("https",)
    if parts.scheme not in allowed:
        return _("The address begins with https://: what is sent may not be read on the way.")
    if not parts.hostname or port == 0 or not url.isascii() or not url.isprintable() or " " in url:
        return _("Write a whole address, as https://host/path.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        return _("Leave out user names, passwords and what follows a #.")
    return ""


def resolved(url: str) -> Target:
    """Look the name up, once. Raises `Forbidden`, or `OSError` where it has no address.

    One bad number among several forbids them all: who answers with both is trying something.
    """
    if reason := why_not(url):
        raise Forbidden(reason)
    parts = urlsplit(url)
    host, is_https = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if is_https else 80)
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for one in found:
        if not is_allowed(ip_address(one.partition("%")[0])):
            raise Forbidden(f"{host} leads to an address that webhooks may not go to.")
    return Target(is_https, host, found[0], port, path_of(parts))


def path_of(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def is_allowed(address: IPv4Address | IPv6Address) -> bool:
    """Public, or in a network that the hospital allows by name."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in network for network in settings.WEBHOOK_ALLOWED_NETWORKS):
        return True
    is_hiding = any(address in network for network in HIDING)
    return address.is_global and not address.is_multicast and not is_hiding
