"""The reassessment: several measures, the dose on the catalogue of today, who decides, what is refused."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from approvals import actions, snapshots
from approvals.limits import Limits
from approvals.models import Application
from approvals.reassessing import Event
from approvals.redosing import Asked
from approvals.refusals import Refused
from approvals.workflow import Status
from catalogue import loading
from catalogue.dosing import Unit
from documents import letters as as_paper
from tests.approvals.answers import CATALOGUE
from tests.approvals.test_types import following
from tests.approvals.treatments import drawn
from tests.approvals.walk import BETTER, LATER, UVEITIS, WORSE, judged, vote, walk
from treatments.models import AdverseEvent, Measured, Reassessment

pytestmark = pytest.mark.usefixtures("catalogue")
SECOND = {
    "measure_2": "Emoglobina",
    "unit_2": "g/dL",
    "baseline_2": "8,5",
    "better_2": "up",
    "target_2": "10",
    "target_on_2": "01/02/2027",
}
LESS = Asked(Decimal("0.4"), 3, 3, 1, Unit.MONTHS)
MORE = Asked(Decimal("0.4"), 5, 4, 3, Unit.WEEKS)


@pytest.fixture
def approved(people):
    return walk(people, Status.APPROVED, dose={"product": "any"})


def judge(people, application, value=BETTER, verdict="continue", *, at=LATER, **changed) -> Application:
    told = judged(value, verdict, **changed)
    actions.reassess(application.pk, outcome=told, by=people["prescriber-w3"], at=at)
    return Application.objects.get(pk=application.pk)


def refused(people, application, *args, **changed) -> list[str]:
    with pytest.raises(Refused) as refusal:
        judge(people, application, *args, **changed)
    return [one.sentence for one in refusal.value.shortcomings] or [refusal.value.sentence]


def publish_edition(**row) -> None:
    """Another edition, in which the row of the uveitis says this; without words it is gone."""
    content = deepcopy(loading.read(CATALOGUE))
    content["edition"]["code"] = "2099-1"
    kept = [one for one in content["indications"] if one["code"] != UVEITIS]
    if row:
        kept = content["indications"]
        next(one for one in kept if one["code"] == UVEITIS).update(row)
    content["indications"] = kept
    loading.publish(loading.load(content, by=None, at=LATER).edition, by=None, at=LATER)


# ── Measures ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_measure_of_the_plan_is_kept_with_its_change(people):
    application = walk(people, Status.APPROVED, outcome=SECOND)
    judge(people, application, (BETTER, "7.5"))
    first, second = Measured.objects.all()
    assert (first.value_now, first.is_met, first.has_benefit, first.better) == (14, False, True, "down")
    assert (second.position, second.value_now) == (2, Decimal("7.5"))


def test_a_measure_that_is_missing_is_asked_for_by_its_name(people):
    application = walk(people, Status.APPROVED, outcome=SECOND)
    (sentence,) = refused(people, application, (BETTER, None))
    assert SECOND["measure_2"] in sentence


@pytest.mark.parametrize("verdict", ["not_assessable", "stop_death"])
def test_what_nobody_can_measure_may_stay_empty(people, approved, verdict):
    judge(people, approved, (None,), verdict)
    told = Reassessment.objects.get()
    assert told.has_benefit is None
    assert told.measures.get().is_met is None


def test_not_assessable_goes_on_once(people, approved):
    assert judge(people, approved, (None,), "not_assessable").status == Status.REASSESSED
    (sentence,) = refused(people, approved, (None,), "not_assessable", at=LATER + timedelta(days=80))
    assert sentence.startswith("Un periodo precedente era già non valutabile")


def test_death_needs_no_weight_but_going_on_does(people, approved):
    (sentence,) = refused(people, approved, BETTER, weight_kg=None)
    assert sentence
    assert judge(people, approved, (None,), "stop_death", weight_kg=None).status == Status.CLOSED


def test_measured_rows_never_change(people, approved):
    judge(people, approved)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Measured.objects.update(value_now=9)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Measured.objects.all().delete()


# ── The dose of the next period ─────────────────────────────────────────────────────────────────────────


def test_the_next_period_is_dosed_on_the_weight_of_today(people, approved):
    again = judge(people, approved, weight_kg=Decimal(50))
    first, second = again.authorisations.order_by("period")
    assert Decimal(second.dose["facts"]["weight_kg"]) == 50
    assert second.grams < first.grams
    assert again.snapshot.revision == 2
    assert again.snapshot.content["treatment"]["weight_kg"] == "50"
    assert again.snapshot.content["treatment"]["weighed_on"] == LATER.date().isoformat()


def test_nothing_new_is_frozen_where_nothing_differs(people, approved):
    assert judge(people, approved).snapshot.revision == 1


def test_the_form_holds_the_new_dose_too_so_that_answers_send_it_again(people, approved):
    again = judge(people, approved, WORSE, "reduce", dose=LESS, weight_kg=Decimal("60.5"))
    sent = snapshots.content(again, at=LATER)
    assert sent["dose"]["figures"]["cycle_g"] == again.snapshot.content["dose"]["figures"]["cycle_g"]
    assert sent["treatment"]["days"] == 3


def test_reduced_opens_the_next_period_with_less_and_its_plan_among_the_conditions(people, approved):
    plan = "Dal secondo ciclo 0,3 g/kg se l'indice resta sotto 12."
    again = judge(people, approved, BETTER, "reduce", dose=LESS, plan=plan)
    first, second = again.authorisations.order_by("period")
    assert (again.status, second.cycles) == (Status.REASSESSED, 3)
    assert second.grams < first.grams
    assert plan in second.conditions


@pytest.mark.parametrize(
    ("verdict", "dose", "about"),
    [
        ("reduce", Asked(Decimal("0.4"), 5, 3, 1, Unit.MONTHS), "in vigore"),
        ("reduce", MORE, "in vigore"),
        ("reduce", None, "nuova dose"),
        ("modify", Asked(Decimal("0.4"), 5, 3, 1, Unit.MONTHS), "in vigore"),
        ("modify", Asked(Decimal("1"), 5, 3, 1, Unit.MONTHS), "2 g/kg"),
    ],
)
def test_a_dose_that_is_not_less_not_other_or_forbidden_is_refused_in_words(
    people, approved, verdict, dose, about
):
    assert about in " ".join(refused(people, approved, BETTER, verdict, dose=dose))
    assert not Reassessment.objects.exists()


def test_a_dose_beyond_the_row_goes_to_the_committee_which_sees_and_approves_it(people, approved):
    dose = Asked(Decimal("0.6"), 3, 3, 1, Unit.MONTHS)
    again = judge(people, approved, BETTER, "modify", dose=dose)
    assert (again.status, again.round) == (Status.COMMITTEE_REVIEW, 2)
    assert again.snapshot.dose.request.g_per_kg == Decimal("0.6")
    assert again.snapshot.content["treatment"]["deviation_reason"]
    later = LATER + timedelta(hours=2)
    vote(people, again.pk, chair="approve", member_1="approve", member_2="approve", at=later)
    actions.approve(again.pk, by=people["chair"], at=later)
    assert again.authorisations.live().get().dose["request"]["g_per_kg"] == "0.6"


def test_answers_to_the_committee_send_the_new_dose_again(people, approved):
    again = judge(people, approved, WORSE, "modify", dose=Asked(Decimal("0.6"), 3, 3, 1, Unit.MONTHS))
    later = LATER + timedelta(hours=2)
    actions.ask(again.pk, questions=["Perché di più?"], by=people["chair"], at=later)
    (asked,) = again.questions.all()
    told = {asked.number: "Risposta parziale a 0,4 g/kg."}
    actions.answer(again.pk, answers=told, by=again.author, at=later + timedelta(hours=1))
    answered = Application.objects.get(pk=again.pk)
    assert answered.status == Status.COMMITTEE_REVIEW
    assert answered.snapshot.revision == 3
    assert answered.snapshot.dose.request == again.snapshot.dose.request


def test_whoever_had_it_is_no_longer_new_to_it(people, approved):
    first = {finding.code for finding in approved.snapshot.dose.findings}
    on = approved.authorisations.get().valid_from
    actions.record_infusion(approved.pk, on=on, by=approved.author, at=LATER)
    again = judge(people, approved, weight_kg=Decimal(61))
    assert first - {finding.code for finding in again.snapshot.dose.findings} == {"first_immunoglobulin"}


def test_what_the_committee_limited_still_binds(people):
    application = walk(people, "voted", dose={"product": "any"})
    actions.approve(
        application.pk, limits=Limits(cycles=2), by=people["chair"], at=LATER - timedelta(days=80)
    )
    again = judge(people, application, BETTER, "reduce", dose=Asked(Decimal("0.4"), 2, 3, 1, Unit.MONTHS))
    assert again.status == Status.COMMITTEE_REVIEW


def test_a_row_that_is_gone_ends_the_treatment_or_takes_an_application(people, approved):
    publish_edition()
    (sentence,) = refused(people, approved)
    assert UVEITIS in sentence
    assert judge(people, approved, BETTER, "stop_alternative").status == Status.CLOSED


def test_a_row_that_allows_less_than_before_brings_it_before_the_committee(people, approved):
    publish_edition(days_max=3)
    again = judge(people, approved)
    assert again.status == Status.COMMITTEE_REVIEW
    assert again.indication.edition.code == "2099-1"
    assert again.snapshot.content["indication"]["edition"] == "2099-1"


def test_a_suspended_treatment_ends_but_does_not_go_on(people, approved):
    why = {"ground": "safety", "reason": "Segnalazione su un lotto (inventata)."}
    actions.suspend(approved.pk, **why, by=people["pharmacist-1"], at=LATER)
    (sentence,) = refused(people, approved)
    assert "Prima va ripresa" in sentence
    assert judge(people, approved, BETTER, "stop_remission").status == Status.CLOSED


def test_without_benefit_it_waits_while_another_application_is_judged(people, approved):
    other = following(people, approved, to=Status.SUBMITTED)
    told = refused(people, approved, WORSE)
    assert other.number in told[-1]
    assert "non mostrano un beneficio" in told[-1]


# ── The page and the letter ─────────────────────────────────────────────────────────────────────────────

FORM = {
    "value_now": "14,5",
    "weight_kg": "61,5",
    "pregnant": "no",
    "adverse": "none",
    "judgement": "Miglioramento parziale ma costante.",
    "verdict": "continue",
}


def post(client, people, application, **data):
    client.force_login(people["prescriber-w3"])
    address = reverse("act", args=[application.number, "reassess"])
    version = Application.objects.get(pk=application.pk).version
    return client.post(address, {"version": version, **FORM, **data})


def test_the_page_is_filled_in_from_the_file(client, people, approved):
    client.force_login(people["prescriber-w3"])
    page = client.get(reverse("act", args=[approved.number, "reassess"])).content.decode()
    for told in ("Indice clinico", 'name="g_per_kg" value="0,4"', 'name="cycles" value="3"'):
        assert told in page


def test_whether_she_is_pregnant_is_asked_anew_where_the_treatment_goes_on(client, people, approved):
    client.force_login(people["prescriber-w3"])
    page = client.get(reverse("act", args=[approved.number, "reassess"]))
    assert page.context["form"]["pregnant"].value() is None
    for verdict, status in (("continue", 422), ("stop_remission", 200)):
        page = post(client, people, approved, pregnant="", verdict=verdict)
        assert page.status_code == status
        assert ("Indica se la paziente è in gravidanza" in page.text) is (status == 422)


def test_a_reduction_is_shown_with_its_differences_before_it_is_recorded(client, people, approved):
    dose = {"verdict": "reduce", "g_per_kg": "0,4", "days": "3", "cycles": "3"}
    answer = post(client, people, approved, **dose, interval="1", interval_unit="months")
    assert answer.status_code == 200
    assert any(after == "3" for _label, _before, after in answer.context["redose"]["changes"])
    assert not Reassessment.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("value_now", "1.250"),
        ("value_now", "①②"),
        ("weight_kg", "6l"),
        ("judgement", "x" * 100_000),
        ("judgement", "a\x00" + "b" * 30),
        ("weight_kg", ""),
    ],
)
def test_strange_input_is_refused_beside_its_field(client, people, approved, field, value):
    answer = post(client, people, approved, **{field: value}, confirmed="1")
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_adverse_events_have_a_row_each(client, people, approved):
    rows = {
        "adverse": "some",
        "what_1": "Cefalea.",
        "severity_1": "mild",
        "happened_on_1": f"{approved.decided_at:%d/%m/%Y}",
        "what_2": "Rash “maculare” 🙂",
        "severity_2": "",
        "happened_on_2": f"{approved.decided_at:%d/%m/%Y}",
    }
    answer = post(client, people, approved, **rows, confirmed="1")
    assert list(answer.context["form"].errors) == ["severity_2"]
    assert (
        post(client, people, approved, **rows | {"severity_2": "moderate"}, confirmed="1").status_code == 302
    )
    assert list(AdverseEvent.objects.values_list("severity", flat=True)) == ["mild", "moderate"]


def test_the_letter_tells_all_measures_the_dose_and_the_events(people):
    application = walk(people, Status.APPROVED, outcome=SECOND, dose={"product": "any"})
    events = (Event("Cefalea lieve.", "mild", LATER.date()),)
    again = judge(people, application, (BETTER, "9"), "reduce", dose=LESS, events=events)
    letter = drawn(again.steps.latest("sequence"))
    told = repr(letter)
    for words in (SECOND["measure_2"], "Cefalea lieve (", "62 kg"):
        assert words in told
    assert as_paper.draw(letter).startswith(b"%PDF")


def test_old_measures_moved_into_their_table(people, approved):
    """The statement of migration 0014, on rows as the release before wrote them."""
    from importlib import import_module

    move = import_module("treatments.migrations.0016_old_measures_in_their_table").MOVE
    judge(people, approved)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE TEMP TABLE treatments_reassessment AS SELECT id, 'Indice' AS measure, 'punti' AS "
            "unit_of_measure, 18.0 AS baseline, 9.0 AS target, 14.0 AS value_now, false AS is_met, true AS "
            "has_benefit FROM public.treatments_reassessment"
        )
        cursor.execute(
            "CREATE TEMP TABLE treatments_measured (LIKE public.treatments_measured INCLUDING ALL)"
        )
        cursor.execute(move)
        cursor.execute("SELECT measure, better, value_now FROM treatments_measured")
        assert cursor.fetchall() == [("Indice", "down", Decimal(14))]
        cursor.execute("DROP TABLE treatments_reassessment; DROP TABLE treatments_measured")
