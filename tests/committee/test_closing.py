"""A virtual round that ends within a day: those who may vote and have not are told, once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from committee import actions, closing
from committee.models import Sitting
from outbox.keeping import keep_due
from outbox.models import Promise
from tests.approvals.walk import vote

HOUR = timedelta(hours=1)


@pytest.fixture
def round_(committee):
    """Open for three days, on one application; the chair has voted."""
    application = committee.waits()
    sitting = committee.virtual(application)
    actions.open_sitting(sitting.pk, by=committee.chair, at=timezone.now())
    vote(committee.people, application.pk, at=timezone.now(), chair="approve")
    sitting.refresh_from_db()
    return sitting


def mails(*, at) -> list[str]:
    Promise.objects.exclude(job__in=["remind_votes", "mail_votes_wanted"]).delete()
    mail.outbox.clear()
    keep_due(at=at)
    return sorted(one.to[0].partition("@")[0] for one in mail.outbox)


def test_a_day_before_the_end_those_who_have_not_voted_are_told_once(round_):
    day_before = round_.voting_until - 24 * HOUR
    assert closing.sweep(at=day_before - timedelta(seconds=1)) == 0
    assert [closing.sweep(at=day_before), closing.sweep(at=day_before + HOUR)] == [1, 0]
    assert mails(at=day_before) == ["member-1", "member-2", "member-3"]


def test_whoever_voted_between_the_promise_and_the_mail_is_left_alone(round_, committee):
    day_before = round_.voting_until - 24 * HOUR
    closing.sweep(at=day_before)
    application = round_.items.get().application
    vote(committee.people, application.pk, at=timezone.now(), member_1="approve", member_2="approve")
    assert mails(at=day_before) == ["member-3"]


def test_another_end_arms_again_and_a_round_that_is_over_tells_nobody(round_):
    day_before = round_.voting_until - 24 * HOUR
    closing.sweep(at=day_before)
    Sitting.objects.update(voting_until=round_.voting_until + 48 * HOUR)
    assert mails(at=day_before) == []
    assert closing.sweep(at=day_before + 47 * HOUR) == 0
    assert closing.sweep(at=day_before + 48 * HOUR) == 1
    assert mails(at=round_.voting_until + 49 * HOUR) == []


def test_a_round_shorter_than_a_day_has_only_just_asked(committee):
    sitting = committee.meeting(
        committee.waits(), mode="virtual", begins=None, voting_until=timezone.now() + 20 * HOUR
    )
    actions.open_sitting(sitting.pk, by=committee.chair, at=timezone.now())
    assert closing.sweep(at=timezone.now() + HOUR) == 0
