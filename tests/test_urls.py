"""Every address answers nobody, a stranger and its owner as `addresses.py` says, and no other way."""

import re
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from approvals.access_words import READING
from audit.models import Entry
from tests.addresses import ACTS, OWNERS, ROWS, SIGN_IN, UNNAMED, act, patterns
from tests.approvals.walk import catalogue
from tests.people import people
from tests.world import world

__all__ = ["catalogue", "people", "world"]


def answer(client, person, address: str, *, post: bool = False) -> Any:
    """The status; "sign-in" where it leads to the page to sign in, or a form was sent and is kept there."""
    client.logout()
    if person is not None:
        client.force_login(person)
    # As a browser sends it, not as a file.
    form = {"data": "", "content_type": "application/x-www-form-urlencoded"}
    response = client.post(address, **form) if post else client.get(address)
    to = response.headers.get("Location", "")
    is_asked = to.startswith(reverse("sign-in") + "?") or response.status_code == 401
    return SIGN_IN if is_asked else response.status_code


def test_every_address_has_its_row():
    found = list(patterns(get_resolver()))
    assert {pattern.name for pattern in found if pattern.name} == set(ROWS)
    assert {str(pattern.pattern) for pattern in found if not pattern.name} == UNNAMED


def test_every_action_has_its_row():
    from approvals.urls.reading import SLUGS

    assert {action.value for action in SLUGS} == set(ACTS)


# What shows no patient's data, though its address names an application, a period or a letter: lists of
# numbers, what only acts, parts of a page that was recorded as it was opened and knows what was typed there.
SHOW_NO_FILE = {
    *("pass-on", "remind", "trail_of", "trail-identity", "access-review", "access-report-pdf"),
    *("autosave", "emergency-autosave", "dose-panel", "row-panel", "emergency-dose"),
}
ABOUT_A_FILE = re.compile(r"richieste/(?!nuova)|allegati/|autorizzazioni/|lotti/|erogazioni/")


def accesses(person) -> int:
    chains = {"chain__startswith": "application:"}
    return Entry.objects.filter(actor=person, action__in=READING, data__has_key="where", **chains).count()


@pytest.mark.django_db
def test_every_address_answers_nobody_a_stranger_and_its_owner_as_written(client, people, world):
    """And every page that shows a file says in the trail who opened it."""
    wrong = {}
    for name, row in ROWS.items():
        address = reverse(name, args=row.arguments(world))
        for who, person, expected in zip(
            ("nobody", "stranger", "owner"),
            (None, people["prescriber-w5"], people[row.owner]),
            row.expected,
            strict=True,
        ):
            before = accesses(person)
            if (got := answer(client, person, address, post=row.post)) != expected:
                wrong[f"{name} as {who}"] = got, expected
            shows = ABOUT_A_FILE.match(address[1:]) and name not in SHOW_NO_FILE | {"archive", "lots"}
            if shows and got == 200 and accesses(person) == before:
                wrong[f"{name} as {who}"] = "no access entry"
            if got == 404 and accesses(person) != before:
                wrong[f"{name} as {who}"] = "an access entry for what was not shown"
    assert wrong == {}


@pytest.mark.django_db
def test_every_action_answers_nobody_a_stranger_and_its_owner_as_written(client, people, world):
    wrong = {}
    for action, (owner, which) in ACTS.items():
        address = reverse("act", args=act(action, which)(world))
        before = accesses(people[owner])
        got = tuple(
            answer(client, person, address) for person in (None, people["prescriber-w5"], people[owner])
        )
        if got != OWNERS or accesses(people[owner]) != before + 1:
            wrong[action] = got
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["administrator", "auditor"])
def test_administrators_and_auditors_open_no_file(client, people, world, name):
    for address in (
        reverse("application", args=[world.approved.number]),
        reverse("letter", args=[world.approved.number, world.letter.pk]),
        reverse("draft", args=[world.draft.pk]),
        reverse("act", args=[world.approved.number, "reassess"]),
    ):
        assert answer(client, people[name], address) == 404
