"""What the pages show of clients: who, since when, last used, and how their messages fare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet

from accounts.models import User
from accounts.people import day
from api.models import Client, Delivery, Endpoint, Mandate
from api.scopes import SCOPES
from audit.models import Entry

SHOWN_CALLS, SHOWN_DELIVERIES = 10, 50


@dataclass(frozen=True)
class Row:
    """A client in the list."""

    client: Client
    last_used: datetime | None
    is_stopped: bool


def rows(user: User, *, at: datetime) -> list[Row]:
    """Those of the user's hospitals, revoked ones last."""
    today = day(at)
    in_force = Q(mandates__ended_at=None, mandates__from_on__lte=today) & (
        Q(mandates__to_on=None) | Q(mandates__to_on__gte=today)
    )
    found = (
        Client.objects.managed_by(user, at=at)
        .annotate(mandated=Count("mandates", filter=in_force, distinct=True))
        .order_by("name", "pk")
    )
    clients = sorted(found, key=lambda client: not client.is_active)
    used = _last_used(clients)
    stopped = set(
        Endpoint.objects.filter(client__in=clients, suspended_at__isnull=False).values_list(
            "client", flat=True
        )
    )
    return [Row(client, used.get(client.chain), client.pk in stopped) for client in clients]


def _last_used(clients: list[Client]) -> dict[str, datetime]:
    calls = Entry.objects.filter(chain__in=[client.chain for client in clients], action="called")
    return dict(calls.order_by().values_list("chain").annotate(Max("at")))


@dataclass(frozen=True)
class Lent:
    """A mandate, and what it is worth today."""

    mandate: Mandate
    is_in_force: bool
    is_to_come: bool


def mandates(client: Client, *, on: date) -> list[Lent]:
    """Those in force and to come first, then those that ended, the latest first."""
    found = client.mandates.select_related("user", "given_by", "ended_by")
    lent = [
        Lent(
            one,
            one.ended_at is None and one.from_on <= on and (one.to_on is None or one.to_on >= on),
            one.ended_at is None and one.from_on > on,
        )
        for one in found
    ]
    return sorted(lent, key=lambda each: not (each.is_in_force or each.is_to_come))


def calls(client: Client) -> QuerySet[Entry]:
    """The last things that happened to it, as the trail has them."""
    found = Entry.objects.filter(chain=client.chain).select_related("actor")
    return found.order_by("-sequence")[:SHOWN_CALLS]


def scopes(client: Client) -> list[tuple[str, str]]:
    return [(name, str(words)) for name, words in SCOPES.items() if name in client.scopes]


def deliveries(endpoint: Endpoint) -> QuerySet[Delivery]:
    found = endpoint.deliveries.select_related("step__application", "authorisation")
    return found.order_by("-happened", "-pk")[:SHOWN_DELIVERIES]
