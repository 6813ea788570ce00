"""The chair alone between two sittings: allowed by setting, ratified by the others or not."""

from datetime import timedelta
from html import unescape

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation

from accounts.people import day
from approvals import actions, letters, timeline, voting
from approvals.limits import Limits
from approvals.models import Application, Hearing, Letter
from approvals.record import Record
from approvals.refusals import Refused
from approvals.waiting import Task
from approvals.workflow import Action, Status
from approvals.worklist import items
from audit.models import Entry
from documents import filing
from documents.models import Kind
from outbox.keeping import keep_due
from outbox.models import Promise
from tests.approvals.test_letters import drawn
from tests.approvals.walk import (
    ALONE,
    LATER,
    REFUSAL,
    WORSE,
    decided_alone,
    declare,
    heard,
    judged,
    vote,
    walk,
)
from tests.approvals.walk import NOW as BEGUN
from treatments.models import Verdict

pytestmark = pytest.mark.usefixtures("catalogue")
NOW = BEGUN + timedelta(hours=9)  # it stands before the committee since four hours
OTHERS = ("member-1", "member-2", "member-3")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def waiting(people) -> Application:
    return walk(people, Status.COMMITTEE_REVIEW)


@pytest.fixture
def alone(people, waiting) -> Application:
    """In force because the chair decided alone."""
    return decided_alone(people, waiting.pk, at=NOW, limits=Limits(co_therapy="Metotrexato"))


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


def all_vote(people, application, choice, at=NOW):
    vote(people, application.pk, at=at, **dict.fromkeys(OTHERS, choice))


# ── Deciding ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_hospital_that_does_not_allow_it_says_so(people, waiting, settings):
    assert not settings.CHAIR_DECIDES_ALONE
    with pytest.raises(Refused, match="In this hospital the chair does not decide between sittings"):
        actions.decide_urgently(waiting.pk, alone_because=ALONE, by=people["chair"], at=NOW)


def test_it_opens_the_period_and_promises_the_letter(people, alone):
    assert alone.status == Status.APPROVED
    decision, period = alone.decisions.get(), alone.authorisations.get()
    assert (decision.alone_because, decision.decided_by) == (ALONE, people["chair"])
    assert (decision.tally["voted"], decision.co_therapy) == (0, "Metotrexato")
    assert period.grams > 0
    assert Promise.objects.filter(key=f"issue_letter:{decision.step_id}").exists()


@pytest.mark.parametrize("because", ["", "Urge.", "   "])
def test_it_says_why_it_cannot_wait(people, waiting, settings, because):
    settings.CHAIR_DECIDES_ALONE = True
    with pytest.raises(Refused) as refusal:
        actions.decide_urgently(waiting.pk, alone_because=because, by=people["chair"], at=NOW)
    assert [one.field for one in refusal.value.shortcomings] == ["alone_because"]


def test_limits_are_judged_as_in_any_approval(people, waiting):
    with pytest.raises(Refused) as refusal:
        decided_alone(people, waiting.pk, at=NOW, limits=Limits(cycles=99))
    assert [one.field for one in refusal.value.shortcomings] == ["cycles"]


def test_a_use_that_takes_two_thirds_is_not_decided_by_one(people):
    application = walk(people, Status.COMMITTEE_REVIEW, code="TRA-01")
    with pytest.raises(Refused, match="takes two thirds of the votes, is not decided by one person"):
        decided_alone(people, application.pk, at=NOW)


def test_an_appeal_is_not_decided_by_one(people, waiting):
    Application.objects.filter(pk=waiting.pk).update(
        appealed_at=NOW, appealed_by=waiting.author, appealed_round=0
    )
    with pytest.raises(Refused, match="An appeal, or a use that takes two thirds"):
        decided_alone(people, waiting.pk, at=NOW)


def test_what_is_being_heard_is_decided_by_the_votes(people, waiting):
    heard(people, waiting.pk, at=NOW)
    with pytest.raises(Refused, match="The committee is hearing this application: its votes decide"):
        decided_alone(people, waiting.pk, at=NOW)


def test_nobody_but_whoever_presides_decides_alone(people, waiting, settings):
    settings.CHAIR_DECIDES_ALONE = True
    for name in ("member-1", "director", "pharmacist-1"):
        with pytest.raises(Refused, match="Only the chair of the committee may do this"):
            actions.decide_urgently(waiting.pk, alone_because=ALONE, by=people[name], at=NOW)
    declare(people, waiting.pk, "chair", conflict="Parente del paziente.")
    with pytest.raises(Refused, match="You declared a conflict of interest"):
        decided_alone(people, waiting.pk, at=NOW)


