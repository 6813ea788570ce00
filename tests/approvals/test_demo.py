"""The demo: every status has something to show, and it is made by the rules."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from approvals.models import Application, Hearing
from approvals.workflow import Status
from audit.verification import verify_all
from treatments.models import Authorisation


@pytest.fixture
def demo_mode(settings):
    settings.DEMO, settings.DEMO_PASSWORD = True, "una password di prova"


def test_the_demo_shows_every_status_and_is_loaded_once(catalogue, demo_mode, capsys):
    call_command("load_demo")
    count = Application.objects.count()
    assert count >= 80
    shown = set(Application.objects.values_list("status", flat=True))
    assert shown == set(Status.values)
    assert Hearing.objects.filter(closed_at=None, voting_until__gt=timezone.now()).count() >= 5
    assert Authorisation.objects.live().filter(due_on__lt="2999-01-01").exists()
    assert not list(verify_all())
    assert User.objects.get(username="chair").check_password("una password di prova")
    call_command("load_demo")
    assert Application.objects.count() == count


def test_the_demo_stays_out_of_a_hospital(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo mode only"):
        call_command("load_demo")
    assert not User.objects.exists()
