"""Precedents beside the case: what is shown of them, to whom, and what departing from them wants."""

from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import Hospital
from approvals import actions, migrations, precedents
from approvals.limits import Limits
from approvals.models import Application
from approvals.refusals import Refused
from approvals.workflow import Status
from catalogue.models import Indication
from tests.approvals.earlier import BEFORE, close, copies, decided, decided_again, five
from tests.approvals.test_catalogue_moves_on import publish_another_edition
from tests.approvals.walk import BETTER, NOW, REFUSAL, UVEITIS, WORSE, draft, heard, judged, vote, walk

pytestmark = pytest.mark.usefixtures("catalogue")
SOON = NOW + timedelta(hours=7)
BECAUSE = "Il caso ha una controindicazione che gli altri non avevano."
APS = "IMM-01"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def case(people, **about) -> Application:
    """The case that the committee judges now."""
    return walk(people, Status.COMMITTEE_REVIEW, person=7, **about)


def beside(application, at=SOON):
    return precedents.of(
        Application.objects.select_related("indication", "unit").get(pk=application.pk), at=at
    )


def read(client, user, application) -> str:
    client.force_login(user)
    client.cookies["django_language"] = "en"
    answer = client.get(reverse("application", args=[application.number]))
    assert answer.status_code == 200
    return answer.content.decode()


# ── What is shown ──────────────────────────────────────────────────────────────────────────────────────


def test_fewer_than_five_patients_show_nothing_and_the_fifth_shows_them_all(client, people):
    for person in range(4):
        decided(people, person)
    application = case(people)
    page = read(client, people["member-1"], application)
    assert "too few earlier decisions" in page
    assert "In 4 of 4" not in page
    assert beside(application) == precedents.Precedents()
    decided(people, 4, approve=False)
    page = read(client, people["member-1"], application)
    assert "In 4 of 5 earlier decisions authorised." in page
    assert len(beside(application).rows) == 5


def test_the_hospital_says_how_few_are_too_few(people, settings):
    five(people)
    application = case(people)
    settings.PRECEDENTS_LEAST = 6
    assert not beside(application).is_shown


def test_five_decisions_on_one_patient_point_at_that_patient(people):
    application = case(people)
    first = decided(people, 0, approve=False)
    copies(Application.objects.get(pk=first.pk), 5)
    Application.objects.filter(number__startswith="OL-1999").update(patient=first.patient)
    assert beside(application) == precedents.Precedents()


def test_a_row_tells_month_votes_codes_and_how_it_turned_out(people):
    helped, failed, refused, *_ = [
        decided(people, 0),
        decided(people, 1),
        decided(people, 2, approve=False),
        decided(people, 3),
        decided(people, 4, at=BEFORE - timedelta(days=40)),
    ]
    later = BEFORE + timedelta(days=20)
    actions.reassess(
        helped.pk, outcome=judged(BETTER, "stop_remission"), by=people["prescriber-w3"], at=later
    )
    told = {"verdict": "stop_no_benefit", "reason": "Nessun miglioramento osservato."}
    actions.close(failed.pk, **told, by=people["prescriber-w3"], at=later)
    found = beside(case(people))
    rows = {row.turnout for row in found.rows}
    assert rows == {
        "With benefit · Stop: remission",
        "Without measured benefit · Stop: no benefit",
        "",
        "Not reassessed · still running",
    }
    assert found.turnout == "Of those treatments 1 with benefit, 1 without, 2 not judged."
    (no,) = [row for row in found.rows if not row.is_approval]
    assert (no.votes, no.codes) == (
        "0 in favour, 3 against",
        ["R03 – Insufficient or contradictory evidence"],
    )
    assert [row.month for row in found.rows] == ["September 2026"] * 4 + ["August 2026"]
    assert refused.status == Status.REJECTED


def test_a_treatment_without_benefit_counts_as_such_while_the_committee_judges_it_again(people):
    worse = five(people)
    later = BEFORE + timedelta(days=20)
    actions.reassess(worse.pk, outcome=judged(WORSE), by=people["prescriber-w3"], at=later)
    found = beside(case(people))
    assert found.unhelped == 1
    assert "Without measured benefit · not renewed so far" in {row.turnout for row in found.rows}


def test_no_number_unit_name_day_or_typed_text_is_shown(client, people):
    limits = Limits(cycles=1, co_therapy="Insieme a cortisone per Fittizia", reassess_on=None)
    content = {"conditions": "Avvisare la famiglia Fittizia.", "limits": limits}
    terms = {"about": {"dose": {"cycles": "3"}}}
    earlier = [decided(people, person, **content, **terms) for person in range(4)]
    earlier.append(decided(people, 4, approve=False))
    page = read(client, people["member-1"], case(people))
    panel = page[page.index("precedents-heading") : page.index("text-heading")]
    assert "At most 1 cycle. Together with another therapy. Other conditions." in panel
    for application in earlier:
        assert application.number not in panel
        assert application.patient.surname not in panel
    typed = ("Fittizia", "cortisone", "Avvisare", REFUSAL["reasons"], REFUSAL["would_change"])
    unit = earlier[0].unit.name
    people_there = (people["chair"].last_name, people["prescriber-w3"].last_name)
    for secret in (*typed, unit, *people_there, f"{BEFORE:%d/%m/%Y}", f"{BEFORE.day} September"):
        assert secret not in panel


