"""WHO may write into the ledger of a period, and WHAT an entry must hold. Each answers in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Role, User
from accounts.people import day, holds
from catalogue.dose_words import grams as in_grams
from catalogue.doses import Dose
from catalogue.fields import day_words
from catalogue.models import Product
from treatments import cycles
from treatments.models import Authorisation, CycleReport, Dispensing
from treatments.refusals import Shortcoming

# A shorter reason is none.
LEAST_REASON = 20
LONGEST_LOT = 40
# No single dispensing is larger: ten days of the largest dose for the heaviest patient.
MOST_GRAMS = Decimal(1000)


@dataclass(frozen=True)
class Handing:
    """What a pharmacist hands out, for which day. `is_grace`: prepared before it became overdue."""

    product: Product | None
    lot: str
    expires_on: date
    grams: Decimal
    on: date
    is_grace: bool = False
    reason: str = ""


def why_not(user: User, period: Authorisation, *, at: datetime) -> str:
    """Why this person may not write into this ledger; "" when they may."""
    # An emergency does not wait for the morning.
    roles = (Role.PHARMACIST, *([Role.ON_CALL_PHARMACIST] if period.is_provisional else []))
    if not holds(user, *roles, at=at, hospital_id=period.hospital_id):
        return _("Only a pharmacist of the hospital may do this.")
    if user.pk == period.prescriber_id:
        return _("You prescribe this treatment: another pharmacist has to dispense it.")
    return ""


def plan_of(period: Authorisation) -> cycles.Plan:
    """What the period allots; the committee's limit binds where it is lower than the dose."""
    dose = Dose.from_dict(period.dose)
    request = dose.request
    every: dict[str, Any] = {request.unit.value: request.interval}
    interval = relativedelta(**every) if request.interval else None
    cycle_g = min(dose.cycle_g, period.cycle_g) if period.cycle_g else dose.cycle_g
    early = timedelta(days=settings.DISPENSE_EARLY_DAYS)
    return cycles.Plan(period.cycles, cycle_g, interval, early)


def not_open(period: Authorisation, on: date) -> str:
    """Why nothing may be given under it on that day, whatever is asked; "" when something may."""
    if period.settled_at is not None:
        return _("The period ended on %(day)s (%(how)s): nothing more may be dispensed under it.") % {
            "day": day_words(day(period.settled_at)),
            "how": period.get_verdict_display().lower(),
        }
    if suspension := next((one for one in period.suspensions.all() if one.resumed_at is None), None):
        return _(
            "The authorisation is suspended (%(ground)s) since %(when)s by %(who)s: nothing is dispensed "
            "until it is resumed."
        ) % {
            "ground": suspension.get_ground_display().lower(),
            "when": date_format(localtime(suspension.suspended_at), "SHORT_DATETIME_FORMAT"),
            "who": suspension.suspended_by.signature,
        }
    if on < period.valid_from:
        return _("The authorisation is valid from %(day)s.") % {"day": day_words(period.valid_from)}
    if period.is_provisional and on > period.due_on:
        return _(
            "The provisional authorisation ended on %(day)s: the committee decides whether it goes on."
        ) % {"day": day_words(period.due_on)}
    return ""


def overdue(period: Authorisation, on: date) -> str:
    """That its reassessment should have been there by that day; "" when it is not overdue."""
    if period.is_provisional or on <= period.due_on:
        return ""
    return _(
        "The reassessment was due on %(day)s: until the prescriber records it, nothing is dispensed. Tell "
        "the prescriber."
    ) % {"day": day_words(period.due_on)}


def shortcomings(period: Authorisation, handing: Handing, *, at: datetime) -> Iterator[Shortcoming]:
    """Everything that speaks against handing this out, in the order of the form."""
    ledger = list(period.dispensings.all())
    if told := not_open(period, handing.on):
        yield Shortcoming("", "", told)
        return
    yield from _product(period, handing)
    yield from _lot(handing)
    yield from _day(handing, at)
    yield from _grams(period, handing, ledger)
    yield from _grace(period, handing, ledger)


def _product(period: Authorisation, handing: Handing) -> Iterable[Shortcoming]:
    wanted = Dose.from_dict(period.dose).request.product
    if handing.product is None:
        yield Shortcoming("", "product", _("Choose the product."))
    elif wanted is not None and wanted.code != handing.product.code:
        yield Shortcoming(
            "",
            "product",
            _(
                "%(wanted)s is authorised, not %(product)s. The prescriber may ask for the change with a new "
                "application of the type “change of dose”."
            )
            % {"wanted": wanted.name, "product": handing.product.name},
        )
    elif not handing.product.is_active:
        yield Shortcoming(
            "", "product", _("%(product)s is not handled any more.") % {"product": handing.product.name}
        )


