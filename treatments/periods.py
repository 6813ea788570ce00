"""Opening, moving and settling a period of treatment. Called inside the transaction of an action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Unit, User
from accounts.people import day
from catalogue.schedules import Unit as IntervalUnit
from treatments.deadlines import Course, due_on
from treatments.models import Authorisation, Dispensing, Verdict


@dataclass(frozen=True)
class Infusion:
    """The first infusion, as recorded; or none."""

    on: date | None = None
    recorded_at: datetime | None = None
    recorded_by: User | None = None


@dataclass(frozen=True)
class Discharge:
    """The discharge, as recorded; or none."""

    on: date | None = None
    recorded_at: datetime | None = None
    recorded_by: User | None = None


@dataclass(frozen=True)
class Terms:
    """What is allowed in a period; `grams` for the whole period, `dose` the computation behind it.

    `trigger` is what the row says about its reassessment (`catalogue.choices.ReassessmentTrigger`).
    `cycle_g` and `reassess_by` are limits set by the committee, None where it set none. A provisional period
    is not reassessed: it ends on `due_on` at the latest. `infused` is what was given before it began.
    """

    application_id: int
    application_number: str
    unit: Unit
    prescriber: User
    patient_id: int
    indication_code: str
    indication_name: str
    area: str
    edition_code: str
    dose: dict[str, Any]
    cycles: int
    grams: Decimal
    conditions: str
    cycle_g: Decimal | None = None
    reassess_by: date | None = None
    trigger: str = ""
    trigger_after: int | None = None
    is_provisional: bool = False
    due_on: date | None = None
    infused: Infusion = Infusion()
    discharged: Discharge = Discharge()


def open_period(terms: Terms, *, by: User, at: datetime) -> Authorisation:
    """Open the next period of the application. Raises IntegrityError while another is open."""
    period = Authorisation.objects.filter(application_id=terms.application_id).count() + 1
    valid_from, infused = day(at), terms.infused
    interval = interval_days(terms.dose)
    foreseen = Course(
        valid_from,
        infused.on,
        terms.reassess_by,
        trigger=terms.trigger,
        after=terms.trigger_after,
        interval_days=interval,
        discharged_on=terms.discharged.on,
    )
    return Authorisation.objects.create(
        number=f"{terms.application_number}/{period}",
        application_id=terms.application_id,
        hospital_id=terms.unit.hospital_id,
        unit=terms.unit,
        prescriber=terms.prescriber,
        patient_id=terms.patient_id,
        indication_code=terms.indication_code,
        indication_name=terms.indication_name,
        area=terms.area,
        edition_code=terms.edition_code,
        period=period,
        valid_from=valid_from,
        due_on=max(terms.due_on or due_on(foreseen), valid_from + timedelta(days=1)),
        dose=terms.dose,
        cycles=terms.cycles,
        grams=terms.grams,
        conditions=terms.conditions,
        cycle_g=terms.cycle_g,
        reassess_by=terms.reassess_by,
        trigger=terms.trigger,
        trigger_after=terms.trigger_after,
        is_provisional=terms.is_provisional,
        interval_days=interval,
        first_infusion_on=infused.on,
        infusion_recorded_at=infused.recorded_at,
        infusion_recorded_by=infused.recorded_by,
        discharged_on=terms.discharged.on,
        discharge_recorded_at=terms.discharged.recorded_at,
        discharge_recorded_by=terms.discharged.recorded_by,
        opened_at=at,
        opened_by=by,
    )


def interval_days(dose: dict[str, Any]) -> int | None:
    """Days at least between the starts of two cycles; None where the dose names no interval."""
    request = dose["request"]
    interval, unit = request.get("interval"), request.get("unit")
    return interval * IntervalUnit(unit).days if interval and unit else None


def live(application_id: int) -> Authorisation:
    """The open period, locked. Raises `Authorisation.DoesNotExist` when there is none."""
    return Authorisation.objects.live().select_for_update().get(application_id=application_id)


def record_first_infusion(period: Authorisation, *, on: date, by: User, at: datetime) -> None:
    """The first infusion moves the due date; reminders for the old date no longer hold. The end of a
    provisional period stays: the committee judges it on that day."""
    period.first_infusion_on = on
    period.infusion_recorded_at, period.infusion_recorded_by = at, by
    period.save(update_fields=["first_infusion_on", "infusion_recorded_at", "infusion_recorded_by"])
    refresh_due(period)


def record_discharge(period: Authorisation, *, on: date, by: User, at: datetime) -> None:
    """Moves the due date forward where the row is judged at the discharge; of a provisional period it is
    kept for the one that follows."""
    period.discharged_on = on
    period.discharge_recorded_at, period.discharge_recorded_by = at, by
    period.save(update_fields=["discharged_on", "discharge_recorded_at", "discharge_recorded_by"])
    refresh_due(period)


def refresh_due(period: Authorisation) -> bool:
    """Compute the day of the reassessment again from what is recorded: after the first infusion, and after
    each entry of the ledger. True where it has moved. Called under the lock of the period.

    A provisional period and one that is settled keep theirs.
    """
    if period.is_provisional or period.settled_at:
        return False
    due = max(due_on(course(period)), period.valid_from + timedelta(days=1))
    if due == period.due_on:
        return False
    period.due_on = due
    period.save(update_fields=["due_on"])
    return True


def course(period: Authorisation) -> Course:
    """What the reassessment depends on, as the ledger stands. What was reversed was not given."""
    given = Dispensing.objects.filter(
        authorisation=period, kind=Dispensing.Kind.DISPENSED, reversal=None
    ).values_list("cycle", "happened_on")
    begun: dict[int, date] = {}
    for cycle, on in given:
        begun[cycle] = min(on, begun.get(cycle, on))
    return Course(
        valid_from=period.valid_from,
        first_infusion_on=period.first_infusion_on,
        at_latest=period.reassess_by,
        trigger=period.trigger,
        after=period.trigger_after,
        interval_days=period.interval_days,
        cycles_on=tuple(sorted(begun.values())),
        last_infusion_on=max((on for _cycle, on in given), default=None),
        discharged_on=period.discharged_on,
    )


def settle(period: Authorisation, *, verdict: Verdict, by: User | None, at: datetime) -> None:
    """The period ended, by reassessment or by the end of treatment: its reminders are disarmed."""
    period.settled_at, period.settled_by, period.verdict = at, by, verdict
    period.save(update_fields=["settled_at", "settled_by", "verdict"])