def test_the_letter_says_that_the_chair_alone_decided(people, alone):
    told = repr(drawn(alone.steps.get(action=Action.DECIDE_URGENTLY)))
    assert "Il presidente della commissione autorizza" in told
    assert ALONE in told


# ── Ratifying ──────────────────────────────────────────────────────────────────────────────────────────


def test_it_waits_for_a_sitting_until_it_is_judged(people, alone):
    task = (Task.RATIFY, alone.pk)
    assert task in {(item.task, item.pk) for item in items(people["chair"], at=NOW)}
    all_vote(people, alone, "approve")
    waits = {(item.task, item.pk) for item in items(people["chair"], at=NOW)}
    assert task not in waits and (Task.CLOSE, alone.pk) in waits
    actions.ratify(alone.pk, by=people["chair"], at=NOW)
    assert not {item for item in items(people["chair"], at=NOW) if item.pk == alone.pk}


def test_it_is_voted_on_in_a_round_of_its_own_without_the_chair(people, alone):
    heard(people, alone.pk, at=NOW)
    assert fresh(alone).round == alone.round + 1
    for act in (
        lambda: declare(people, alone.pk, "chair", at=NOW),
        lambda: vote(people, alone.pk, at=NOW, chair="approve"),
    ):
        with pytest.raises(Refused, match="You took this decision alone: the others ratify it or not"):
            act()
    tally = voting.tally(fresh(alone), at=NOW)
    assert (tally.entitled, tally.recused) == (3, 1)


@pytest.mark.parametrize("choice", ["conditions", "information"])
def test_the_vote_is_yes_or_no(people, alone, choice):
    with pytest.raises(Refused) as refusal:
        vote(people, alone.pk, at=NOW, member_1=choice)
    assert [one.field for one in refusal.value.shortcomings] == ["choice"]


def test_a_ratification_changes_nothing_for_the_patient(people, alone):
    all_vote(people, alone, "approve")
    actions.ratify(alone.pk, by=people["chair"], at=NOW)
    now = fresh(alone)
    first, second = now.decisions.order_by("round")
    assert (now.status, second.is_approval, second.ratifies) == (Status.APPROVED, True, first)
    assert (second.tally["in_favour"], second.tally["entitled"]) == (3, 3)
    assert second.co_therapy == "Metotrexato"
    assert now.authorisations.get().settled_at is None
    assert now.hearings.get().outcome == Hearing.Outcome.RATIFIED
    told(people, now, {"prescriber-w3", "pharmacist-1"})


def told(people, application, names):
    step = application.steps.latest("sequence")
    Promise.objects.exclude(key=f"notify:{step.pk}").delete()
    keep_due(at=NOW)
    assert {sent.to[0] for sent in mail.outbox} == {people[name].email for name in names}


def test_not_ratified_the_treatment_ends_and_what_was_given_stays(people, alone):
    actions.record_infusion(alone.pk, on=day(NOW), by=alone.author, at=NOW)
    issued = letter_of(people, alone)
    all_vote(people, alone, "reject")
    actions.deny_ratification(alone.pk, **REFUSAL, by=people["chair"], at=LATER)
    now, period = fresh(alone), alone.authorisations.get()
    assert now.status == Status.REJECTED
    assert (period.verdict, period.settled_at) == (Verdict.NOT_RATIFIED, LATER)
    assert period.first_infusion_on == day(NOW)
    assert now.hearings.get().outcome == Hearing.Outcome.NOT_RATIFIED
    issued.refresh_from_db()
    assert issued.valid_until == day(LATER)
    step = now.steps.latest("sequence")
    assert (step.action, step.source, step.target) == ("deny_ratification", "approved", "rejected")
    assert Entry.objects.filter(chain=now.chain, action=Action.DENY_RATIFICATION).count() == 1
    assert Promise.objects.filter(key=f"issue_letter:{step.pk}").exists()
    assert "non ratifica quanto autorizzato dal presidente" in repr(drawn(step))


def letter_of(people, application):
    """As if the letter of the decision had been issued."""
    step = application.steps.get(action=Action.DECIDE_URGENTLY)
    draft = letters.of(step)
    reserved = filing.reserve("test:1", kind=Kind.APPROVAL, number=draft.number, at=NOW, by=people["chair"])
    document = filing.file(reserved, b"%PDF-1")
    Letter.objects.create(application=application, step=step, document=document)
    return document