def test_a_refusal_overturned_on_appeal_is_no_precedent(people):
    overturned = five(people, approve=False)
    decided_again(overturned, at=BEFORE + timedelta(days=20))
    found = beside(case(people))
    assert (found.total, found.approved, found.patients) == (5, 1, 5)
    assert found.departure(is_approval=False) == ""
    assert found.departure(is_approval=True).startswith("Of 5 earlier decisions on the same use 4 refused it")


def test_only_the_same_row_and_use_in_the_same_hospital_count(people):
    def of_use(use):
        return {"about": {"indication": {"sub_criterion": use}}, "code": APS}

    five(people, **of_use("obstetric"))
    five(people)
    same = case(people, code=APS, indication={"sub_criterion": "obstetric"})
    other = walk(
        people,
        Status.COMMITTEE_REVIEW,
        person=6,
        code=APS,
        indication={"sub_criterion": "catastrophic"},
    )
    assert beside(same).total == 5
    assert not beside(other).is_shown
    elsewhere = Hospital.objects.create(name="Altro ospedale", address="via", city="città")
    moved = elsewhere.units.create(code="w3", name="Ematologia")
    Application.objects.filter(pk=other.pk).update(unit=moved, sub_criterion="obstetric")
    assert not beside(other).is_shown


def test_a_use_changed_in_an_answer_is_the_use_of_the_decision(people):
    application = walk(people, Status.PHARMACY_REVIEW, code=APS, indication={"sub_criterion": "obstetric"})
    actions.ask(application.pk, questions=["Quale uso?"], by=people["pharmacist-1"], at=NOW)
    waiting = Application.objects.get(pk=application.pk)
    waiting.answers = draft(people, code=APS, person=0, indication={"sub_criterion": "catastrophic"}).answers
    waiting.save(update_fields=["answers"])
    actions.answer(application.pk, answers={1: "L'altro."}, by=people["prescriber-w3"], at=NOW)
    assert Application.objects.get(pk=application.pk).sub_criterion == "catastrophic"


def test_the_migration_finds_the_use_of_what_was_sent_before_it(people):
    application = case(people, code=APS, indication={"sub_criterion": "obstetric"})
    plain = walk(people, Status.SUBMITTED, person=6)
    Application.objects.update(sub_criterion="")
    (path,) = Path(migrations.__file__).parent.glob("*_precedents_and_identity_on_request.py")
    with connection.cursor() as cursor:
        cursor.execute(import_module(f"approvals.migrations.{path.stem}").SENT_SO_FAR)
    found = dict(Application.objects.values_list("pk", "sub_criterion"))
    assert found == {application.pk: "obstetric", plain.pk: ""}


def test_decisions_under_earlier_editions_count(people):
    five(people)
    application = case(people)
    publish_another_edition()
    now = Indication.objects.current().get(code=UVEITIS)
    assert now != application.indication
    Application.objects.filter(pk=application.pk).update(indication=now)
    assert beside(application).total == 5


def test_the_case_itself_and_its_patient_are_no_precedents_and_later_decisions_neither(people):
    five(people)
    application = case(people)
    assert beside(application).total == 5
    close(people, application, approve=True, at=SOON)
    decided(people, 6, at=SOON)
    assert beside(application, at=SOON + timedelta(days=9)).total == 5
    assert beside(application, at=SOON + timedelta(days=9)).approved == 5


def test_what_the_chair_decided_alone_counts_once_as_the_committee_judged_it(people, settings):
    settings.CHAIR_DECIDES_ALONE = True
    five(people)
    alone = walk(people, Status.COMMITTEE_REVIEW, person=5, at=BEFORE)
    told = {"alone_because": "Non può attendere la prossima seduta.", "by": people["chair"]}
    actions.decide_urgently(alone.pk, **told, at=BEFORE + timedelta(hours=6))
    application = case(people)
    assert beside(application).total == 5
    then = BEFORE + timedelta(days=3)
    heard(people, alone.pk, at=then)
    vote(people, alone.pk, at=then, member_1="reject", member_2="reject", member_3="reject")
    actions.deny_ratification(alone.pk, **REFUSAL, by=people["chair"], at=then)
    found = beside(application)
    assert (found.total, found.approved) == (6, 5)
    assert found.rows[0].votes == "0 in favour, 3 against"


