"""What stands in the log when something breaks: where it happened, and nothing about a patient."""

import json
import logging
import logging.config
import re
import sys
from contextlib import contextmanager
from io import StringIO

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from outbox.jobs import job
from outbox.keeping import keep_due
from outbox.models import Promise
from outbox.promises import promise
from patients.models import Patient
from tests.people import people

__all__ = ["people"]


def formatter(form="json"):
    """As the configured handler has it."""
    configured = logging.config.DictConfigurator(settings.LOGGING)
    return configured.configure_formatter(dict(settings.LOGGING["formatters"][form]))


def line_of(error: BaseException, form="json") -> str:
    record = logging.LogRecord(
        "django.request", logging.ERROR, __file__, 1, "Broken: /x/", (), sys.exc_info()
    )
    assert record.exc_info[1] is error
    return formatter(form).format(record)


@contextmanager
def written(form="json"):
    """Every line written meanwhile, by the configured formatter."""
    lines = StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(formatter(form))
    logging.getLogger().addHandler(handler)
    try:
        yield lambda: [json.loads(line) if form == "json" else line for line in lines.getvalue().splitlines()]
    finally:
        logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize("form", ["json", "line"])
def test_a_broken_constraint_is_logged_by_its_place_without_the_patient(people, form):
    unit = people["prescriber-w3"].memberships.first().unit
    told = {"surname": "Prova", "name": "Inventata", "born_on": "1960-01-02", "sex": "F"}
    told |= {"hospital_id": unit.hospital_id, "tax_code": "PRVNNT60A42H501X"}
    Patient.objects.create(**told)
    with pytest.raises(IntegrityError) as broken:
        Patient.objects.create(**told)
    assert "PRVNNT60A42H501X" in str(broken.value)  # or this test proves nothing
    try:
        raise broken.value
    except IntegrityError as error:
        line = line_of(error, form)
    assert "Broken: /x/" in line
    assert "IntegrityError" in line
    assert "UniqueViolation" in line
    assert "test_logs.py" in line
    assert "PRVNNT60A42H501X" not in line


def test_what_the_system_says_stays_in_the_log():
    try:
        raise ConnectionRefusedError(111, "Connection refused")
    except OSError as error:
        assert "Connection refused" in line_of(error)


def test_the_database_logs_neither_refused_statements_nor_their_rows(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('log_min_error_statement'), current_setting('log_error_verbosity')"
        )
        assert cursor.fetchone() == ("panic", "terse")


def test_each_request_leaves_one_line_with_the_pattern_of_its_address_and_nothing_that_was_typed(
    client, people
):
    client.force_login(people["prescriber-w3"])
    with written() as lines:
        answer = client.get("/richieste/OL-2026-ROSSI/?q=Bianchi", headers={"X-Request-ID": "imitated-id"})
    assert answer.status_code == 404
    (line,) = lines()
    assert line["route"] == "/richieste/<str:number>/"
    assert (line["method"], line["status"], line["user"]) == ("GET", 404, people["prescriber-w3"].pk)
    assert line["request"] == answer.headers["X-Request-ID"] != "imitated-id"
    assert line["ms"] >= 0
    assert "ROSSI" not in str(line) and "Bianchi" not in str(line)


def test_the_id_of_our_proxy_is_kept_if_it_is_one(client, db, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    def answered(given):
        return client.get("/accedi/", headers={"X-Request-ID": given}).headers["X-Request-ID"]

    assert answered("0b51e8b6-8a0a-4e7f") == "0b51e8b6-8a0a-4e7f"
    for odd in ("short", "a" * 65, 'x" forged="1', "with\nbreak-in-it"):
        assert re.fullmatch(r"[0-9A-F]{4}(-[0-9A-F]{4}){2}", answered(odd))


def test_a_fault_shows_the_id_of_the_request_under_which_its_lines_are_found(people, settings):
    settings.ROOT_URLCONF = "tests.accounts.test_error_pages"
    person = Client(raise_request_exception=False)
    person.force_login(people["prescriber-w3"])
    with written() as lines:
        answer = person.get("/broken/?surname=Bianchi")
    known_by = answer.headers["X-Request-ID"]
    assert known_by in answer.content.decode()
    assert {line["request"] for line in lines()} == {known_by}
    broken = next(line for line in lines() if "exception" in line)
    assert "test_error_pages.py" in broken["exception"]
    assert not any("Bianchi" in str(line) for line in lines())


def test_what_a_request_promised_is_logged_under_its_id_when_it_is_kept(db, monkeypatch):
    monkeypatch.setattr("outbox.jobs._jobs", {})

    @job("told")
    def told(*, key, at):
        logging.getLogger("job").warning("at work")

    at = timezone.now()
    with bound_contextvars(request="7F3A-09C2-4B1D"):
        promise("told", "told:1", {}, at=at)
    assert Promise.objects.get().request == "7F3A-09C2-4B1D"
    with written() as lines:
        keep_due(at=at)
    assert [(line["request"], line["promise"], line["event"]) for line in lines()] == [
        ("7F3A-09C2-4B1D", "told:1", "at work"),
        ("7F3A-09C2-4B1D", "told:1", "Kept, attempt 1"),
    ]


def test_a_task_that_breaks_is_logged_by_kind_and_place():
    try:
        raise ValueError("Bianchi")
    except ValueError:
        context = {"name": "outbox.tasks.sweep", "id": "1", "exc": repr(ValueError("Bianchi")), "args": ()}
        record = logging.LogRecord(
            "celery.app.trace", logging.ERROR, __file__, 1, "Task %(name)s[%(id)s] raised: %(exc)s",
            (context,), sys.exc_info(),
        )  # fmt: skip
    line = json.loads(formatter().format(record))
    assert line["event"] == "Task outbox.tasks.sweep[1] raised: builtins.ValueError"
    assert "test_logs.py" in line["exception"]
    assert "Bianchi" not in str(line)


def test_what_a_server_quotes_of_an_address_ends_at_its_question_mark():
    record = logging.LogRecord(
        "gunicorn.error", logging.ERROR, __file__, 1, "Error handling request %s", ("/x/?q=Bianchi",), None
    )
    assert json.loads(formatter().format(record))["event"] == "Error handling request /x/?…"
    assert formatter("line").format(record).endswith("ERROR gunicorn.error Error handling request /x/?…")


def test_nobody_has_a_handler_of_their_own():
    for name in ("django", "django.server", "gunicorn.error", "gunicorn.access"):
        assert logging.getLogger(name).handlers == []
        assert logging.getLogger(name).propagate