def test_the_chair_closes_it_as_the_others_voted(people, alone):
    all_vote(people, alone, "reject")
    with pytest.raises(Refused, match="The votes do not approve: 0 in favour, 3 against"):
        actions.ratify(alone.pk, by=people["chair"], at=NOW)
    with pytest.raises(Refused):
        actions.deny_ratification(alone.pk, **{**REFUSAL, "reasons": "No."}, by=people["chair"], at=NOW)
    with pytest.raises(Refused, match="Only the chair"):
        actions.deny_ratification(alone.pk, **REFUSAL, by=people["member-1"], at=NOW)
    actions.deny_ratification(alone.pk, **REFUSAL, by=people["chair"], at=NOW)


def test_a_ratification_may_be_put_off_in_the_same_round_of_its_own(people, alone):
    heard(people, alone.pk, at=NOW)
    later = day(NOW).replace(day=30)
    actions.defer(alone.pk, reason="Manca il relatore.", until=later, by=people["chair"], at=NOW)
    assert fresh(alone).status == Status.APPROVED
    heard(people, alone.pk, at=NOW)
    assert fresh(alone).round == alone.round + 2
    all_vote(people, alone, "approve")
    actions.ratify(alone.pk, by=people["chair"], at=NOW)
    assert alone.decisions.count() == 2


def test_what_is_ratified_is_not_heard_again(people, alone):
    all_vote(people, alone, "approve")
    actions.ratify(alone.pk, by=people["chair"], at=NOW)
    with pytest.raises(Refused, match="It is decided: there is nothing to ratify"):
        heard(people, alone.pk, at=NOW)


def test_judged_anew_after_a_reassessment_it_needs_no_ratification(people, alone):
    """Without benefit the committee decides on the same treatment: its chair votes and closes as ever."""
    actions.reassess(alone.pk, outcome=judged(WORSE), by=alone.author, at=LATER)
    assert fresh(alone).status == Status.COMMITTEE_REVIEW
    vote(people, alone.pk, at=LATER, chair="approve", member_1="approve", member_2="approve")
    actions.approve(alone.pk, by=people["chair"], at=LATER)
    assert fresh(alone).status == Status.APPROVED
    with pytest.raises(Refused, match="It is decided: there is nothing to ratify"):
        heard(people, alone.pk, at=LATER)


# ── On the page ────────────────────────────────────────────────────────────────────────────────────────


def page(client, people, application, name="prescriber-w3") -> str:
    client.force_login(people[name])
    client.cookies["django_language"] = "en"
    return unescape(client.get(reverse("application", args=[application.number])).content.decode())


def test_the_page_says_who_decided_and_what_the_others_said(client, people, alone):
    shown = page(client, people, alone)
    assert "by the chair alone, to be ratified" in shown
    assert ALONE in shown
    all_vote(people, alone, "approve")
    assert "by the chair alone, to be ratified" in page(client, people, alone)
    actions.ratify(alone.pk, by=people["chair"], at=NOW)
    shown = page(client, people, alone)
    assert "by the chair alone, ratified: 3 in favour, 0 against" in shown
    assert "Together with: Metotrexato." in shown


def test_the_page_says_that_it_was_not_ratified_and_why(client, people, alone):
    all_vote(people, alone, "reject")
    actions.deny_ratification(alone.pk, **REFUSAL, by=people["chair"], at=NOW)
    shown = page(client, people, alone, "pharmacist-1")
    assert "by the chair alone, not ratified: 0 in favour, 3 against" in shown
    assert REFUSAL["reasons"] in shown


def test_the_timeline_tells_both(people, alone):
    all_vote(people, alone, "approve")
    actions.ratify(alone.pk, by=people["chair"], at=NOW)
    titles = [one.title for one in timeline.moments(Record(fresh(alone)), with_votes=False, erase=str)]
    assert titles[0] == "Ratified by the committee"
    assert "Authorised by the chair between sittings" in titles
    assert "Vote recorded" not in titles


def test_it_is_decided_and_ratified_from_pages(client, people, waiting, settings):
    settings.CHAIR_DECIDES_ALONE = True

    def does(action, **data):
        client.force_login(people["chair"])
        address = reverse("act", args=[waiting.number, action])
        answer = client.post(address, {"version": fresh(waiting).version, **data})
        assert answer.status_code == 302, answer.content.decode()

    does(Action.DECIDE_URGENTLY, alone_because=ALONE, conditions="Emocromo al giorno 7.")
    all_vote(people, waiting, "approve")
    does(Action.RATIFY)
    assert waiting.decisions.latest().ratifies.conditions == "Emocromo al giorno 7."