def test_outside_the_catalogue_there_is_nothing_to_compare_with(client, people):
    application = case(people, code="EXT-01")
    assert not beside(application).is_comparable
    assert "no row to compare with" in read(client, people["member-1"], application)


# ── To whom ────────────────────────────────────────────────────────────────────────────────────────────


def test_committee_and_pharmacy_read_them_and_nobody_else(client, people):
    five(people)
    application = case(people)
    for name in ("chair", "member-3", "pharmacist-1", "pharmacist-2"):
        assert "In 5 of 5 earlier decisions authorised." in read(client, people[name], application), name
    for name in ("prescriber-w3", "head-w3", "director"):
        page = read(client, people[name], application)
        assert "precedents-heading" not in page, name
        assert "earlier decisions" not in page, name


def test_the_page_that_closes_a_round_tells_nothing_of_them_to_others(client, people):
    five(people)
    application = case(people)
    client.force_login(people["prescriber-w3"])
    client.cookies["django_language"] = "en"
    told = {"version": application.version, "reasons": "x", "would_change": "y"}
    answer = client.post(reverse("act", args=[application.number, "reject"]), told)
    assert answer.status_code == 409
    assert "5 earlier decisions" not in answer.content.decode()
    assert 'name="because"' not in answer.content.decode()


# ── Departing from them ────────────────────────────────────────────────────────────────────────────────


def voted(people, application, choice) -> None:
    vote(people, application.pk, at=SOON, chair=choice, member_1=choice, member_2=choice)


def test_a_refusal_against_the_precedents_says_why_or_is_refused_in_words(people):
    five(people)
    application = case(people)
    voted(people, application, "reject")
    for because in ("", "   troppo breve    "):
        with pytest.raises(Refused) as refusal:
            actions.reject(application.pk, **REFUSAL, because=because, by=people["chair"], at=SOON)
        assert [one.field for one in refusal.value.shortcomings] == ["because"]
        assert refusal.value.sentence == (
            "Of 5 earlier decisions on the same use 5 authorised it: this one departs from them. "
            "Write why, in at least 20 characters."
        )
    actions.reject(application.pk, **REFUSAL, because=BECAUSE, by=people["chair"], at=SOON)
    assert application.decisions.get().because == BECAUSE


def test_an_approval_against_the_precedents_says_why(people):
    five(people, approve=False)
    application = case(people)
    voted(people, application, "approve")
    with pytest.raises(Refused, match="Of 5 earlier decisions on the same use 5 refused it"):
        actions.approve(application.pk, by=people["chair"], at=SOON)
    actions.approve(application.pk, because=BECAUSE, by=people["chair"], at=SOON)


@pytest.mark.parametrize(("refused", "is_asked"), [(2, True), (3, False)])
def test_two_thirds_in_one_direction_are_a_direction(people, refused, is_asked):
    for person in range(6):
        decided(people, person, approve=person >= refused)
    application = case(people)
    assert bool(beside(application).departure(is_approval=False)) is is_asked
    assert not beside(application).departure(is_approval=True)


def test_with_the_precedents_or_with_too_few_nothing_is_asked(people):
    for person in range(4):
        decided(people, person)
    application = case(people)
    voted(people, application, "reject")
    actions.reject(application.pk, **REFUSAL, by=people["chair"], at=SOON)
    decided(people, 4)
    agreeing = walk(people, "voted", person=6)
    actions.approve(agreeing.pk, by=people["chair"], at=SOON)


def test_the_form_asks_only_where_the_decision_would_depart(client, people):
    five(people)
    against, with_them = case(people), walk(people, "voted", person=6)
    voted(people, against, "reject")
    client.force_login(people["chair"])
    client.cookies["django_language"] = "en"
    page = client.get(reverse("act", args=[against.number, "reject"])).content.decode()
    assert "Of 5 earlier decisions on the same use 5 authorised it" in page
    assert 'name="because"' in page
    assert (
        'name="because"'
        not in client.get(reverse("act", args=[with_them.number, "approve"])).content.decode()
    )
    told = {**REFUSAL, "version": Application.objects.get(pk=against.pk).version}
    answer = client.post(reverse("act", args=[against.number, "reject"]), told)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["because"]
    answer = client.post(reverse("act", args=[against.number, "reject"]), {**told, "because": BECAUSE})
    assert answer.status_code == 302
    assert BECAUSE in read(client, people["prescriber-w3"], against)


# ── Cost ───────────────────────────────────────────────────────────────────────────────────────────────


def test_one_query_reads_twenty_of_any_number_with_the_totals_of_all(people):
    copies(decided(people, 0), 30)
    application = Application.objects.select_related("indication", "unit").get(pk=case(people).pk)
    with CaptureQueriesContext(connection) as captured:
        found = precedents.of(application, at=SOON)
        assert precedents.of(application, at=SOON) is found
    assert len(captured) == 1
    assert (found.total, found.approved, len(found.rows)) == (31, 31, precedents.LATEST)
    assert found.is_cut
