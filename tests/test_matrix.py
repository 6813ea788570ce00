"""Every address × every role × (own unit, other unit, other hospital): who gets in, as `matrix.py` says.

The addresses come from the URL configuration: one without a line fails, and so does a line without one.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.template import loader
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

import config.urls
from accounts.models import Hospital, Role, Unit, User
from tests.addresses import ACTS, ROWS, act, patterns
from tests.approvals.walk import catalogue
from tests.matrix import DOORS, LETTERS, PAGES
from tests.people import people
from tests.world import World, world

__all__ = ["catalogue", "people", "world"]

SCOPES = ("own unit", "other unit", "other hospital")
OUT = (401, 403, 404)


@pytest.fixture
def cast(people) -> dict[tuple[str, Role], User]:
    """Somebody in each role in each place, who has done nothing so far."""
    own = Unit.objects.get(code="w3")
    elsewhere = Hospital.objects.create(name="Ospedale di un'altra città", address="via", city="Altrove")
    units = {
        "own unit": own,
        "other unit": Unit.objects.get(code="w5"),
        "other hospital": Unit.objects.create(hospital=elsewhere, code="w3", name="Ematologia"),
    }
    made = {}
    for scope, unit in units.items():
        for role in Role:
            user = User.objects.create(username=f"{role}-{scope}".replace(" ", "-"))
            user.memberships.create(unit=unit, role=role, from_on=timezone.localdate())
            made[scope, role] = user
    return made


def pages(world: World) -> Iterator[tuple[str, str, str, bool]]:
    """Key in `PAGES`, its line, the address, whether it is posted."""
    for name, row in ROWS.items():
        if name != "act":
            yield name, PAGES[name], reverse(name, args=row.arguments(world)), row.post
    for action, (_owner, which) in ACTS.items():
        yield f"act {action}", PAGES["act " + action], reverse("act", args=act(action, which)(world)), False


def doors(world: World) -> Iterator[tuple[str, str, str, bool]]:
    """A door that only takes POST is called without a body: who is let in is told what is missing."""
    kept = {
        "number": world.approved.number,
        "code": world.period.address,
        "pk": world.approved.attachments.get().pk,
        "rest": "nothing",
    }
    others: dict[str, dict[str, Any]] = {
        "edition-rows": {"code": "2025-2"},
        "indication": {"code": "OFT-03"},
        "dose": {"code": "OFT-03"},
        "letter": {"pk": world.letter.pk},
        "form": {"number": f"draft-{world.draft.pk}"},
        "act-submit": {"number": f"draft-{world.draft.pk}"},
        "act-request_emergency": {"number": f"draft-{world.draft.pk}"},
    }
    for pattern in patterns(get_resolver(), doors=True):
        name, wanted = pattern.name or "", pattern.pattern.converters
        told = {key: (kept | others.get(name, {}))[key] for key in wanted}
        is_posted = name in ("dose", "dispensings") or name.startswith("act-")
        yield name, DOORS[name], reverse(f"api:{name}", kwargs=told), is_posted


def gets_in(client: Client, address: str, *, post: bool) -> bool:
    """Whatever the call did is undone: in the database, and in the browser."""
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    headers = {"Idempotency-Key": "k"}
    form = {"data": "", "content_type": "application/x-www-form-urlencoded"}
    if address.startswith("/api/"):
        form = {"data": {}, "content_type": "application/json"}
    with transaction.atomic():
        answer = client.post(address, headers=headers, **form) if post else client.get(address)
        transaction.set_rollback(True)
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    to_sign_in = answer.headers.get("Location", "").startswith(reverse("sign-in"))
    assert answer.status_code < 500 or address == "/healthz", (address, answer.status_code)
    return answer.status_code not in OUT and not to_sign_in


def table(calls, cast) -> dict[str, str]:
    """The lines as they are."""
    found = {name: dict.fromkeys(SCOPES, "") for name, _line, _address, _post in calls}
    for (scope, role), user in cast.items():
        client = Client()
        client.force_login(user)
        for name, _line, address, post in calls:
            if gets_in(client, address, post=post):
                found[name][scope] += LETTERS[role]
    everybody = "".join(LETTERS.values())
    short = {everybody: "*"}
    return {
        name: " | ".join(short.get(some[scope], some[scope]) for scope in SCOPES)
        for name, some in found.items()
    }


def test_every_address_has_its_line():
    assert set(PAGES) == {name for name in ROWS if name != "act"} | {f"act {action}" for action in ACTS}
    assert set(DOORS) == {pattern.name for pattern in patterns(get_resolver(), doors=True)}


@pytest.fixture
def blank(monkeypatch):
    """Pages are not drawn: who gets in is settled before, and drawing five thousand takes a minute."""
    monkeypatch.setattr(loader, "render_to_string", lambda *args, **kwargs: "")
    monkeypatch.setattr(TemplateResponse, "rendered_content", "")
    for name, status in (("handler404", 404), ("handler403", 403)):
        answer = HttpResponse(status=status)
        monkeypatch.setattr(config.urls, name, lambda *args, answer=answer, **kwargs: answer, raising=False)


@pytest.mark.django_db
@pytest.mark.parametrize("which", [pages, doors])
def test_who_gets_in_where(which, world, cast, blank):
    calls = list(which(world))
    lines = {name: line for name, line, _address, _post in calls}
    found = table(calls, cast)
    assert {name: (found[name], line) for name, line in lines.items() if found[name] != line} == {}
