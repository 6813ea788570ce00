"""Substitutes: where too few may judge an application, the medical director appoints others for it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership, Role, User
from approvals import actions, notices, permissions, seats, substitutes, voting
from approvals.models import Application, Appointment
from approvals.refusals import Refused
from approvals.waiting import Task
from approvals.workflow import Action, Status
from approvals.worklist import worklist
from outbox.jobs import job_named
from outbox.models import Promise
from tests.approvals.walk import (
    NOW,
    REFUSAL,
    appealed,
    decided_alone,
    declare,
    heard,
    rejected,
    vote,
    walk,
)

SOON = NOW + timedelta(days=3)
WHY = "Hanno giudicato tutti gli altri: restano la neonatologia e i reperibili."
SUBSTITUTES = ("head-nicu", "on-call-pharmacist", "on-call-consultant")
pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def standing(people) -> Application:
    """Appealed: of the committee member-3 alone may judge it, and nobody presides."""
    return appealed(people, rejected(people), at=SOON)


def appoint(people, application, *names, presiding="head-nicu", at=SOON, reason=WHY, by="director"):
    return actions.appoint(
        application.pk,
        members=[people[name] for name in names or SUBSTITUTES],
        presiding=people[presiding] if presiding else None,
        reason=reason,
        by=people[by],
        at=at,
    )


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


def refusal(people, who, application, action=Action.APPOINT, at=SOON):
    return permissions.why_not(people[who], action, application, at=at)


def refused(people, application, *names, **changed):
    with pytest.raises(Refused) as told:
        appoint(people, application, *names, **changed)
    assert not Appointment.objects.exists()
    return [(one.field, one.sentence) for one in told.value.shortcomings]


# When, who


def test_the_program_says_that_too_few_are_left(people, standing):
    assert voting.too_few(standing, at=SOON) == (
        "Too few members may judge this application: 1 of the 3 needed. "
        "The medical director appoints substitutes for it."
    )
    with pytest.raises(Refused, match="took part in the decision"):
        heard(people, standing.pk, at=SOON)


def test_only_the_medical_director_appoints(people, standing):
    for who in ("chair", "administrator", "pharmacist-1", "prescriber-w3", "member-3"):
        assert refusal(people, who, standing) in (
            "Only the medical director appoints substitutes.",
            "You wrote this application: somebody else has to do this.",
        )
    assert refusal(people, "director", standing) == ""


def test_where_the_committee_can_judge_nobody_is_appointed(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    assert refusal(people, "director", application) == (
        "The committee can judge this application as it is: it needs no substitutes."
    )


def test_conflicts_may_leave_too_few_and_the_medical_director_is_told(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    at = NOW + timedelta(hours=6)
    declare(people, application.pk, "member-1", at=at, conflict="Conosco la famiglia.")
    assert notices.appointers(fresh(application).last_step) == []
    declare(people, application.pk, "member-3", at=at, conflict="Conosco la famiglia.")
    application = fresh(application)
    assert notices.appointers(application.last_step) == [people["director"]]
    assert refusal(people, "director", application) == ""
    promise = Promise.objects.filter(job="notify_appointers").latest("pk")
    for _twice in range(2):
        job_named("notify_appointers")(key=promise.key, at=at, **promise.arguments)
    (told,) = Promise.objects.filter(job="mail_notice", arguments__about="substitutes")
    job_named("mail_notice")(key=told.key, at=at, **told.arguments)
    (sent,) = mail.outbox
    assert sent.to == ["director@ospedale.example"]


def test_a_ratification_that_too_few_may_judge_gets_substitutes_too(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    decided_alone(people, application.pk, at=NOW + timedelta(hours=5))
    Membership.objects.filter(user=people["member-3"]).delete()
    application = fresh(application)
    assert application.status == Status.APPROVED
    assert refusal(people, "director", application) == ""
    appoint(people, application, "on-call-consultant", presiding=None)
    assert voting.too_few(fresh(application), at=SOON) == ""


# Whom


def test_the_eligible_are_the_hospitals_people_who_had_no_part_in_it(people, standing):
    found = {one.user.username for one in substitutes.eligible(standing, at=SOON)}
    assert found == {
        "prescriber-w5",
        "head-w5",
        "pharmacist-2",
        "prescriber-nicu",
        *SUBSTITUTES,
    }


@pytest.mark.parametrize(
    ("who", "ground"),
    [
        ("prescriber-w3", "author"),
        ("head-w3", "endorsed"),
        ("pharmacist-1", "reviewed"),
        ("delegate-w3", "unit"),
    ],
)
def test_the_grounds_of_recusal_hold_for_whoever_has_no_seat(people, standing, who, ground):
    found = {one.user.username: one.ground for one in seats.everybody(standing, at=SOON)}
    assert found[who] == ground
    assert refused(people, standing, who, "head-nicu") == [
        ("members", f"{people[who].signature} is recused from this application.")
    ]


def test_whoever_treated_the_patient_voted_before_or_declared_a_conflict_is_not_appointed(people, standing):
    other = walk(people, Status.SUBMITTED, code="EMA-06", author="prescriber-w5", person=0)
    assert other.patient == standing.patient
    Membership.objects.filter(user=people["member-1"], role=Role.COMMITTEE_MEMBER).update(
        role=Role.PRESCRIBER
    )
    Membership.objects.filter(user=people["member-3"], role=Role.COMMITTEE_MEMBER).update(
        role=Role.PRESCRIBER
    )
    from approvals.models import Declaration

    Declaration.objects.create(
        application=standing,
        round=standing.round,
        has_conflict=True,
        text="Conosco la famiglia.",
        declared_at=SOON,
        declared_by=people["head-nicu"],
    )
    for name in ("member-1", "member-3"):
        people[name].__dict__.pop("_memberships", None)
    found = {one.user.username: one.ground for one in seats.everybody(standing, at=SOON)}
    assert found["prescriber-w5"] == "treated"
    assert found["member-1"] == "judged"
    assert found["head-nicu"] == "conflict"


@pytest.mark.parametrize("who", ["member-3", "director", "administrator", "auditor"])
def test_members_directors_administrators_and_auditors_are_not_appointed(people, standing, who):
    told = f"{people[who].signature} sits on the committee already, or has no role here that can judge."
    assert ("members", told) in refused(people, standing, who, "head-nicu")


def test_whoever_has_left_or_is_deactivated_is_not_appointed(people, standing):
    Membership.objects.filter(user=people["head-nicu"]).update(to_on=NOW.date())
    User.objects.filter(username="on-call-consultant").update(is_active=False)
    found = {one.user.username for one in substitutes.eligible(standing, at=SOON)}
    assert not found & {"head-nicu", "on-call-consultant"}
    assert refused(people, standing, "on-call-consultant", presiding="on-call-consultant")


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"reason": "Servono."}, "reason", "Write at least 20 characters."),
        ({"presiding": None}, "presiding", "Nobody presides over this application: say who does."),
        (
            {"presiding": "prescriber-w5"},
            "presiding",
            "Whoever presides has to be among those you appoint.",
        ),
    ],
)
def test_an_appointment_says_who_presides_and_why(people, standing, changed, field, told):
    assert refused(people, standing, **changed) == [(field, told)]


def test_somebody_has_to_be_chosen(people, standing):
    with pytest.raises(Refused) as told:
        actions.appoint(standing.pk, members=[], reason=WHY, by=people["director"], at=SOON)
    assert ("members", "Choose at least one person.") in [
        (one.field, one.sentence) for one in told.value.shortcomings
    ]


def test_where_somebody_presides_members_only_are_appointed(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    at = NOW + timedelta(hours=6)
    declare(people, application.pk, "member-1", "member-3", at=at, conflict="Conosco la famiglia.")
    assert refused(people, fresh(application), "head-nicu") == [
        ("presiding", "Somebody presides already: appoint members only.")
    ]
    appoint(people, fresh(application), "head-nicu", presiding=None)


# What they do then


def test_the_appointed_hear_vote_and_decide(people, standing):
    appoint(people, standing)
    application = fresh(standing)
    assert voting.too_few(application, at=SOON) == ""
    assert refusal(people, "director", application) == (
        "The committee can judge this application as it is: it needs no substitutes."
    )
    at = SOON + timedelta(hours=1)
    heard(people, application.pk, at=at, chair="head-nicu")
    choices = {"head_nicu": "reject", "on_call_pharmacist": "reject", "on_call_consultant": "reject"}
    vote(people, application.pk, at=at, **choices)
    application = actions.reject(application.pk, **REFUSAL, by=people["head-nicu"], at=at)
    assert application.status == Status.REJECTED
    tally = application.decisions.latest().tally
    assert (tally["voted"], tally["entitled"]) == (3, 4)


def test_they_sit_for_this_application_alone(people, standing):
    appoint(people, standing)
    other = walk(people, Status.COMMITTEE_REVIEW, person=5)
    assert refusal(people, "head-nicu", other, Action.DECLARE) == "Only members of the committee may vote."
    seen = Application.objects.visible_to(people["on-call-consultant"], at=SOON)
    assert list(seen) == [standing]


def tasks_of(people, who, application, at=SOON):
    people[who].__dict__.pop("_appointed", None)
    found = worklist(people[who], at=at).rows
    return {task for row, tasks in found if row.application.pk == application.pk for task in tasks}


def test_the_task_of_the_director_becomes_the_appointed_ones(people, standing):
    assert tasks_of(people, "director", standing) == {Task.APPOINT}
    assert tasks_of(people, "head-nicu", standing) == set()
    appoint(people, standing)
    assert tasks_of(people, "director", standing) == set()
    assert tasks_of(people, "head-nicu", standing) == {Task.HEAR}
    heard(people, standing.pk, at=SOON, chair="head-nicu")
    assert tasks_of(people, "on-call-consultant", standing) == {Task.VOTE}


def test_a_complete_committee_is_no_task_of_the_director(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    assert tasks_of(people, "director", application, at=NOW + timedelta(hours=9)) == set()


def test_the_appointed_are_told(people, standing):
    appoint(people, standing)
    told = notices.recipients(fresh(standing).last_step)
    assert {user.username for user in told} == set(SUBSTITUTES)


def test_an_appointment_never_changes(people, standing):
    appoint(people, standing)
    for statement in (
        "UPDATE approvals_appointment SET reason = 'Altro.'",
        "DELETE FROM approvals_appointment",
        "TRUNCATE approvals_appointment CASCADE",
    ):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)


# The page


@pytest.fixture
def opened(people):
    """The same, by the clock of the pages."""
    return appealed(people, rejected(people, at=timezone.now() - timedelta(days=2)), at=timezone.now())


def address(application):
    return reverse("act", args=[application.number, Action.APPOINT])


def form_of(page: str) -> str:
    return page.split('id="act"', 1)[1].split("</form>", 1)[0]


def test_the_director_searches_ticks_and_appoints(client, people, opened):
    client.force_login(people["director"])
    page = client.get(address(opened)).content.decode()
    chosen, found = people["on-call-consultant"], people["head-nicu"]
    assert chosen.signature in page and "Medico, Immunologia clinica" in page
    assert people["head-w3"].signature not in form_of(page)
    told = {"version": opened.version, "members": [chosen.pk], "search": "neonatale", "again": "1"}
    page = client.post(address(opened), told).content.decode()
    form = form_of(page)
    assert chosen.signature in form  # ticked already
    assert found.signature in form and people["prescriber-w5"].signature not in form
    assert not Appointment.objects.exists()
    people_ = [people[name].pk for name in SUBSTITUTES]
    told = {"version": opened.version, "members": people_, "presiding": found.pk, "reason": WHY}
    assert client.post(address(opened), told).status_code == 302
    assert {one.member.username for one in Appointment.objects.all()} == set(SUBSTITUTES)
    assert Appointment.objects.get(presides=True).member == found


def test_what_is_missing_stands_beside_its_field(client, people, opened):
    client.force_login(people["director"])
    answer = client.post(address(opened), {"version": opened.version, "reason": "Breve."})
    assert answer.status_code == 422
    page = answer.content.decode()
    for field in ("members", "presiding", "reason"):
        assert f'id="id_{field}_error"' in page
    assert "Breve." in page


def test_a_forged_tick_appoints_nobody_who_is_recused(client, people, opened):
    client.force_login(people["director"])
    author = people["prescriber-w3"]
    told = {"version": opened.version, "members": [author.pk], "presiding": author.pk, "reason": WHY}
    assert client.post(address(opened), told).status_code == 422
    assert not Appointment.objects.exists()


def test_an_appointed_person_reads_the_file_without_the_patients_name(client, people, opened):
    appoint(people, opened, at=timezone.now())
    client.force_login(people["on-call-consultant"])
    page = client.get(reverse("application", args=[opened.number])).content.decode()
    assert opened.patient.surname not in page
    client.force_login(people["prescriber-nicu"])
    assert client.get(reverse("application", args=[opened.number])).status_code == 404
