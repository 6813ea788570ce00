"""The dose of a treatment under way, computed again: on today's weight, on a row, perhaps asked for anew."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from approvals.contents import Content
from approvals.models import Application
from catalogue.dose_change_words import difference_words
from catalogue.dose_changes import differences
from catalogue.dose_values import plain
from catalogue.dose_words import error_sentence, finding_sentence
from catalogue.dosing import Dose, DoseError, DosePolicy, Finding, PatientFacts, Request, Unit
from catalogue.dosing import dose as compute
from catalogue.models import Indication


@dataclass(frozen=True)
class Asked:
    """Another dose than the one in force."""

    g_per_kg: Decimal
    days: int
    cycles: int
    interval: int | None = None
    unit: Unit = Unit.MONTHS


@dataclass(frozen=True)
class Body:
    """What was measured again; None is as it was."""

    weight_kg: Decimal | None = None
    pregnant: bool | None = None


@dataclass(frozen=True)
class Redose:
    """The dose in force, and the one computed again on `row`; or the sentence why there is none."""

    before: Dose
    row: Indication | None
    after: Dose | None = None
    problem: str = ""
    field: str = ""

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Label, before, after of every figure that differs."""
        if self.after is None:
            return []
        return [difference_words(one) for one in differences(self.before, self.after)]

    @property
    def obstacles(self) -> list[str]:
        """What forbids the dose, in words."""
        return [] if self.after is None else [finding_sentence(one) for one in self.after.blocking]

    @property
    def beyond(self) -> list[Finding]:
        """Where it leaves the limits of its row further than what was approved."""
        if self.after is None:
            return []
        return [one for one in self.after.deviations if one not in self.before.deviations]

    @property
    def is_less(self) -> bool:
        """Less than the dose in force would be: fewer grams in the period, or longer intervals."""
        after, before = self.after, self.before
        if after is None or after.g_per_kg_cycle > before.g_per_kg_cycle:
            return False
        course = after.g_per_kg_cycle * after.request.cycles
        was = before.g_per_kg_cycle * before.request.cycles
        return course < was or (course == was and _days(after.request) > _days(before.request))


def _days(request: Request) -> int:
    return (request.interval or 0) * request.unit.days


def current_row(application: Application) -> Indication | None:
    """The row of the application in the edition of today; None where that edition dropped it."""
    return Indication.objects.current().filter(code=application.indication_code).first()


def recompute(
    application: Application,
    row: Indication | None,
    *,
    before: Dose,
    on: date,
    body: Body,
    asked: Asked | None = None,
) -> Redose:
    """The dose on that row. A set dosing weight and its reason stay; what was left over counted once."""
    request = replace(before.request, carry_over_g=Decimal(0), starts_on=None, plasma_exchange_on=())
    before = replace(before, request=request)
    if row is None:
        return Redose(before, None, problem=row_is_gone(application))
    if asked is not None:
        request = replace(
            request,
            g_per_kg=asked.g_per_kg,
            days=asked.days,
            cycles=asked.cycles,
            interval=asked.interval if asked.cycles > 1 else None,
            unit=asked.unit if asked.interval and asked.cycles > 1 else request.unit,
        )
    facts = _facts(application, before, on=on, body=body)
    policy = DosePolicy.of_the_hospital(settings.DOSE_POLICY)
    try:
        after = compute(row.schedule(), facts, request, policy)
        if after.g_per_kg_cycle > before.g_per_kg_cycle:
            # Who let the dose pass the ceiling let that dose pass, no higher one.
            after = compute(row.schedule(), facts, replace(request, ceiling_reason=""), policy)
    except DoseError as error:
        return Redose(before, row, problem=error_sentence(error), field=error.field)
    return Redose(before, row, after)


def row_is_gone(application: Application) -> str:
    return _(
        "The catalogue in force has no row %(code)s any more: the treatment cannot go on under this "
        "application. End it, or make a new application under another row."
    ) % {"code": application.indication_code}


def _facts(application: Application, before: Dose, *, on: date, body: Body) -> PatientFacts:
    told, was = application.snapshot.content["patient"], before.facts
    return PatientFacts.on(
        on,
        born_on=date.fromisoformat(told["born_on"]),
        sex=was.sex,
        weight_kg=was.weight_kg if body.weight_kg is None else body.weight_kg,
        height_cm=was.height_cm,
        pregnant=was.pregnant if body.pregnant is None else body.pregnant,
        abo=was.abo,
        risks=was.risks,
    )


def with_dose(content: Content, dose: Dose, row: Indication, *, on: date, because: str) -> Content:
    """The content with that dose on that row; everything else as it was sent."""
    changed = deepcopy(content)
    told = changed["indication"]
    told |= {"edition": row.edition.code, "position": row.position, "area": row.area}
    told |= {
        name: getattr(row, name)
        for name in ("printed_condition", "printed_reference_therapies", "printed_schedule")
    }
    told["not_routinely_indicated"] = row.not_routinely_indicated
    changed["treatment"] |= {
        name: plain(value) if isinstance(value, Decimal) else value
        for name, value in _answers(dose, because).items()
    } | {"weighed_on": on.isoformat()}
    changed["dose"] = dose.as_dict()
    return changed


def answers_with_dose(answers: Content, dose: Dose, *, on: date, because: str) -> Content:
    """What the form holds, with that dose: whoever answers the committee's questions sends it again."""
    typed = {name: _typed(value) for name, value in _answers(dose, because).items()}
    kept = answers.get("dose") or {}
    if "pregnant" not in kept:
        del typed["pregnant"]
    return {**answers, "dose": {**kept, **typed, "weighed_on": f"{on:%d/%m/%Y}"}}


def _answers(dose: Dose, because: str) -> dict[str, Any]:
    asked = dose.request
    return {
        "weight_kg": dose.facts.weight_kg,
        "pregnant": dose.facts.pregnant,
        "g_per_kg": asked.g_per_kg,
        "days": asked.days,
        "cycles": asked.cycles,
        "interval": asked.interval,
        "interval_unit": asked.unit.value if asked.interval else None,
        "carry_over_g": None,
        "deviation_reason": because if dose.deviations else None,
    }


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return plain(value).replace(".", ",")
    return "" if value is None else str(value)
