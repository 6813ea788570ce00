"""What an emergency must have: the short form, a reason not to wait, a dose below the ceiling."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from approvals import sections
from approvals.emergency import foresees_emergency, gram_ceiling
from approvals.models import Application
from approvals.policies.applying import not_a_duplicate
from approvals.policies.texts import LEAST_REASON, wants_text
from approvals.refusals import Shortcoming
from approvals.workflow import Status
from catalogue.dose_words import grams
from catalogue.dosing import Dose


def request(application: Application, at: datetime) -> Iterable[Shortcoming]:
    yield from no_overdue_emergency(application, at)
    missing = sections.lacks_of_short(application, at=at)
    yield from missing
    answers = sections.cleaned(sections.Sheet(application, at=at, is_short=True))
    yield from no_time_to_wait(answers)
    if dose := answers["dose"]["dose"]:
        yield from below_ceiling(dose)
    if not missing:
        yield from not_a_duplicate(application, at, sections.cleaned(sections.Sheet(application, at=at)))


def no_overdue_emergency(application: Application, at: datetime) -> Iterable[Shortcoming]:
    """A unit that owes the whole form, or whose emergency the committee has not judged in time, starts no
    further one until that is solved."""
    late = Application.objects.overdue_emergencies(at=at).filter(unit=application.unit_id)
    if other := late.exclude(pk=application.pk).order_by("decision_due", "pk").first():
        if other.status == Status.EMERGENCY_AUTHORISED:
            told = _(
                "The whole form of %(number)s, authorised as an emergency of this unit, is overdue: complete "
                "and sign it first. Until then the unit starts no other emergency."
            )
        else:
            told = _(
                "The committee has not judged %(number)s, an emergency of this unit, within its time. Until "
                "it is decided the unit starts no other emergency: call the medical director."
            )
        yield Shortcoming("", "", told % {"number": other.number})


def no_time_to_wait(answers: dict[str, dict[str, object]]) -> Iterable[Shortcoming]:
    """The life-threat statement, unless the row itself is printed for emergencies in this use."""
    chosen = answers["indication"]
    row, use = chosen["row"], chosen["sub_criterion"]
    if row is None or answers["kind"]["life_threat"]:
        return
    if not foresees_emergency(row, getattr(use, "code", "")):  # type: ignore[arg-type]
        yield Shortcoming(
            "kind",
            "life_threat",
            _("The row does not foresee emergencies in this use: state the danger, or send the whole form."),
        )


def below_ceiling(dose: Dose) -> Iterable[Shortcoming]:
    """No override here: above the ceiling pharmacist and committee decide, with the whole form."""
    most = gram_ceiling(dose)
    if dose.exact_g > most:
        yield Shortcoming(
            "dose",
            "g_per_kg",
            _("An emergency allows one cycle of %(most)s at most, these are %(asked)s: lower dose or days.")
            % {"most": grams(most), "asked": grams(dose.exact_g)},
        )


def authorise(application: Application, at: datetime) -> Iterable[Shortcoming]:
    yield from below_ceiling(application.snapshot.dose)


def decline(application: Application, at: datetime, *, reason: str) -> Iterable[Shortcoming]:
    yield from wants_text("reason", reason, LEAST_REASON)
