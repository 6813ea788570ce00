"""A client of the invented hospital, and calls with its token."""

from datetime import date

from accounts.models import Role
from api.clients import managing
from api.clients.managing import Terms
from api.scopes import SCOPES

SECRET = "nascosto"


def make_client(people, *, at, name="Cartella clinica", scopes=tuple(SCOPES), networks=()):
    hospital = people["administrator"].memberships.get().unit.hospital
    terms = Terms(name, list(scopes), list(networks))
    return managing.make(hospital, terms, by=people["administrator"], at=at)


def mandate(people, made, username="prescriber-w3", *, at, role=Role.PRESCRIBER, to_on=None):
    told = {"from_on": date(2020, 1, 1), "to_on": to_on, "by": people["administrator"], "at": at}
    return managing.give_mandate(made.pk, people[username], role, **told)


def token(client, made, secret, **more):
    told = {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": secret}
    return client.post("/api/v1/oauth/token", told | more)


def bearer(client, made, secret, *, acting_for="", **more):
    """The headers of a call."""
    found = token(client, made, secret, **more).json()["access_token"]
    named = {"HTTP_NULLAOSTA_ACTING_FOR": acting_for} if acting_for else {}
    return {"HTTP_AUTHORIZATION": f"Bearer {found}"} | named
