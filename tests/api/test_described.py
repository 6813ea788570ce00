"""The running server against its description, in every role: no failure of ours, no answer that is not
described, nobody reads another unit's patient.

One example of each call here, in three roles and for a client; by hand as many as one likes:

    ROLES=all EXAMPLES=50 make test ARGS="tests/api/test_described.py".
"""

import os
from datetime import timedelta

import pytest
import requests
import schemathesis
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as how
from hypothesis import strategies as st
from schemathesis import checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from approvals.models import Application
from approvals.workflow import Status
from catalogue import product_loading
from tests.api.cast import bearer
from tests.approvals.walk import catalogue, draft, heard, walk
from tests.people import people

__all__ = ["catalogue", "people"]

EXAMPLES = int(os.environ.get("EXAMPLES", "1"))
# Of each kind one; by hand all of them (ROLES=all).
ROLES = {"prescriber-w3": "w3", "head-w5": "w5", "member-1": ""}
OTHERS = {
    "delegate-w3": "w3",
    "pharmacist-1": "",
    "administrator": None,
    "chair": "",
    "director": "",
    "auditor": None,
    "on-call-consultant": None,
}
if os.environ.get("ROLES") == "all":
    ROLES |= OTHERS
CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OURS, THEIRS = "Zanzottera", "Quattrocchi"  # surnames of the patients of ward 3 and ward 5


@pytest.fixture
def world(people, catalogue):
    """An application in each place of its way, of two wards; the codes by which they are found."""
    product_loading.load(product_loading.DEMO, at=timezone.now() - timedelta(days=400))
    at, numbers, codes = timezone.now() - timedelta(days=2), [], []
    for n, (author, surname) in enumerate((("prescriber-w3", OURS), ("prescriber-w5", THEIRS))):
        for m, place in enumerate((Status.DRAFT, Status.SUBMITTED, Status.PHARMACY_REVIEW, Status.APPROVED)):
            made = walk(people, place, at=at, author=author, person=4 * n + m, patient={"surname": surname})
            numbers.append(made.number or f"draft-{made.pk}")
            codes += [period.address for period in made.authorisations.all()]
        voting = walk(
            people, Status.COMMITTEE_REVIEW, at=at, author=author, person=8 + n, patient={"surname": surname}
        )
        heard(people, voting.pk)
        numbers.append(voting.number)
    draft(people, patient={"surname": OURS})
    return {
        "number": [*numbers, "OL-2026-999999"],
        "code": [*codes, "EMA-01", "2025-2", "OL-0"],
        "pk": [1, 2, 99],
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ROLES)
def test_every_answer_is_one_of_those_described(name, people, world, live_server, settings):
    settings.API_CALLS_PERSON = 10**6
    session = signed_in(people[name], live_server)
    call_all(session, live_server.url, world, hidden_from(ROLES[name]))


@pytest.mark.django_db(transaction=True)
def test_every_answer_to_a_client_is_one_of_those_described(people, world, made, client, live_server):
    session = requests.Session()
    told = bearer(client, *made, acting_for="prescriber-w3")
    token = {
        "Authorization": told["HTTP_AUTHORIZATION"],
        "Nullaosta-Acting-For": told["HTTP_NULLAOSTA_ACTING_FOR"],
    }
    assert session.get(f"{live_server.url}/api/v1/applications", headers=token).json()["results"]
    call_all(session, live_server.url, world, [THEIRS], token)


def call_all(session, url, world, hidden, token=None) -> None:
    schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
    for found in schema.get_all_operations():
        call_some(found.ok(), session, url, world, hidden, token or {})


def signed_in(user, live_server) -> requests.Session:
    client = Client()
    client.force_login(user)
    session = requests.Session()
    value = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    session.cookies.set(django_settings.SESSION_COOKIE_NAME, value)
    session.get(f"{live_server.url}/")  # the token against forged requests
    session.headers["X-CSRFToken"] = session.cookies.get(django_settings.CSRF_COOKIE_NAME, "")
    return session


def hidden_from(unit: str | None) -> list[str]:
    """The names that this person must not find anywhere."""
    return {"w3": [THEIRS], "w5": [OURS], "": [], None: [OURS, THEIRS]}[unit]


def call_some(operation, session, url, world, hidden, token) -> None:
    wanted = {name: st.sampled_from(world[name]) for name in world if f"{{{name}}}" in operation.path}

    @seed(operation.label.encode()[0])
    @how(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), places=st.fixed_dictionaries(wanted))
    def call(case, places):
        case.path_parameters = {**(case.path_parameters or {}), **places}
        if "If-Match" in (case.headers or {}):
            seen = session.get(f"{url}/api/v1/applications/{places.get('number')}", headers=token)
            case.headers["If-Match"] = seen.headers.get("ETag") or '"v0"'
        answer = case.call(base_url=url, session=session, headers=token)
        case.validate_response(answer, checks=CHECKS)
        for surname in hidden:
            assert surname not in answer.text, case.as_curl_command()

    call()


def test_the_world_holds_both_wards(people, catalogue, world):
    assert {one.unit.code for one in Application.objects.all()} == {"w3", "w5"}
    assert {one.patient.surname for one in Application.objects.exclude(patient=None)} == {OURS, THEIRS}
