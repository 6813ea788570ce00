"""A refusal is appealed once, in time, and judged by people who took no part in it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership, Role
from approvals import actions, letters, notices, permissions, voting
from approvals.models import Appeal, Application
from approvals.refusals import Refused
from approvals.waiting import Task
from approvals.workflow import Action, Status
from approvals.worklist import items
from documents.filing import reserve
from outbox.jobs import job_named
from outbox.models import Promise
from tests.approvals.walk import (
    ERROR,
    LATER,
    NEWS,
    NOW,
    REFUSAL,
    WORSE,
    appealed,
    decided_alone,
    heard,
    inadmissible,
    judged,
    rejected,
    vote,
    walk,
)
from treatments import deadlines

SOON = NOW + timedelta(days=3)
ROME = ZoneInfo("Europe/Rome")
pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def others(people):
    """Enough people who have judged nothing yet, members since the day of the appeal."""
    return seat_others(people, since=SOON)


def seat_others(people, *, since):
    """A second chair, a pharmacist, a doctor."""
    seats = (
        ("head-nicu", Role.CHAIR),
        ("on-call-pharmacist", Role.COMMITTEE_MEMBER),
        ("on-call-consultant", Role.COMMITTEE_MEMBER),
    )
    for name, role in seats:
        unit = people[name].memberships.first().unit
        Membership.objects.create(user=people[name], role=role, unit=unit, from_on=since.date())
        people[name].__dict__.pop("_memberships", None)
    return [name for name, _role in seats]


def refusal(people, who, action, application, at=SOON):
    return permissions.why_not(people[who], action, application, at=at)


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


def again(people, application, result, *, at=SOON) -> Application:
    """The others hear the appeal and decide it."""
    heard(people, application.pk, at=at, chair="head-nicu")
    choice = "approve" if result == "approve" else "reject"
    vote(
        people,
        application.pk,
        at=at,
        head_nicu=choice,
        on_call_pharmacist=choice,
        on_call_consultant=choice,
    )
    by = {"by": people["head-nicu"], "at": at}
    if result == "approve":
        return actions.approve(application.pk, **by)
    return actions.reject(application.pk, **REFUSAL, **by)


def drawn(step):
    draft = letters.of(step)
    key = f"issue_letter:{step.pk}"
    document = reserve(key, kind=draft.kind, number=draft.number, at=step.at, by=step.by)
    with translation.override("it"):
        return repr(draft.compose(document))


# Who, when, once


@pytest.mark.parametrize("ground", ["new_information", "procedure"])
def test_an_appeal_brings_it_back_in_a_fresh_round(people, ground):
    application = rejected(people)
    round_, decided = application.round, application.decided_at
    application = appealed(people, application, at=SOON, ground=ground)
    assert application.status == Status.COMMITTEE_REVIEW
    assert (application.appealed_round, application.round) == (round_, round_ + 1)
    assert application.decision_due == deadlines.decision_due(SOON, is_urgent=False)
    assert (application.appealed_by, application.decided_at) == (application.author, decided)
    assert application.rapporteur is None
    appeal = application.appeal_made
    assert (appeal.ground, appeal.text, appeal.appealed_by) == (ground, NEWS, application.author)


def test_only_the_author_appeals(people):
    application = rejected(people)
    for who in ("head-w3", "prescriber-w5", "chair", "director"):
        assert refusal(people, who, Action.APPEAL, application) == (
            "Only the prescriber who wrote the application may do this."
        )


def test_an_appeal_is_possible_once(people, others):
    application = again(people, appealed(people, rejected(people), at=SOON), "reject")
    assert application.status == Status.REJECTED
    assert refusal(people, "prescriber-w3", Action.APPEAL, fresh(application)) == (
        "An appeal is possible once: this is the decision after it."
    )


def test_thirty_days_are_calendar_days_to_their_last_minute(people):
    application = rejected(people)  # 23 November, in the afternoon
    last = datetime(2026, 12, 23, 23, 59, tzinfo=ROME)
    assert refusal(people, "prescriber-w3", Action.APPEAL, application, last) == ""
    told = refusal(people, "prescriber-w3", Action.APPEAL, application, last + timedelta(minutes=2))
    assert told.startswith("The time to appeal is over: it was possible until ")
    with pytest.raises(Refused, match="The time to appeal is over"):
        appealed(people, application, at=last + timedelta(minutes=2))


def test_the_days_are_the_hospitals(people):
    assert deadlines.appeal_until(datetime(2026, 10, 24, 23, 30, tzinfo=ROME)) == date(2026, 11, 23)
    # In Rome it is the next day already.
    assert deadlines.appeal_until(datetime(2026, 10, 24, 22, 30, tzinfo=ZoneInfo("UTC"))) == date(
        2026, 11, 24
    )
    with override_settings(APPEAL_DAYS=10):
        assert deadlines.appeal_until(datetime(2026, 10, 24, 12, 0, tzinfo=ROME)) == date(2026, 11, 3)


def test_a_declined_emergency_is_not_appealed(people):
    application = rejected(people)
    application.submitted_at = None
    assert refusal(people, "prescriber-w3", Action.APPEAL, application) == (
        "An emergency that was declined is not appealed: write an ordinary application."
    )


@pytest.mark.parametrize(
    ("ground", "text", "field", "told"),
    [
        ("", NEWS, "ground", "Choose on which ground you appeal."),
        ("anger", NEWS, "ground", "Choose on which ground you appeal."),
        ("new_information", "", "text", "Write the text: it cannot be empty."),
        ("new_information", ERROR, "text", "Write at least 100 characters."),
        ("procedure", "Non è giusto.", "text", "Write at least 50 characters."),
    ],
)
def test_an_appeal_says_why(people, ground, text, field, told):
    application = rejected(people)
    with pytest.raises(Refused) as refused:
        appealed(people, application, at=SOON, ground=ground, text=text)
    assert [(one.field, one.sentence) for one in refused.value.shortcomings] == [(field, told)]
    assert not Appeal.objects.exists()


def test_a_procedural_error_needs_fewer_words(people):
    application = appealed(people, rejected(people), at=SOON, ground="procedure", text=ERROR)
    assert application.status == Status.COMMITTEE_REVIEW


def test_another_open_application_stands_in_the_way(people):
    application = rejected(people)
    other = walk(people, Status.SUBMITTED, at=NOW + timedelta(days=1))
    with pytest.raises(Refused, match=f"{other.number} is already open for this patient"):
        appealed(people, application, at=SOON)
    actions.withdraw(other.pk, reason="Doppia.", by=other.author, at=SOON)
    assert appealed(people, application, at=SOON).status == Status.COMMITTEE_REVIEW


def test_a_treatment_begun_meanwhile_stands_in_the_way(people):
    application = rejected(people)
    walk(people, Status.APPROVED, at=NOW + timedelta(days=1))
    with pytest.raises(Refused, match="the treatment goes on"):
        appealed(people, application, at=SOON)


@pytest.mark.django_db(transaction=True)
def test_an_appeal_and_a_new_application_at_the_same_moment(people):
    """Whichever comes first; the other reads why not."""
    from tests.approvals.test_at_once import all_at_once
    from tests.approvals.walk import draft

    for n in range(10):
        application = rejected(people, person=n)
        new = draft(people, at=SOON, person=n)
        happened = all_at_once(
            ("appeal", lambda one=application: appealed(people, one, at=SOON)),
            ("submit", lambda one=new: actions.submit(one.pk, by=one.author, at=SOON)),
        )
        assert len(happened) == 1, happened
        assert Appeal.objects.filter(application=application).count() == (happened == ["appeal"])


# Judged by others


def test_whoever_took_part_does_not_judge_the_appeal(people):
    application = rejected(people)
    actions_before = fresh(application)
    assert actions_before.votes.count() == 3
    application = appealed(people, application, at=SOON)
    for who in ("chair", "member-1", "member-2"):
        told = "You took part in the decision that is appealed: others judge it now."
        assert refusal(people, who, Action.DECLARE, application) == told
        assert refusal(people, who, Action.VOTE, application) == told
    assert refusal(people, "chair", Action.OPEN_HEARING, application) == (
        "You took part in the decision that is appealed: others judge it now."
    )
    # member-3 stayed away: may judge.
    assert refusal(people, "member-3", Action.DECLARE, application) == ""


def test_the_chair_who_closed_without_voting_took_part_too(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    at = NOW + timedelta(hours=6)
    vote(people, application.pk, at=at, member_1="reject", member_2="reject", member_3="reject")
    actions.reject(application.pk, **REFUSAL, by=people["chair"], at=at)
    application = appealed(people, application, at=SOON)
    assert refusal(people, "chair", Action.DECLARE, application) == (
        "You took part in the decision that is appealed: others judge it now."
    )


def test_the_rapporteur_of_the_refusal_does_not_judge_the_appeal(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    actions.name_rapporteur(application.pk, member=people["member-3"], by=people["chair"], at=NOW)
    at = NOW + timedelta(hours=6)
    vote(people, application.pk, at=at, chair="reject", member_1="reject", member_2="reject")
    actions.reject(application.pk, **REFUSAL, by=people["chair"], at=at)
    application = appealed(people, application, at=SOON)
    assert application.rapporteur is None
    assert refusal(people, "member-3", Action.DECLARE, application) == (
        "You took part in the decision that is appealed: others judge it now."
    )


def test_the_pharmacist_who_reviewed_stays_recused(people):
    application = rejected(people)
    unit = people["member-1"].memberships.get().unit
    person = people["pharmacist-1"]
    Membership.objects.create(
        user=person, role=Role.COMMITTEE_MEMBER, unit=unit, from_on=NOW.date().replace(year=2020)
    )
    application = appealed(people, application, at=SOON)
    assert refusal(people, "pharmacist-1", Action.DECLARE, application) == (
        "You reviewed this application for the pharmacy: you may not judge it."
    )


def test_lists_and_rules_agree_on_who_judges_the_appeal(people, others):
    application = appealed(people, rejected(people), at=SOON)
    heard(people, application.pk, at=SOON, chair="head-nicu")
    application = fresh(application)
    at = SOON + timedelta(minutes=1)
    entitled = {m.user.username for m in voting.committee(application, at=at) if not m.recusal}
    assert entitled == {"member-3", *others}
    waiting = {
        name
        for name, user in people.items()
        if (Task.VOTE, application.pk) in {(i.task, i.pk) for i in items(user, at=at)}
    }
    assert waiting == entitled


def test_the_others_approve_and_a_period_opens(people, others):
    application = again(people, appealed(people, rejected(people), at=SOON), "approve")
    assert application.status == Status.APPROVED
    assert application.authorisations.get().number == f"{application.number}/1"


# What else assumed a decision by the committee, or an opinion


def test_an_inadmissible_application_is_appealed_without_an_opinion(people, others):
    application = appealed(people, inadmissible(people), at=SOON)
    assert (application.appealed_round, application.round) == (0, 1)
    assert application.referred_by == application.author
    assert Application.objects.visible_to(people["member-1"], at=SOON).filter(pk=application.pk).exists()
    # Nobody of the committee has judged it: all may, but the pharmacists who did.
    assert refusal(people, "chair", Action.DECLARE, application) == ""
    at = SOON + timedelta(hours=1)
    vote(people, application.pk, at=at, chair="approve", member_1="approve", member_2="approve")
    vote(people, application.pk, at=at, member_3="approve", head_nicu="approve")
    vote(people, application.pk, at=at, on_call_pharmacist="approve", on_call_consultant="approve")
    application = actions.approve(application.pk, by=people["chair"], at=at)
    letter = drawn(application.last_step)
    assert "nessuno: non ammissibile, poi riesame" in letter
    assert "Decisione sul riesame" in letter


def test_above_the_ceiling_an_inadmissible_application_cannot_be_authorised(people):
    from approvals.policies.ceiling import pharmacist_let_pass

    application = appealed(people, inadmissible(people), at=SOON)
    assert pharmacist_let_pass(application) is False


def test_a_denied_ratification_is_appealed(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    decided_alone(people, application.pk, at=NOW + timedelta(hours=5))
    at = NOW + timedelta(days=1)
    vote(people, application.pk, at=at, member_1="reject", member_2="reject", member_3="reject")
    actions.deny_ratification(application.pk, **REFUSAL, by=people["chair"], at=at)
    application = appealed(people, application, at=SOON)
    assert application.status == Status.COMMITTEE_REVIEW
    for who in ("chair", "member-1"):
        assert refusal(people, who, Action.DECLARE, application) == (
            "You took part in the decision that is appealed: others judge it now."
        )


def test_a_refused_renewal_is_appealed_and_opens_the_next_period(people):
    application = walk(people, Status.APPROVED)
    actions.reassess(application.pk, outcome=judged(WORSE), by=application.author, at=LATER)
    names = dict.fromkeys(("chair", "member_1", "member_2", "member_3"), "reject")
    vote(people, application.pk, at=LATER, **names)
    application = actions.reject(application.pk, **REFUSAL, by=people["chair"], at=LATER)
    at = LATER + timedelta(days=1)
    seat_others(people, since=at)
    application = again(people, appealed(people, application, at=at), "approve", at=at)
    assert application.authorisations.live().get().period == 2
    # A later refusal is not the decision on the appeal, and not appealed again.
    later = at + timedelta(days=80)
    actions.reassess(application.pk, outcome=judged(WORSE), by=application.author, at=later)
    application = again(people, fresh(application), "reject", at=later)
    letter = drawn(application.last_step)
    assert "Decisione sul riesame" not in letter
    assert "Contro questa decisione non è possibile un altro riesame" in letter


def test_an_appeal_is_not_decided_by_the_chair_alone(people, others):
    application = appealed(people, rejected(people), at=SOON)
    with override_settings(CHAIR_DECIDES_ALONE=True), pytest.raises(Refused, match="is not decided by one"):
        actions.decide_urgently(
            application.pk, alone_because="Non può aspettare la seduta.", by=people["head-nicu"], at=SOON
        )


# Letters, mails, pages


def test_the_letter_of_a_refusal_says_until_when_it_may_be_appealed(people):
    application = rejected(people)
    first = application.last_step
    assert "23 dicembre 2026" in drawn(first)
    # Drawn after the appeal, it says the same.
    appealed(people, application, at=SOON)
    assert "23 dicembre 2026" in drawn(Application.objects.get(pk=application.pk).steps.get(pk=first.pk))


def test_the_letter_on_the_appeal_says_so_and_offers_no_other(people, others):
    application = again(people, appealed(people, rejected(people), at=SOON), "reject")
    letter = drawn(application.last_step)
    assert "Decisione sul riesame" in letter
    assert "26 novembre 2026" in letter
    assert "Contro questa decisione non è possibile un altro riesame" in letter
    assert "23 dicembre" not in letter


def test_whoever_presides_is_told_and_where_nobody_does_the_medical_director(people, others):
    application = appealed(people, rejected(people), at=SOON)
    assert notices.recipients(application.last_step) == [people["head-nicu"]]
    assert notices.appointers(application.last_step) == []


def test_where_nobody_may_preside_the_medical_director_is_told(people):
    application = appealed(people, rejected(people), at=SOON)
    step_ = application.last_step
    assert notices.recipients(step_) == []
    assert notices.appointers(step_) == [people["director"]]
    job_named("notify")(key="k", at=SOON, step=step_.pk)
    (promise,) = Promise.objects.filter(job="mail_notice", arguments__step=step_.pk)
    job_named("mail_notice")(key="m", at=SOON, **promise.arguments)
    (sent,) = mail.outbox
    assert sent.to == ["director@ospedale.example"]
    assert "sostituti" in sent.subject
    assert application.patient.surname not in sent.subject + sent.body


def page(client, user, application):
    client.force_login(user)
    return client.get(reverse("application", args=[application.number])).content.decode()


def test_the_author_appeals_on_the_page(client, people):
    application = rejected(people, at=timezone.now() - timedelta(days=1))
    client.force_login(application.author)
    address = reverse("act", args=[application.number, Action.APPEAL])
    assert address in page(client, application.author, application)
    assert client.get(address).status_code == 200
    told = {"version": application.version, "ground": "new_information"}
    short = client.post(address, {**told, "text": "Poco."})
    assert short.status_code == 422
    assert "Poco." in short.content.decode()
    assert client.post(address, {**told, "text": NEWS}).status_code == 302
    application = fresh(application)
    assert application.status == Status.COMMITTEE_REVIEW
    assert "ciclosporina per tre mesi" in page(client, application.author, application)


def test_the_committee_reads_the_appeal_without_the_patients_name(client, people):
    application = rejected(people, at=timezone.now() - timedelta(days=1))
    name = application.patient.surname
    text = f"{NEWS} Il sig. {name} attende."
    application = appealed(people, application, at=timezone.now(), text=text)
    shown = page(client, people["member-3"], application)
    assert "ciclosporina per tre mesi" in shown
    assert name not in shown
    assert name in page(client, application.author, application)


def test_after_thirty_days_the_button_says_why_not(client, people):
    application = rejected(people, at=timezone.now() - timedelta(days=40))
    shown = page(client, application.author, application)
    assert f'id="why-{Action.APPEAL}"' in shown


# The database


def test_an_appeal_never_changes(people):
    appealed(people, rejected(people), at=SOON)
    for statement in (
        "UPDATE approvals_appeal SET text = 'Altro.'",
        "DELETE FROM approvals_appeal",
        "TRUNCATE approvals_appeal CASCADE",
    ):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)


def test_the_database_lets_one_appeal_through(people):
    application = appealed(people, rejected(people), at=SOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.create(
            application=application,
            ground="procedure",
            text=ERROR,
            appealed_at=SOON,
            appealed_by=application.author,
        )
