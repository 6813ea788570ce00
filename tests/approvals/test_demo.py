"""The demo: every status has something to show, and it is made by the rules."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F
from django.utils import timezone

from accounts.clock import now
from accounts.models import User
from accounts.people import day
from approvals.models import Application, Hearing
from approvals.workflow import Status
from audit.verification import verify_all
from treatments.models import Authorisation, CycleReport, Dispensing
from treatments.standings import State, standing


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
    the_pharmacy_shows_every_kind_of_entry()
    assert not list(verify_all())
    assert User.objects.get(username="chair").check_password("una password di prova")
    call_command("load_demo")
    assert Application.objects.count() == count


def the_pharmacy_shows_every_kind_of_entry() -> None:
    kinds = set(Dispensing.objects.values_list("kind", flat=True))
    assert kinds == set(Dispensing.Kind.values)
    today, open_ones = day(now()), Authorisation.objects.live().prefetch_related("dispensings", "suspensions")
    shown = {standing(one, on=today).state for one in open_ones}
    assert shown >= set(State) - {State.ENDED}
    assert Dispensing.objects.filter(is_grace=True).exists()
    assert CycleReport.objects.exists()
    assert not Dispensing.objects.filter(recorded_at__gt=now()).exists()
    assert not Dispensing.objects.filter(recorded_at__lt=F("authorisation__opened_at")).exists()
    by_lot = Dispensing.objects.values("lot").annotate(people=Count("authorisation", distinct=True))
    assert by_lot.filter(people__gte=5).exists()


def test_the_demo_stays_out_of_a_hospital(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo mode only"):
        call_command("load_demo")
    assert not User.objects.exists()
