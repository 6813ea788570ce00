"""Continuations, changes of dose, extra doses, transfers: what they follow and what they replace."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from approvals import actions
from approvals.demo_answers import tax_code
from approvals.models import Application
from approvals.models.application import Type
from approvals.notices import recipients
from approvals.refusals import Refused
from approvals.workflow import Status
from outbox.models import Promise
from tests.approvals.test_at_once import all_at_once
from tests.approvals.walk import BETTER, LATER, NOW, UVEITIS, WORSE, draft, judged, step, vote, walk
from treatments.models import NextReminder, Verdict

ROUNDS = 15
REPLACING = ["continuation", "dose_change", "transfer"]


@pytest.fixture
def treated(people, catalogue):
    """An application under which a patient is on treatment."""
    return walk(people, Status.APPROVED)


def following(
    people, earlier, type_="continuation", to=Status.SUBMITTED, *, at=LATER, **about
) -> Application:
    """A later application for the same patient that names the earlier one."""
    kind = {"type": type_, "follows": earlier.number, **about.pop("kind", {})}
    patient = earlier.answers["patient"]
    later = draft(people, at=at, kind=kind, patient=patient, **about)
    way = ["draft", Status.SUBMITTED, "endorsed", Status.PHARMACY_REVIEW, Status.COMMITTEE_REVIEW, "voted"]
    way.append(Status.APPROVED)
    for hours, place in enumerate(way[1 : way.index(to) + 1], 1):
        step(people, later.pk, place, at=at + timedelta(hours=hours))
    return Application.objects.get(pk=later.pk)


def refused_fields(attempt):
    with pytest.raises(Refused) as refusal:
        attempt()
    return [(one.section, one.field) for one in refusal.value.shortcomings]


@pytest.mark.parametrize("type_", [*REPLACING, "extra_dose"])
def test_what_follows_a_running_treatment_may_be_sent(people, treated, type_):
    sent = following(people, treated, type_)
    assert (sent.type, sent.follows, sent.patient) == (type_, treated, treated.patient)


def test_a_first_request_beside_a_running_treatment_is_refused(people, treated):
    second = draft(people, at=LATER, patient=treated.answers["patient"])
    assert refused_fields(lambda: actions.submit(second.pk, by=second.author, at=LATER)) == [
        ("indication", "indication")
    ]


@pytest.mark.parametrize("type_", ["continuation", "dose_change", "extra_dose"])
def test_what_follows_something_must_name_it(people, treated, type_):
    assert refused_fields(lambda: following(people, treated, type_, kind={"follows": ""})) == [
        ("kind", "follows")
    ]


def test_a_transfer_from_another_hospital_names_nothing_here(people, catalogue):
    sent = walk(people, Status.SUBMITTED, kind={"type": "transfer"})
    assert (sent.type, sent.follows) == (Type.TRANSFER, None)


def test_a_transfer_does_not_pass_by_a_running_treatment(people, treated):
    assert refused_fields(lambda: following(people, treated, "transfer", kind={"follows": ""})) == [
        ("indication", "indication")
    ]


def test_another_patients_application_cannot_be_named(people, treated):
    other = walk(people, Status.APPROVED, person=1)
    assert refused_fields(lambda: following(people, treated, kind={"follows": other.number})) == [
        ("kind", "follows")
    ]


def test_an_application_for_another_indication_cannot_be_followed(people, treated):
    assert ("kind", "follows") in refused_fields(lambda: following(people, treated, code="EMA-01"))


@pytest.mark.parametrize(("type_", "may"), [("continuation", True), ("dose_change", False)])
def test_what_has_ended_can_be_continued_and_not_changed(people, treated, type_, may):
    actions.close(treated.pk, verdict="stop_remission", reason="Remissione.", by=treated.author, at=LATER)
    if may:
        assert following(people, treated, type_, at=LATER + timedelta(days=9)).follows == treated
    else:
        assert refused_fields(lambda: following(people, treated, type_)) == [("kind", "follows")]


@pytest.mark.parametrize("type_", ["continuation", "extra_dose"])
def test_two_undecided_for_one_patient_and_row_are_refused(people, treated, type_):
    following(people, treated)
    assert refused_fields(lambda: following(people, treated, type_)) == [("indication", "indication")]


@pytest.mark.parametrize("type_", REPLACING)
def test_approving_what_follows_ends_the_earlier_treatment_in_the_same_moment(people, treated, type_):
    later = following(people, treated, type_, Status.APPROVED)
    treated.refresh_from_db()
    period = treated.authorisations.get()
    made = treated.last_step
    assert (treated.status, later.status) == (Status.CLOSED, Status.APPROVED)
    assert (made.action, made.at, made.by) == ("replace", later.decided_at, people["chair"])
    assert later.number in made.comment
    assert (period.settled_at, period.verdict) == (later.decided_at, Verdict.REPLACED)
    assert not NextReminder.objects.filter(authorisation=period, due_on__isnull=False).exists()
    assert later.authorisations.live().count() == 1


def test_whose_treatment_a_colleague_replaces_is_told(people, treated):
    Application.objects.filter(pk=treated.pk).update(author=people["head-w3"])
    following(people, treated, "transfer", Status.APPROVED)
    made = Application.objects.get(pk=treated.pk).steps.get(action="replace")
    assert Promise.objects.filter(key=f"notify:{made.pk}").exists()
    assert recipients(made) == [people["head-w3"]]


def test_an_extra_dose_stands_beside_the_treatment(people, treated):
    extra = following(people, treated, "extra_dose", Status.APPROVED)
    treated.refresh_from_db()
    assert (treated.status, extra.status) == (Status.APPROVED, Status.APPROVED)
    last = following(people, treated, "continuation", Status.APPROVED, at=LATER + timedelta(days=3))
    extra.refresh_from_db()
    assert (last.status, extra.status) == (Status.APPROVED, Status.APPROVED)


def test_an_extra_dose_is_not_renewed_beside_the_treatment(people, treated):
    extra = following(people, treated, "extra_dose", Status.APPROVED)
    now = {"by": extra.author, "at": LATER + timedelta(days=60)}
    for value in (BETTER, WORSE):
        judge = partial(actions.reassess, extra.pk, outcome=judged(value), **now)
        assert refused_fields(judge) == [("", "verdict")]
    actions.reassess(extra.pk, outcome=judged(BETTER, "stop_completed"), **now)
    extra.refresh_from_db()
    assert extra.status == Status.CLOSED


def test_an_extra_dose_is_not_what_a_continuation_follows(people, treated):
    extra = following(people, treated, "extra_dose", Status.APPROVED)
    assert ("kind", "follows") in refused_fields(
        lambda: following(people, extra, at=LATER + timedelta(days=3))
    )


def test_rejecting_what_follows_leaves_the_treatment_alone(people, treated):
    later = following(people, treated, to=Status.COMMITTEE_REVIEW)
    vote(people, later.pk, at=LATER, chair="reject", member_1="reject", member_2="reject")
    actions.reject(
        later.pk,
        reason_codes=["R03"],
        reasons="Le prove presentate non bastano.",
        would_change="Una serie di casi pubblicata.",
        by=people["chair"],
        at=LATER + timedelta(days=1),
    )
    treated.refresh_from_db()
    assert treated.status == Status.APPROVED


def test_a_treatment_that_ended_meanwhile_is_not_ended_again(people, treated):
    later = following(people, treated, to="voted")
    actions.close(treated.pk, verdict="stop_choice", reason="Scelta.", by=treated.author, at=LATER)
    actions.approve(later.pk, by=people["chair"], at=LATER + timedelta(days=2))
    treated.refresh_from_db()
    assert (treated.status, treated.last_step.action) == (Status.CLOSED, "close")


def test_without_benefit_the_committee_does_not_get_the_case_twice(people, treated):
    later = following(people, treated)
    with pytest.raises(Refused, match=later.number):
        actions.reassess(treated.pk, outcome=judged(WORSE), by=treated.author, at=LATER)
    actions.reassess(treated.pk, outcome=judged(BETTER), by=treated.author, at=LATER)


def test_questions_on_a_continuation_are_answered_after_the_earlier_treatment_ended(people, treated):
    later = following(people, treated, "dose_change", Status.PHARMACY_REVIEW)
    actions.ask(later.pk, questions=["Quale dose?"], by=people["pharmacist-1"], at=LATER)
    actions.close(treated.pk, verdict="stop_choice", reason="Scelta.", by=treated.author, at=LATER)
    actions.answer(later.pk, answers={1: "La stessa."}, by=later.author, at=LATER)
    later.refresh_from_db()
    assert (later.type, later.follows) == ("dose_change", treated)


def test_nobody_replaces_a_treatment_by_hand(people, treated):
    from approvals.permissions import why_not
    from approvals.workflow import Action

    assert all(why_not(user, Action.REPLACE, treated, at=NOW) for user in people.values())


def force(application, **fields):
    """Write past every rule of ours, and past the trigger that watches the status."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        Application.objects.filter(pk=application.pk).update(**fields)


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (Status.SUBMITTED, "one_undecided_application"),
        (Status.COMMITTEE_REVIEW, "one_undecided_application"),
    ],
)
def test_the_database_lets_one_undecided_stand(people, treated, status, name):
    waiting = following(people, treated)
    second = walk(people, status, person=1)
    with pytest.raises(IntegrityError, match=name):
        force(second, patient=waiting.patient, indication_code=UVEITIS)


