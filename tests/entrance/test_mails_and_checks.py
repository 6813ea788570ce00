"""What is told by mail of a change of how one signs in, and what the settings must say."""

import pytest
from django.core import mail
from django.utils import timezone

from entrance import checks
from entrance.jobs import CHANGES, tell_change
from outbox.keeping import keep_due


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_told_at_once_with_whom_to_call(people, settings, what):
    settings.MAIL_HOURS, settings.SUPPORT_CONTACT = "08:00-08:01", "interno 4711"
    at = timezone.now()
    tell_change(people["chair"], what, at=at)
    keep_due(at=at)
    (sent,) = mail.outbox
    assert sent.to == ["chair@ospedale.example"]
    assert "interno 4711" in sent.body and "/profilo/sicurezza/" in sent.body
    assert "account" in sent.subject


def test_whoever_has_no_address_is_told_nothing_and_nothing_fails(people):
    people["chair"].email = ""
    tell_change(people["chair"], "added", at=timezone.now())


def test_a_role_that_does_not_exist_stops_the_start(settings):
    settings.SECOND_FACTOR_ROLES = ["chair", "charwoman"]
    assert "charwoman" in checks.settings_make_sense(None)[0].msg


def test_a_session_too_short_for_a_warning_stops_the_start(settings):
    settings.SESSION_IDLE_SECONDS = 60
    assert checks.settings_make_sense(None)[0].id == "entrance.E002"


def test_deploying_without_a_second_factor_is_warned_of(settings):
    settings.SECOND_FACTOR = False
    assert checks.second_factor_is_on(None)[0].id == "entrance.W001"
    settings.SECOND_FACTOR = True
    assert not checks.second_factor_is_on(None)
