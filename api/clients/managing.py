"""DO: what administrators do with clients. Each leaves its line in the client's trail."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from oauth2_provider.models import AccessToken

from accounts.models import Hospital, Role, User
from accounts.people import day, holds
from api.models import Client, ClientSecret, Mandate
from audit import trail


class Refused(Exception):
    """It did not happen, for the reason given in words."""


@dataclass(frozen=True)
class Terms:
    """What is said of a client: its name, its scopes, the networks it calls from."""

    name: str
    scopes: Sequence[str]
    networks: Sequence[str] = ()


def make(hospital: Hospital, terms: Terms, *, by: User, at: datetime) -> tuple[Client, str]:
    """A new client and its secret, which nobody can be shown again."""
    try:
        with transaction.atomic():
            client = Client.objects.create(
                hospital=hospital,
                name=terms.name,
                scopes=list(terms.scopes),
                networks=list(terms.networks),
                client_type=Client.CLIENT_CONFIDENTIAL,
                authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
                client_secret="",
                hash_client_secret=False,  # the library's own field stays empty
                made_by=by,
                made_at=at,
            )
            secret = _new_secret(client, by=by, at=at)
            told = {"scopes": list(terms.scopes), "networks": list(terms.networks)}
            trail.record(client.chain, "made", by=by, at=at, data=told)
    except IntegrityError:
        raise Refused(_("There is a system of that name already: give it another one.")) from None
    return client, secret


@transaction.atomic
def change(pk: int, terms: Terms, *, by: User, at: datetime) -> None:
    """Scopes and networks, from the next call on; the name stays: it stands in steps and in the trail."""
    client = _locked(pk)
    client.scopes, client.networks = list(terms.scopes), list(terms.networks)
    client.save(update_fields=["scopes", "networks", "updated"])
    told = {"scopes": client.scopes, "networks": client.networks}
    trail.record(client.chain, "changed", by=by, at=at, data=told)


@transaction.atomic
def new_secret(pk: int, *, seen: int, by: User, at: datetime) -> str:
    """Another secret; the one before it opens for some hours more, so that nothing stands still meanwhile.
    Any older one is over at once. `seen` is the one to be replaced: a double click replaces it once."""
    client = _locked(pk)
    if not client.secrets.filter(pk=seen, valid_until=None).exists():
        raise Refused(_("Meanwhile a new secret was made: use that one, or make another."))
    until = at + timedelta(hours=settings.SECRET_OVERLAP_HOURS)
    client.secrets.exclude(valid_until=None).delete()
    client.secrets.filter(valid_until=None).update(valid_until=until)
    secret = _new_secret(client, by=by, at=at)
    trail.record(client.chain, "secret_renewed", by=by, at=at, data={})
    return secret


def _new_secret(client: Client, *, by: User, at: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    hashed = sha256(secret.encode()).hexdigest()
    ClientSecret.objects.create(client=client, sha256=hashed, made_by=by, made_at=at)
    return secret


@transaction.atomic
def revoke(pk: int, *, by: User, at: datetime) -> None:
    """For good: its tokens, its secrets and its mandates end with it."""
    client = _locked(pk)
    client.revoked_at, client.revoked_by = at, by
    client.save(update_fields=["revoked_at", "revoked_by", "updated"])
    AccessToken.objects.filter(application=client).delete()
    client.secrets.all().delete()
    client.mandates.filter(ended_at=None).update(ended_at=at, ended_by=by)
    trail.record(client.chain, "revoked", by=by, at=at, data={})


@transaction.atomic
def give_mandate(
    pk: int, user: User, role: Role, *, from_on: date, to_on: date | None, by: User, at: datetime
) -> Mandate:
    """The client may act for that person. One mandate at a time for each role: another one ends the first."""
    client = _locked(pk)
    if not user.is_active or not holds(user, role, at=at, hospital_id=client.hospital_id):
        raise Refused(_("This person does not hold that role in this hospital."))
    if user.pk == by.pk:
        raise Refused(_("Nobody gives a mandate for themselves: another administrator does it."))
    if to_on and to_on < max(from_on, day(at)):
        raise Refused(_("The mandate would be over already: check the last day."))
    for open_one in client.mandates.filter(user=user, role=role, ended_at=None):
        _end(open_one, by=by, at=at)
    mandate = Mandate.objects.create(
        client=client, user=user, role=role, from_on=from_on, to_on=to_on, given_by=by, given_at=at
    )
    told = {"user": user.pk, "role": role.value, "from": from_on.isoformat(), "to": str(to_on or "")}
    trail.record(client.chain, "mandate_given", by=by, at=at, data=told)
    return mandate


@transaction.atomic
def end_mandate(pk: int, *, by: User, at: datetime) -> bool:
    """Whether it had not ended before."""
    mandate = Mandate.objects.select_for_update().get(pk=pk)
    if mandate.ended_at:
        return False
    _end(mandate, by=by, at=at)
    return True


def _end(mandate: Mandate, *, by: User, at: datetime) -> None:
    mandate.ended_at, mandate.ended_by = at, by
    mandate.save(update_fields=["ended_at", "ended_by"])
    told = {"user": mandate.user_id, "role": mandate.role}
    trail.record(f"client:{mandate.client_id}", "mandate_ended", by=by, at=at, data=told)


def _locked(pk: int) -> Client:
    client = Client.objects.select_for_update().get(pk=pk)
    if not client.is_active:
        raise Refused(_("This system was revoked: nothing about it can be changed any more."))
    return client
