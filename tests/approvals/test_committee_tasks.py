"""The lists of the committee's members ask in SQL what the permissions ask of one application: the same."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, User
from accounts.people import day
from approvals import actions, voting
from approvals.models import Application, Appointment
from approvals.offers import awaits_vote, queue
from approvals.permissions import why_not
from approvals.policies import unratified
from approvals.waiting import Task
from approvals.workflow import HEARD, ON_TREATMENT, Action, Status
from approvals.worklist import items, worklist
from tests.approvals.walk import LATER, NOW, WORSE, decided_alone, declare, heard, judged, meeting, vote, walk
from treatments.models import Authorisation

pytestmark = pytest.mark.usefixtures("catalogue")
AT = NOW + timedelta(hours=10)
CONFLICT = "Parente del paziente."


class World:
    """Applications in every situation that matters to a member, by name."""

    def __init__(self, people):
        self.people, self.made = people, {}

    def waits(self, name, **about) -> int:
        application = walk(self.people, Status.COMMITTEE_REVIEW, person=len(self.made), **about)
        self.made[name] = application.pk
        return application.pk

    def alone(self, name) -> int:
        pk = self.waits(name)
        decided_alone(self.people, pk, at=AT)
        return pk

    def appoint(self, pk, name, *, presides=False):
        told = {"reason": "Troppi esclusi.", "appointed_by": self.people["director"], "appointed_at": AT}
        Appointment.objects.create(application_id=pk, member=self.people[name], presides=presides, **told)


@pytest.fixture
def world(people) -> World:
    made = World(people)
    made.waits("waiting")
    heard(people, made.waits("heard"), at=AT)
    heard(people, made.waits("of ward 5", author="prescriber-w5"), at=AT)
    pk = made.waits("ended")
    actions.open_hearing(pk, voting_until=AT + timedelta(minutes=1), by=people["chair"], at=AT)
    pk = made.waits("in a meeting")
    meeting(people, pk, "chair", "member-2", at=AT)
    pk = made.waits("left the room")
    meeting(people, pk, at=AT)
    actions.leave(pk, member=people["member-1"], by=people["chair"], at=AT)
    vote(people, made.waits("voted"), at=AT, chair="approve", member_1="approve", member_2="reject")
    pk = made.waits("with conflicts")
    heard(people, pk, at=AT)
    declare(people, pk, "member-1", "chair", at=AT, conflict=CONFLICT)
    declare(people, made.waits("chair recused"), "chair", at=AT, conflict=CONFLICT)
    pk = made.waits("voided")
    vote(people, pk, at=AT, member_1="approve")
    declare(people, pk, "member-1", at=AT, conflict=CONFLICT)
    made.alone("alone")
    heard(people, made.alone("to ratify"), at=AT)
    pk = made.alone("ratified")
    vote(people, pk, at=AT, **dict.fromkeys(("member-1", "member-2", "member-3"), "approve"))
    actions.ratify(pk, by=people["chair"], at=AT)
    treated(people, made)
    appeal(people, made)
    substitutes(people, made)
    return made


def treated(people, made):
    """Member 2 has treated one patient, member 3 has written about another."""
    for name, member in (("treated", "member-2"), ("written about", "member-3")):
        pk = made.waits(name)
        heard(people, pk, at=AT)
        patient = Application.objects.get(pk=pk).patient
        other = walk(people, Status.APPROVED, person=40 + len(made.made))
        if name == "treated":
            period = Authorisation.objects.filter(application_id=other.pk)
            period.update(prescriber=people[member], patient_id=patient.pk)
        else:
            Application.objects.filter(pk=other.pk).update(author=people[member], patient=patient)


def appeal(people, made):
    """The chair and member 1 judged before the appeal; others were appointed, one of them to preside."""
    pk = made.waits("appealed")
    vote(people, pk, at=AT, chair="approve", member_1="approve")
    actions.ask(pk, questions=["Perché?"], by=people["chair"], at=AT)
    actions.answer(pk, answers={1: "Così."}, by=people["prescriber-w3"], at=AT)
    told = {"appealed_at": AT, "appealed_by": people["prescriber-w3"], "appealed_round": 1}
    Application.objects.filter(pk=pk).update(**told)
    made.appoint(pk, "head-w5", presides=True)
    made.appoint(pk, "head-nicu")
    actions.open_hearing(pk, voting_until=AT + timedelta(days=9), by=people["head-w5"], at=AT)
    pk = made.waits("with an appointed chair")
    made.appoint(pk, "head-w5", presides=True)


def substitutes(people, made):
    """Somebody sits in the stead of member 3; last of all, so that nobody above needed them."""
    seat = people["member-3"].memberships.get()
    told = {"unit": people["head-nicu"].memberships.get().unit, "role": seat.role, "from_on": day(NOW)}
    Membership.objects.create(user=people["on-call-consultant"], stands_in_for=seat, **told)


def may_close(user, application, at) -> bool:
    action = Action.APPROVE if application.status == Status.COMMITTEE_REVIEW else Action.RATIFY
    return voting.hearing(application) is not None and not why_not(user, action, application, at=at)


def may_hear(user, application, at) -> bool:
    if voting.hearing(application) or why_not(user, Action.OPEN_HEARING, application, at=at):
        return False
    return application.status not in ON_TREATMENT or unratified(application)


def test_the_lists_hold_what_the_permissions_allow_and_nothing_else(people, world):
    at = AT + timedelta(hours=1)
    names = {pk: name for name, pk in world.made.items()}
    found = set()
    for user in User.objects.all():
        listed = {(item.task, item.pk) for item in items(user, at=at)}
        for application in Application.objects.filter(status__in=HEARD).select_related("unit", "author"):
            allowed = {
                Task.VOTE: awaits_vote(user, application, at=at),
                Task.CLOSE: may_close(user, application, at),
                Task.HEAR: may_hear(user, application, at) and application.status not in ON_TREATMENT,
                Task.RATIFY: may_hear(user, application, at) and application.status in ON_TREATMENT,
            }
            where = names.get(application.pk, application.number)
            for task, is_allowed in allowed.items():
                assert ((task, application.pk) in listed) == is_allowed, (user.username, task.value, where)
                found |= {(task.value, user.username, where)} if is_allowed else set()
    # That the world holds what it was made for:
    assert found >= EXPECTED
    assert not UNEXPECTED & found


EXPECTED = {
    ("vote", "member-1", "heard"),
    ("vote", "member-2", "in a meeting"),
    ("vote", "on-call-consultant", "heard"),
    ("vote", "head-nicu", "appealed"),
    ("vote", "member-1", "to ratify"),
    ("close", "chair", "to ratify"),
    ("close", "chair", "ended"),
    ("close", "head-w5", "appealed"),
    ("ratify", "chair", "alone"),
    ("hear", "head-w5", "with an appointed chair"),
}
UNEXPECTED = {
    ("vote", "member-3", "heard"),  # somebody sits in their stead
    ("vote", "member-1", "in a meeting"),
    ("vote", "member-1", "left the room"),
    ("vote", "member-1", "ended"),
    ("vote", "member-1", "voided"),
    ("vote", "member-2", "treated"),
    ("vote", "member-1", "appealed"),
    ("vote", "chair", "to ratify"),
    ("close", "chair", "with conflicts"),
    ("close", "chair", "appealed"),
    ("hear", "chair", "chair recused"),
    ("ratify", "chair", "ratified"),
    ("hear", "chair", "with an appointed chair"),
}


def test_after_a_reassessment_the_chair_who_decided_alone_votes_and_closes(people):
    pk = World(people).alone("alone")
    author = people["prescriber-w3"]
    actions.reassess(pk, outcome=judged(WORSE), by=author, at=LATER)
    heard(people, pk, at=LATER)
    waits = {item.task for item in items(people["chair"], at=LATER) if item.pk == pk}
    assert waits == {Task.VOTE, Task.CLOSE}
    assert awaits_vote(people["chair"], Application.objects.get(pk=pk), at=LATER)


def test_the_next_to_vote_on_is_the_most_urgent(people, world):
    at = AT + timedelta(hours=1)
    waiting = list(queue(people["member-1"], at=at))
    assert [one.decision_due for one in waiting] == sorted(
        (one.decision_due for one in waiting), key=lambda due: (due is None, due)
    )
    assert all(awaits_vote(people["member-1"], one, at=at) for one in waiting)


def test_of_many_votes_to_close_only_those_with_a_quorum_are_shown(people, world):
    at = AT + timedelta(hours=1)
    shown = {
        row.application.pk for row, tasks in worklist(people["chair"], at=at).rows if Task.CLOSE in tasks
    }
    assert shown == {world.made["voted"]}


def test_somebody_deactivated_has_nothing_to_do(people, world):
    User.objects.filter(username__in=["member-1", "head-nicu"]).update(is_active=False)
    for name in ("member-1", "head-nicu"):
        assert items(User.objects.get(username=name), at=AT) == []


# ── Cost ───────────────────────────────────────────────────────────────────────────────────────────────


def queries(client, user, address) -> int:
    client.force_login(user)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_lists_and_page_cost_the_same_with_many_hearings_as_with_one(client, people):
    made = World(people)
    first = made.waits("first")
    vote(people, first, member_1="approve", member_2="approve")
    address = reverse("application", args=[Application.objects.get(pk=first).number])

    def costs() -> list[int]:
        readers = ("chair", "member-1", "member-3")
        return [queries(client, people[name], page) for name in readers for page in ("/", address)]

    heard(people, made.waits("second"))
    made.alone("alone")
    few = costs()
    for n in range(4):
        heard(people, made.waits(f"heard {n}"))
        vote(people, made.waits(f"voted {n}"), member_1="approve", chair="reject")
        made.alone(f"alone {n}")
    assert costs() == few
    assert max(few) <= 24
