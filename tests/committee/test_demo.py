"""The demo's sittings: made by the rules, one of each kind, once."""

import pytest
from django.core.management import CommandError, call_command

from audit.verification import verify_all
from committee import agenda
from committee.models import Item, Sitting
from committee.workflow import Status
from outbox.models import Promise


@pytest.fixture
def demo_mode(settings):
    settings.DEMO, settings.DEMO_PASSWORD = True, "una password di prova"
    settings.CHAIR_DECIDES_ALONE = True


def test_the_demo_has_a_sitting_of_each_kind_and_is_loaded_once(catalogue, demo_mode):
    call_command("load_demo")
    call_command("load_demo_sittings")
    past, virtual, thursday = Sitting.objects.order_by("pk")
    assert (past.status, past.is_virtual) == (Status.MINUTED, False)
    assert [item.hearing.outcome for item in past.items.all()] == ["approved", "rejected"]
    assert past.items.first().note
    assert (virtual.status, virtual.is_virtual) == (Status.OPEN, True)
    assert [item.application.votes.count() for item in virtual.items.all()] == [2, 1, 0]
    assert thursday.status == Status.SCHEDULED
    assert thursday.begins.weekday() == 3
    (alone,) = agenda.to_ratify()
    assert Item.objects.get(application=alone.application).sitting == thursday
    assert not list(verify_all())
    assert not Promise.objects.filter(job__in=["invite", "ask_votes", "notify"], status="waiting").exists()
    call_command("load_demo_sittings")
    assert Sitting.objects.count() == 3


def test_the_demo_stays_out_of_a_hospital(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo mode only"):
        call_command("load_demo_sittings")
    assert not Sitting.objects.exists()