def _lot(handing: Handing) -> Iterable[Shortcoming]:
    lot = handing.lot.strip()
    if not lot:
        yield Shortcoming("", "lot", _("Write the lot, as printed on the vial."))
    elif len(lot) > LONGEST_LOT or not lot.isprintable():
        yield Shortcoming("", "lot", _("Check the lot: %(n)d characters at most.") % {"n": LONGEST_LOT})
    if handing.expires_on < handing.on:
        yield Shortcoming(
            "",
            "expires_on",
            _("The lot expired on %(day)s: it must not be given.") % {"day": day_words(handing.expires_on)},
        )


def _day(handing: Handing, at: datetime) -> Iterable[Shortcoming]:
    today, back = day(at), settings.DISPENSE_BACK_DAYS
    if handing.on > today + timedelta(days=1):
        yield Shortcoming("", "on", _("It is dispensed for today or tomorrow, not for a later day."))
    elif handing.on < today - timedelta(days=back):
        yield Shortcoming(
            "",
            "on",
            ngettext(
                "The day is more than %(n)d day ago: check it.",
                "The day is more than %(n)d days ago: check it.",
                back,
            )
            % {"n": back},
        )


def _grams(period: Authorisation, handing: Handing, ledger: list[Dispensing]) -> Iterable[Shortcoming]:
    if not 0 < handing.grams <= MOST_GRAMS or handing.grams != handing.grams.quantize(Decimal("0.001")):
        yield Shortcoming("", "grams", _("Write the grams, with three decimals at most."))
        return
    plan = plan_of(period)
    match cycles.place(cycles.given(ledger), plan, handing.on):
        case cycles.TooEarly(number, next_on):
            yield Shortcoming(
                "",
                "on",
                _("Cycle %(n)d is complete: the next one may begin on %(day)s at the earliest.")
                % {"n": number, "day": day_words(next_on)},
            )
        case cycles.Complete():
            yield Shortcoming(
                "",
                "grams",
                ngettext(
                    "The %(n)d cycle of this period is given: the next one needs the reassessment.",
                    "All the %(n)d cycles of this period are given: the next ones need the reassessment.",
                    plan.cycles,
                )
                % {"n": plan.cycles},
            )
        case cycles.Place(number, left_g):
            yield from _report(period, number)
            left = min(left_g, period.left_g)
            if handing.grams > left:
                yield Shortcoming(
                    "",
                    "grams",
                    _(
                        "Of cycle %(n)d %(cycle)s are left, of the whole period %(period)s: no more may be "
                        "given."
                    )
                    % {"n": number, "cycle": in_grams(left_g), "period": in_grams(period.left_g)},
                )


def wants_report(period: Authorisation) -> bool:
    """Whether each cycle of this row is reported before the next one is released (setting)."""
    rows = settings.CYCLE_REPORT_ROWS
    return "all" in rows or period.indication_code in rows


def _report(period: Authorisation, cycle: int) -> Iterable[Shortcoming]:
    if cycle == 1 or not wants_report(period):
        return
    if not CycleReport.objects.filter(authorisation=period, cycle=cycle - 1).exists():
        yield Shortcoming(
            "",
            "",
            _(
                "Before cycle %(n)d the ward reports on cycle %(before)d: two answers, further down on this "
                "page."
            )
            % {"n": cycle, "before": cycle - 1},
        )


def _grace(period: Authorisation, handing: Handing, ledger: list[Dispensing]) -> Iterable[Shortcoming]:
    told = overdue(period, handing.on)
    if not told:
        return
    if not handing.is_grace:
        yield Shortcoming("", "", told)
        return
    reversed_ = {entry.reverses_id for entry in ledger}
    used = sum(entry.is_grace and entry.pk not in reversed_ for entry in ledger)
    if used >= settings.DISPENSE_GRACE_DOSES:
        yield Shortcoming(
            "",
            "is_grace",
            ngettext(
                "%(n)d dose was already given after the reassessment was due: no more.",
                "%(n)d doses were already given after the reassessment was due: no more.",
                used,
            )
            % {"n": used}
            if used
            else told,
        )
    if len(handing.reason.strip()) < LEAST_REASON:
        yield Shortcoming(
            "",
            "reason",
            _("Write why the prepared dose is given all the same: at least %(n)d characters.")
            % {"n": LEAST_REASON},
        )
