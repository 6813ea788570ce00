"""What the committee allows less than was asked: refused where it is not less, obeyed by the treatment."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.people import day
from approvals import actions
from approvals.limits import Limits, of, sentences
from approvals.models import Application
from approvals.refusals import Refused
from approvals.workflow import Action, Status
from catalogue.dose_words import grams
from tests.approvals.test_letters import drawn
from tests.approvals.test_types import following
from tests.approvals.walk import BETTER, LATER, NOW, judged, vote, walk
from treatments.deadlines import reassessment_due

pytestmark = pytest.mark.usefixtures("catalogue")
THREE_CYCLES = {"cycles": "3", "interval": "4", "interval_unit": "weeks"}
AT = NOW + timedelta(hours=9)


@pytest.fixture
def application(people) -> Application:
    """Voted in favour: three cycles."""
    return walk(people, "voted", dose=THREE_CYCLES)


def approve(people, application, conditions="", **limits) -> Application:
    told = {"conditions": conditions, "limits": Limits(**limits)}
    return actions.approve(application.pk, **told, by=people["chair"], at=AT)


def asked(application) -> tuple[int, Decimal]:
    dose = application.snapshot.dose
    assert dose.request.cycles == 3
    return dose.request.cycles, dose.cycle_g


def in_english(limits: Limits) -> list[str]:
    with translation.override("en"):
        return list(sentences(limits))


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"cycles": 3}, "cycles"),
        ({"cycles": 4}, "cycles"),
        ({"cycles": 0}, "cycles"),
        ({"cycle_g": "same"}, "cycle_g"),
        ({"cycle_g": "more"}, "cycle_g"),
        ({"cycle_g": Decimal(0)}, "cycle_g"),
        ({"reassess_on": day(AT)}, "reassess_on"),
        ({"reassess_on": date(2027, 2, 23)}, "reassess_on"),  # due on that day anyway
        ({"reassess_on": date(2027, 6, 1)}, "reassess_on"),
        ({"co_therapy": "x" * 100_000}, "co_therapy"),
    ],
)
def test_what_is_not_less_than_asked_is_refused(people, application, limits, field):
    _cycles, dose = asked(application)
    words = {"same": dose, "more": dose + 1}
    with pytest.raises(Refused) as refusal:
        approve(people, application, **{name: words.get(value, value) for name, value in limits.items()})
    assert [one.field for one in refusal.value.shortcomings] == [field]
    assert Application.objects.get(pk=application.pk).status == Status.COMMITTEE_REVIEW


@pytest.mark.parametrize("limits", [{"cycles": 2}, {"cycles": 1}])
def test_fewer_cycles_allot_fewer_grams(people, application, limits):
    _cycles, dose = asked(application)
    approve(people, application, **limits)
    period = application.authorisations.get()
    assert (period.cycles, period.cycle_g) == (limits["cycles"], None)
    assert period.grams == limits["cycles"] * dose


def test_a_lower_dose_holds_for_every_cycle(people, application):
    cycles, dose = asked(application)
    lower = dose - 10
    approve(people, application, cycle_g=lower)
    period = application.authorisations.get()
    assert (period.cycles, period.cycle_g, period.grams) == (cycles, lower, cycles * lower)


def test_both_at_once_multiply(people, application):
    lower = asked(application)[1] - 10
    approve(people, application, cycles=2, cycle_g=lower)
    assert application.authorisations.get().grams == 2 * lower


def test_without_limits_all_that_was_asked_is_allotted(people, application):
    cycles, dose = asked(application)
    approve(people, application)
    period = application.authorisations.get()
    assert (period.cycles, period.cycle_g, period.grams) == (cycles, None, cycles * dose)
    assert (period.reassess_by, period.conditions) == (None, "")


def test_what_is_left_over_lowers_the_limited_total_too(people):
    earlier = walk(people, Status.APPROVED)
    later = following(people, earlier, to="voted", dose={**THREE_CYCLES, "carry_over_g": "20"})
    dose = later.snapshot.dose
    at = later.steps.latest("sequence").at
    actions.approve(later.pk, limits=Limits(cycles=2), by=people["chair"], at=at)
    period = later.authorisations.get()
    assert period.grams == dose.supply.grams - dose.cycle_g


def test_limits_are_conditions_enough_and_stand_before_those_written(people):
    application = walk(people, Status.COMMITTEE_REVIEW, dose=THREE_CYCLES)
    vote(people, application.pk, at=AT, chair="approve", member_1="conditions", member_2="approve")
    approve(people, application, "Emocromo al giorno 7.", cycles=2, co_therapy="Metotrexato")
    period = application.authorisations.get()
    assert period.conditions.splitlines() == [
        "Cicli: al massimo 2.",
        "Insieme a: Metotrexato.",
        "Emocromo al giorno 7.",
    ]


def test_votes_with_conditions_are_satisfied_by_a_limit_alone(people):
    application = walk(people, Status.COMMITTEE_REVIEW, dose=THREE_CYCLES)
    vote(people, application.pk, at=AT, chair="approve", member_1="conditions", member_2="approve")
    approve(people, application, cycles=2)
    assert application.authorisations.get().conditions == "Cicli: al massimo 2."


def test_the_letter_is_in_its_own_language_whatever_the_chair_reads(people, application):
    with translation.override("en"):
        approve(people, application, cycles=2)
    assert application.authorisations.get().conditions == "Cicli: al massimo 2."


# ── The earlier reassessment ───────────────────────────────────────────────────────────────────────────

EARLY = date(2027, 1, 11)


def test_an_earlier_reassessment_moves_the_due_date(people, application):
    assert reassessment_due(day(AT), None) > EARLY
    approve(people, application, reassess_on=EARLY)
    period = application.authorisations.get()
    assert (period.reassess_by, period.due_on) == (EARLY, EARLY)


@pytest.mark.parametrize(("on", "due"), [(day(AT), EARLY), (EARLY, EARLY)])
def test_the_first_infusion_does_not_move_it_beyond(people, application, on, due):
    approve(people, application, reassess_on=EARLY)
    at = LATER if on > day(AT) else AT
    actions.record_infusion(application.pk, on=on, by=people["prescriber-w3"], at=at)
    assert application.authorisations.get().due_on == due


def test_a_renewal_keeps_dose_and_cycles_and_not_the_earlier_date(people, application):
    lower = asked(application)[1] - 10
    approve(people, application, "Emocromo.", cycles=2, cycle_g=lower, reassess_on=EARLY)
    actions.reassess(application.pk, outcome=judged(BETTER), by=people["prescriber-w3"], at=LATER)
    first, second = application.authorisations.order_by("period")
    assert (second.cycles, second.cycle_g, second.grams) == (first.cycles, first.cycle_g, first.grams)
    assert (second.reassess_by, second.due_on) == (None, reassessment_due(day(LATER), None))
    assert second.conditions.splitlines() == [*first.conditions.splitlines()[:2], "Emocromo."]


# ── Said ───────────────────────────────────────────────────────────────────────────────────────────────


def test_each_limit_is_a_sentence():
    told = Limits(cycles=2, cycle_g=Decimal("40"), co_therapy="Metotrexato.", reassess_on=EARLY)
    assert in_english(told) == [
        "At most 2 cycles.",
        "At most 40 g per cycle.",
        "Together with: Metotrexato.",
        "Reassessment by 11 January 2027 at the latest.",
    ]
    assert in_english(Limits()) == []


def test_the_letter_says_what_is_allowed_and_what_was_asked(people, application):
    dose = asked(application)[1]
    approve(people, application, cycles=2, cycle_g=dose - 10, reassess_on=EARLY)
    period = application.authorisations.get()
    letter = repr(drawn(application.steps.get(action="approve")))
    assert f"{grams(dose - 10)} per ciclo · cicli: 2" in letter
    assert f"Richiesti: {grams(dose)} per ciclo, cicli: 3" in letter
    assert grams(period.grams) in letter
    assert "11 gennaio 2027" in letter


def test_the_page_shows_the_limits_in_words(client, people, application):
    approve(people, application, cycles=2, co_therapy="Metotrexato")
    client.force_login(people["prescriber-w3"])
    page = client.get(reverse("application", args=[application.number])).content.decode()
    assert "Cicli: al massimo 2." in page
    assert "Insieme a: Metotrexato." in page


def test_the_decision_keeps_them(people, application):
    limits = {"cycles": 2, "cycle_g": Decimal("40"), "co_therapy": "Metotrexato", "reassess_on": EARLY}
    approve(people, application, **limits)
    assert of(application.decisions.get()) == Limits(**limits)


def test_they_are_typed_on_the_page_of_the_approval(client, people, application):
    client.force_login(people["chair"])
    address = reverse("act", args=[application.number, Action.APPROVE])
    typed = {"cycles": "2", "cycle_g": "40,5", "co_therapy": "Metotrexato", "conditions": ""}
    answer = client.post(address, {"version": application.version, **typed})
    assert answer.status_code == 302, answer.content.decode()
    assert of(application.decisions.get()) == Limits(2, Decimal("40.5"), "Metotrexato")


def test_a_limit_that_is_none_is_told_beside_its_field(client, people, application):
    client.force_login(people["chair"])
    address = reverse("act", args=[application.number, Action.APPROVE])
    answer = client.post(address, {"version": application.version, "cycles": "3"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["cycles"]
