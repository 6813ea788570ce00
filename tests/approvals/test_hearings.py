"""While the committee hears a case: who may open it, who has a voice, when it may be closed, how it ends."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import translation

from accounts.models import Membership, User
from accounts.people import day
from approvals import actions, voting
from approvals.forms import AskForm
from approvals.models import Application, Hearing, Vote
from approvals.refusals import Refused
from approvals.workflow import Action, Status
from audit.models import Entry
from outbox.keeping import keep_due
from outbox.models import Promise
from tests.approvals.walk import (
    BETTER,
    COMMITTEE,
    NOW,
    REFUSAL,
    decided_alone,
    declare,
    heard,
    judged,
    meeting,
    vote,
    walk,
)

pytestmark = pytest.mark.usefixtures("catalogue")
HELP = "The medical director appoints substitutes for it."
AT = NOW + timedelta(hours=9)
UNTIL = AT + timedelta(days=2)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def application(people) -> Application:
    """Before the committee."""
    return walk(people, Status.COMMITTEE_REVIEW)


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


def open_virtual(people, application, *, until=UNTIL, at=AT) -> Hearing:
    return actions.open_hearing(application.pk, voting_until=until, by=people["chair"], at=at)


def cast(people, application, name, choice="approve", *, at=AT):
    """One vote in whatever hearing there is."""
    text = "" if choice == "approve" else "Motivo."
    codes = ["R03"] if choice == "reject" else []
    told = {"choice": choice, "text": text, "reason_codes": codes}
    actions.vote(application.pk, round=fresh(application).round, **told, by=people[name], at=at)


def approve(people, application, *, at=AT):
    actions.approve(application.pk, by=people["chair"], at=at)


def reject(people, application, *, at=AT):
    actions.reject(application.pk, **REFUSAL, by=people["chair"], at=at)


# ── Opening ────────────────────────────────────────────────────────────────────────────────────────────


def test_opening_leaves_one_step_and_one_entry(people, application):
    before = application.steps.count()
    hearing = open_virtual(people, application)
    assert (hearing.round, hearing.is_virtual, hearing.voting_until) == (application.round, True, UNTIL)
    assert [step.action for step in application.steps.all()[before:]] == [Action.OPEN_HEARING]
    assert Entry.objects.filter(chain=application.chain, action=Action.OPEN_HEARING).count() == 1


def test_it_is_heard_once_at_a_time(people, application):
    open_virtual(people, application)
    with pytest.raises(Refused, match="The committee is hearing this application already"):
        meeting(people, application.pk, at=AT)


@pytest.mark.parametrize("until", [AT, AT - timedelta(minutes=1)])
def test_a_virtual_round_ends_in_the_time_to_come(people, application, until):
    with pytest.raises(Refused, match="Say until when the members may vote") as refusal:
        open_virtual(people, application, until=until)
    assert [one.field for one in refusal.value.shortcomings] == ["voting_until"]


@pytest.mark.parametrize("name", ["member-1", "director", "prescriber-w3"])
def test_only_the_chair_opens(people, application, name):
    with pytest.raises(Refused, match="Only the chair of the committee may do this"):
        actions.open_hearing(application.pk, voting_until=UNTIL, by=people[name], at=AT)


def test_too_few_who_may_judge_open_nothing(people, application):
    declare(people, application.pk, "member-1", "member-3", at=AT, conflict="Parente del paziente.")
    with pytest.raises(Refused) as refusal:
        open_virtual(people, application)
    told = "Too few members may judge this application: 2 of the 3 needed."
    assert refusal.value.sentence == f"{told} {HELP}"


def test_without_a_profession_nothing_is_opened(people, application):
    declare(people, application.pk, "member-2", at=AT, conflict="Parente del paziente.")
    with pytest.raises(Refused) as refusal:
        open_virtual(people, application)
    assert refusal.value.sentence == f"Nobody who may judge this application is: pharmacist. {HELP}"


def test_without_a_chair_the_program_says_so(people, application):
    declare(people, application.pk, "chair", at=AT, conflict="Parente del paziente.")
    told = "Nobody may preside over this application: the chair is recused."
    assert voting.too_few(application, at=AT) == f"{told} {HELP}"


def test_professions_and_number_are_settings(people, application, settings):
    settings.COMMITTEE_NEEDS, settings.COMMITTEE_LEAST = ["doctor"], 2
    declare(people, application.pk, "member-2", "member-3", at=AT, conflict="Parente del paziente.")
    assert open_virtual(people, application).closed_at is None


def test_what_is_decided_by_the_votes_is_not_heard_again(people):
    application = walk(people, Status.APPROVED)
    with pytest.raises(Refused, match="It is decided: there is nothing to ratify"):
        open_virtual(people, application)


# ── Who has a voice ────────────────────────────────────────────────────────────────────────────────────


def test_before_it_is_heard_nobody_votes(people, application):
    declare(people, application.pk, "member-1", at=AT)
    with pytest.raises(Refused, match="The committee is not hearing this application now"):
        cast(people, application, "member-1")
    assert not Vote.objects.exists()


def test_in_a_meeting_those_present_vote(people, application):
    meeting(people, application.pk, "chair", "member-2", at=AT)
    declare(people, application.pk, *COMMITTEE, at=AT)
    with pytest.raises(Refused, match="You are not registered as present: ask the chair"):
        cast(people, application, "member-1")
    cast(people, application, "member-2")
    actions.arrive(application.pk, member=people["member-1"], by=people["chair"], at=AT)
    cast(people, application, "member-1")
    assert voting.tally(fresh(application), at=AT).in_favour == 2


def test_the_vote_of_who_leaves_stays_and_changes_only_when_they_are_back(people, application):
    meeting(people, application.pk, at=AT)
    declare(people, application.pk, *COMMITTEE, at=AT)
    cast(people, application, "member-1")
    actions.leave(application.pk, member=people["member-1"], by=people["chair"], at=AT)
    with pytest.raises(Refused, match="You are not registered as present"):
        cast(people, application, "member-1", "reject")
    assert voting.tally(fresh(application), at=AT).in_favour == 1
    actions.arrive(application.pk, member=people["member-1"], by=people["chair"], at=AT)
    cast(people, application, "member-1", "reject")
    assert voting.tally(fresh(application), at=AT).against == 1


def test_coming_twice_is_one_presence_and_coming_again_another(people, application):
    hearing = meeting(people, application.pk, "chair", at=AT)
    come = {"member": people["member-1"], "by": people["chair"], "at": AT}
    for _twice in range(2):
        actions.arrive(application.pk, **come)
    assert hearing.presences.filter(member=people["member-1"]).count() == 1
    actions.leave(application.pk, **come)
    actions.arrive(application.pk, **come)
    left = [one.left_at for one in hearing.presences.filter(member=people["member-1"]).order_by("pk")]
    assert left == [AT, None]


def test_where_nothing_is_heard_nobody_comes_or_goes(people, application):
    come = {"member": people["member-1"], "by": people["chair"], "at": AT}
    actions.arrive(application.pk, **come)
    actions.leave(application.pk, **come)
    assert not Hearing.objects.exists()


def test_after_the_end_of_a_virtual_round_nobody_votes(people, application):
    open_virtual(people, application)
    declare(people, application.pk, "member-1", "member-2", at=AT)
    cast(people, application, "member-1", at=UNTIL - timedelta(seconds=1))
    with pytest.raises(Refused, match="The time to vote is over"):
        cast(people, application, "member-2", at=UNTIL)


# ── Closing ────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_decided_that_is_not_heard(people, application):
    for decide in (approve, reject):
        with pytest.raises(Refused, match="The committee is not hearing this application now"):
            decide(people, application)


def three_votes(people, application, at=AT):
    """Two in favour, one against; the fourth could make it a tie that the chair breaks against."""
    vote(people, application.pk, at=at, chair="reject", member_1="approve", member_2="approve")


def test_a_virtual_round_closes_early_only_when_nothing_can_change(people, application):
    open_virtual(people, application)
    three_votes(people, application)
    for decide in (approve, reject):
        with pytest.raises(Refused, match="Votes that are still missing may change the result"):
            decide(people, application)
    vote(people, application.pk, at=AT, member_3="abstain")
    approve(people, application)
    assert fresh(application).status == Status.APPROVED


def test_at_its_end_a_virtual_round_closes_on_the_votes_there_are(people, application):
    open_virtual(people, application)
    three_votes(people, application)
    approve(people, application, at=UNTIL)
    assert fresh(application).status == Status.APPROVED


def test_a_meeting_closes_without_waiting_for_those_away(people, application):
    meeting(people, application.pk, "chair", "member-1", "member-2", at=AT)
    three_votes(people, application)
    approve(people, application)
    assert fresh(application).status == Status.APPROVED


def test_at_its_end_without_a_quorum_it_cannot_be_closed(people, application):
    open_virtual(people, application)
    vote(people, application.pk, at=AT, chair="approve", member_2="approve")
    with pytest.raises(Refused, match="No quorum: 2 of 4 entitled members have voted, 3 are needed"):
        approve(people, application, at=UNTIL)


def test_a_quorum_without_the_pharmacist_is_none(people, application):
    open_virtual(people, application)
    vote(people, application.pk, at=AT, chair="approve", member_1="approve", member_3="approve")
    with pytest.raises(Refused, match="No quorum: nobody who has voted is: pharmacist"):
        approve(people, application)
    vote(people, application.pk, at=AT, member_2="abstain")
    approve(people, application)


def test_a_tie_is_decided_by_the_chairs_vote_or_by_setting_not_at_all(people, application, settings):
    open_virtual(people, application)
    votes = {"chair": "approve", "member_1": "approve", "member_2": "reject", "member_3": "reject"}
    vote(people, application.pk, at=AT, **votes)
    assert voting.tally(fresh(application), at=AT).result == Hearing.Outcome.APPROVED
    settings.COMMITTEE_CASTING_VOTE = False
    assert voting.tally(fresh(application), at=AT).result == Hearing.Outcome.REJECTED
    reject(people, application)


def test_when_everybody_abstains_it_can_only_be_put_off(people, application):
    open_virtual(people, application)
    vote(people, application.pk, at=AT, **dict.fromkeys(("chair", "member-1", "member-2"), "abstain"))
    for decide in (approve, reject):
        with pytest.raises(Refused, match="Everybody abstains: the votes decide nothing"):
            decide(people, application, at=UNTIL)
    put_off(people, application, at=UNTIL)


def test_when_the_votes_ask_for_information_the_prescriber_is_asked(people, application):
    open_virtual(people, application)
    vote(people, application.pk, at=AT, **dict.fromkeys(("chair", "member-1", "member-2"), "information"))
    for decide in (approve, reject):
        with pytest.raises(Refused, match="The votes ask for further information"):
            decide(people, application, at=UNTIL)
    actions.ask(application.pk, questions=["Quale titolo?"], by=people["chair"], at=UNTIL)
    assert fresh(application).status == Status.INFORMATION_REQUESTED
    hearing = application.hearings.get()
    assert (hearing.outcome, hearing.closed_by) == (Hearing.Outcome.INFORMATION, people["chair"])


# ── Putting off, asking ────────────────────────────────────────────────────────────────────────────────


def put_off(people, application, *, reason="Manca il relatore.", days=14, at=AT):
    until = None if days is None else day(at) + timedelta(days=days)
    return actions.defer(application.pk, reason=reason, until=until, by=people["chair"], at=at)


def test_a_deferral_keeps_why_and_until_when_and_starts_a_new_round(people, application):
    open_virtual(people, application)
    vote(people, application.pk, at=AT, member_1="approve")
    put_off(people, application)
    now, hearing = fresh(application), application.hearings.get()
    assert (now.status, now.round) == (Status.COMMITTEE_REVIEW, application.round + 1)
    assert (hearing.outcome, hearing.reason) == (Hearing.Outcome.DEFERRED, "Manca il relatore.")
    assert hearing.deferred_to == day(AT) + timedelta(days=14)
    assert voting.tally(now, at=AT).voted == 0
    open_virtual(people, now)
    with pytest.raises(Refused, match="First declare"):
        cast(people, now, "member-1")


def test_the_author_is_told_of_a_deferral(people, application):
    open_virtual(people, application)
    put_off(people, application)
    Promise.objects.exclude(key=f"notify:{application.steps.latest('sequence').pk}").delete()
    keep_due(at=AT)
    (sent,) = mail.outbox
    assert sent.to == [people["prescriber-w3"].email]


@pytest.mark.parametrize(("about", "field"), [({"reason": " "}, "reason"), ({"days": None}, "until")])
def test_a_deferral_says_why_and_until_when(people, application, about, field):
    open_virtual(people, application)
    with pytest.raises(Refused) as refusal:
        put_off(people, application, **about)
    assert [one.field for one in refusal.value.shortcomings] == [field]


@pytest.mark.parametrize("days", [0, -1])
def test_it_is_put_off_to_a_day_to_come(people, application, days):
    open_virtual(people, application)
    with pytest.raises(Refused, match="a day to come"):
        put_off(people, application, days=days)


def test_what_is_not_heard_is_not_put_off(people, application):
    with pytest.raises(Refused, match="The committee is not hearing this application now"):
        put_off(people, application)


def test_once_the_votes_have_decided_the_chair_neither_puts_off_nor_asks(people, application):
    open_virtual(people, application)
    vote(people, application.pk, at=AT, **dict.fromkeys(("chair", "member-1", "member-2"), "approve"))
    told = "The votes have decided: close the application with their result"
    with pytest.raises(Refused, match=told):
        put_off(people, application)
    with pytest.raises(Refused, match=told):
        actions.ask(application.pk, questions=["Perché?"], by=people["chair"], at=AT)


def test_while_the_result_may_change_the_chair_may_ask(people, application):
    open_virtual(people, application)
    vote(people, application.pk, at=AT, chair="approve", member_1="approve")
    actions.ask(application.pk, questions=["Perché?"], by=people["chair"], at=AT)
    assert fresh(application).status == Status.INFORMATION_REQUESTED


# ── However it ends ────────────────────────────────────────────────────────────────────────────────────


def test_a_withdrawal_ends_the_hearing(people, application):
    open_virtual(people, application)
    actions.withdraw(application.pk, reason="Trasferito altrove.", by=application.author, at=AT)
    hearing = application.hearings.get()
    assert (hearing.outcome, hearing.closed_by) == (Hearing.Outcome.OVERTAKEN, application.author)


@pytest.mark.parametrize("how", ["close", "reassess"])
def test_the_end_of_the_treatment_ends_the_hearing_that_would_ratify_it(people, application, how):
    decided_alone(people, application.pk, at=AT)
    open_virtual(people, application)
    by = {"by": application.author, "at": UNTIL}
    if how == "close":
        actions.close(application.pk, verdict="stop_choice", reason="Sua scelta.", **by)
    else:
        actions.reassess(application.pk, outcome=judged(BETTER), **by)
    assert application.hearings.get().outcome == Hearing.Outcome.OVERTAKEN


def test_an_infusion_recorded_meanwhile_ends_nothing(people, application):
    decided_alone(people, application.pk, at=AT)
    open_virtual(people, application)
    actions.record_infusion(application.pk, on=day(AT), by=application.author, at=AT)
    assert application.hearings.get().closed_at is None


def test_the_roll_of_the_members_is_kept_as_it_was(people, application):
    meeting(people, application.pk, "chair", "member-1", "member-2", at=AT)
    declare(people, application.pk, "member-3", at=AT, conflict="Parente del paziente.")
    vote(people, application.pk, at=AT, chair="approve", member_1="reject", member_2="approve")
    approve(people, application)
    roll = {one.pop("member"): one for one in application.hearings.get().roll}
    lines = {name: roll[people[name].pk] for name in COMMITTEE}
    kept = {name: (line["choice"], line["ground"], line["presides"]) for name, line in lines.items()}
    assert kept == {
        "chair": ("approve", "", True),
        "member-1": ("reject", "", False),
        "member-2": ("approve", "", False),
        "member-3": ("", "conflict", False),
    }
    assert [line["is_present"] for line in lines.values()] == [True, True, True, False]


def test_a_member_deactivated_meanwhile_counts_no_more(people, application):
    heard(people, application.pk, at=AT)
    vote(people, application.pk, at=AT, member_3="approve")
    User.objects.filter(username="member-3").update(is_active=False)
    tally = voting.tally(fresh(application), at=AT)
    assert (tally.entitled, tally.voted) == (3, 0)


def test_what_members_want_to_know_first_stands_in_the_chairs_questions(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, member_1="information", member_2="approve", member_3="information")
    vote(people, application.pk, member_3="approve")  # changed their mind: no question any more
    form = AskForm(Application.objects.get(pk=application.pk), at=NOW)
    assert form["question_1"].value() == "Motivo scritto dal componente."
    assert not form["question_2"].value()


# ── Substitutes ────────────────────────────────────────────────────────────────────────────────────────


def stands_in(people, name, of, **days) -> Membership:
    seat = people[of].memberships.get()
    told = {"unit": people[name].memberships.get().unit, "role": seat.role, "from_on": day(NOW), **days}
    return Membership.objects.create(user=people[name], stands_in_for=seat, **told)


def test_a_substitute_votes_and_counts_in_the_members_stead(people, application):
    stands_in(people, "on-call-consultant", of="member-3")
    open_virtual(people, application)
    with pytest.raises(Refused, match="Only members of the committee may vote"):
        cast(people, application, "member-3")
    declare(people, application.pk, "on-call-consultant", at=AT)
    cast(people, application, "on-call-consultant")
    tally = voting.tally(fresh(application), at=AT)
    assert (tally.entitled, tally.in_favour) == (4, 1)


def test_who_stands_in_for_the_chair_presides(people, application):
    stands_in(people, "on-call-consultant", of="chair")
    with pytest.raises(Refused, match="Only the chair of the committee may do this"):
        open_virtual(people, application)
    substitute = people["on-call-consultant"]
    hearing = actions.open_hearing(application.pk, voting_until=UNTIL, by=substitute, at=AT)
    assert hearing.opened_by == substitute


@pytest.mark.parametrize(
    "days", [{"from_on": day(AT) + timedelta(days=1)}, {"to_on": day(AT) - timedelta(days=1)}]
)
def test_outside_those_days_the_member_votes(people, application, days):
    stands_in(people, "on-call-consultant", of="member-3", **{"from_on": day(AT) - timedelta(days=9), **days})
    open_virtual(people, application)
    declare(people, application.pk, "member-3", at=AT)
    cast(people, application, "member-3")
    with pytest.raises(Refused, match="Only members of the committee"):
        declare(people, application.pk, "on-call-consultant", at=AT)
