"""What stands in the log when something breaks: where it happened, and nothing about a patient."""

import logging
import logging.config
import sys

import pytest
from django.conf import settings
from django.db import IntegrityError, connection

from patients.models import Patient
from tests.people import people

__all__ = ["people"]


def line_of(error: BaseException) -> str:
    """The line as the configured handler writes it."""
    configured = logging.config.DictConfigurator(settings.LOGGING)
    line = configured.configure_formatter(settings.LOGGING["formatters"]["line"])
    record = logging.LogRecord(
        "django.request", logging.ERROR, __file__, 1, "Broken: /x/", (), sys.exc_info()
    )
    assert record.exc_info[1] is error
    return line.format(record)


def test_a_broken_constraint_is_logged_by_its_place_without_the_patient(people):
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
        line = line_of(error)
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