def test_the_database_lets_one_treatment_stand_beside_extra_doses(people, treated):
    second = walk(people, Status.APPROVED, person=1)
    with pytest.raises(IntegrityError, match="one_treatment_per_patient"):
        force(second, patient=treated.patient)
    force(second, patient=treated.patient, type=Type.EXTRA_DOSE)


@pytest.mark.django_db(transaction=True)
def test_approving_the_follower_while_the_treatment_is_judged_or_ended_leaves_one(people, catalogue):
    """The chair approves the continuation while the prescriber reassesses or ends what it follows."""
    outcomes = set()
    at = LATER + timedelta(days=2)
    now = {"by": people["prescriber-w3"], "at": at}
    for n in range(ROUNDS):
        earlier = walk(people, Status.APPROVED, person=n)
        later = following(people, earlier, to="voted", person=n)
        happened = all_at_once(
            ("approve", partial(actions.approve, later.pk, by=people["chair"], at=at)),
            ("judge", partial(actions.reassess, earlier.pk, outcome=judged((BETTER, WORSE)[n % 2]), **now)),
            ("close", partial(actions.close, earlier.pk, verdict="stop_choice", reason="Scelta.", **now)),
        )
        earlier.refresh_from_db()
        later.refresh_from_db()
        outcomes.add(tuple(sorted(happened)))
        assert "approve" in happened
        assert (earlier.status, later.status) == (Status.CLOSED, Status.APPROVED)
        assert earlier.authorisations.live().count() == 0
        assert later.authorisations.live().count() == 1
    assert len(outcomes) > 1, "the threads never took different turns"


