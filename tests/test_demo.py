"""The demo: every status and every kind of sitting has something to show, and it is made by the rules."""

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
from committee import agenda
from committee.models import Item, Sitting
from committee.workflow import Status as SittingStatus
from outbox.models import Promise
from tests.approvals.answers import make_catalogue
from tests.approvals.walk import LEFT_BEHIND
from tests.prepared import prepared
from treatments.models import Authorisation, CycleReport, Dispensing
from treatments.standings import State, standing


def load() -> None:
    make_catalogue()
    call_command("load_demo")


@pytest.fixture
def demo(db, settings):
    """Loaded once, copied for the second test: it takes longest of all that needs no browser."""
    settings.DEMO, settings.DEMO_PASSWORD = True, "una password di prova"
    settings.CHAIR_DECIDES_ALONE = True
    prepared("demo", ("accounts", "catalogue", *LEFT_BEHIND), load)


def test_the_demo_shows_every_status_and_is_loaded_once(demo):
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


def test_the_demo_has_a_sitting_of_each_kind_and_they_are_loaded_once(demo):
    call_command("load_demo_sittings")
    past, virtual, thursday = Sitting.objects.order_by("pk")
    assert (past.status, past.is_virtual) == (SittingStatus.MINUTED, False)
    assert [item.hearing.outcome for item in past.items.all()] == ["approved", "rejected"]
    assert past.items.first().note
    assert (virtual.status, virtual.is_virtual) == (SittingStatus.OPEN, True)
    assert [item.application.votes.count() for item in virtual.items.all()] == [2, 1, 0]
    assert thursday.status == SittingStatus.SCHEDULED
    assert thursday.begins.weekday() == 3
    (alone,) = agenda.to_ratify()
    assert Item.objects.get(application=alone.application).sitting == thursday
    assert not list(verify_all())
    assert not Promise.objects.filter(job__in=["invite", "ask_votes", "notify"], status="waiting").exists()
    call_command("load_demo_sittings")
    assert Sitting.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["load_demo", "load_demo_sittings"])
def test_the_demo_stays_out_of_a_hospital(settings, command):
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo mode only"):
        call_command(command)
    assert not User.objects.exists()
    assert not Sitting.objects.exists()
