"""What went wrong, what is safe, whom to call."""

import logging
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.test import Client
from django.urls import include, path


def broken(request):
    raise ValueError("no")


def without_database(request):
    raise OperationalError("gone")


def forbidden(request):
    raise PermissionDenied("Solo il presidente può chiudere.")


urlpatterns = [
    path("broken/", broken),
    path("without-database/", without_database),
    path("forbidden/", forbidden),
    path("", include("config.urls")),
]
handler500 = "accounts.errors.server_error"


@pytest.fixture
def person(prescriber, settings):
    settings.ROOT_URLCONF = __name__
    settings.SUPPORT_CONTACT = "interno 4711"
    client = Client(raise_request_exception=False)
    client.force_login(prescriber)
    return client


def test_a_fault_shows_the_code_that_stands_in_the_log(person, caplog):
    with caplog.at_level(logging.ERROR):
        answer = person.get("/broken/")
    code = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", answer.content.decode())
    assert answer.status_code == 500
    assert code and f"Incident {code[0]}" in caplog.text
    assert "interno 4711" in answer.content.decode()


def test_a_database_away_is_told_apart(person):
    assert person.get("/without-database/").status_code == 503


def test_a_page_that_is_not_there_keeps_the_frame(person):
    answer = person.get("/no-such-page/")
    assert answer.status_code == 404
    assert "Dott.ssa Elena Conti" in answer.content.decode()


def test_a_refusal_says_its_reason(person):
    answer = person.get("/forbidden/")
    assert answer.status_code == 403
    assert "Solo il presidente può chiudere." in answer.content.decode()


def test_a_stale_form_gets_a_page_that_says_what_to_do(prescriber):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(prescriber)
    answer = strict.post("/lingua/", {"language": "en"})
    assert answer.status_code == 403
    assert "Torna indietro, ricarica la pagina" in answer.content.decode()