@pytest.mark.django_db(transaction=True)
def test_sending_the_follower_while_the_treatment_goes_back_to_the_committee_leaves_one_undecided(
    people, catalogue
):
    now = {"by": people["prescriber-w3"], "at": LATER}
    for n in range(ROUNDS):
        earlier = walk(people, Status.APPROVED, person=n)
        later = following(people, earlier, to="draft", person=n)
        happened = all_at_once(
            ("send", partial(actions.submit, later.pk, **now)),
            ("judge", partial(actions.reassess, earlier.pk, outcome=judged(WORSE), **now)),
        )
        assert len(happened) == 1


def test_what_is_left_over_is_not_allotted_again_and_counts_once(people, treated):
    """Grams already supplied lower what the first period allots; the next one has none left."""
    with_left_over = {"dose": {"carry_over_g": "20"}}
    later = following(people, treated, to=Status.APPROVED, **with_left_over)
    course = treated.authorisations.get(period=1).grams
    assert later.authorisations.get(period=1).grams == course - 20
    actions.reassess(later.pk, outcome=judged(BETTER), by=later.author, at=LATER + timedelta(days=9))
    assert later.authorisations.get(period=2).grams == course


NEWBORN = "PED-05"


@pytest.mark.parametrize("code_comes", [False, True])
def test_a_newborn_without_a_code_is_not_treated_twice(people, catalogue, code_comes):
    """Neither by another application without a code nor by one with the code that has come since."""
    first = walk(people, Status.SUBMITTED, code=NEWBORN)
    who = first.answers["patient"]
    if code_comes:
        born_on = NOW.date() - timedelta(days=2)
        assert who["born_on"] == f"{born_on:%d/%m/%Y}"
        who = {**who, "no_tax_code": "", "tax_code": tax_code("FTTPRV", born_on, who["sex"])}
    again = draft(people, code=NEWBORN, patient=who)
    with pytest.raises(Refused) as refused:
        actions.submit(again.pk, by=again.author, at=NOW)
    assert [(one.section, one.field) for one in refused.value.shortcomings] == [("patient", "name")]
    assert first.number in refused.value.sentence


def test_twins_with_different_names_are_both_treated(people, catalogue):
    walk(people, Status.SUBMITTED, code=NEWBORN)
    twin = draft(people, code=NEWBORN, patient={"name": "Gemella"})
    assert actions.submit(twin.pk, by=twin.author, at=NOW).number
