"""One line of a list of applications, the same on every list; the facts of a page are read in few queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Role
from accounts.people import day
from approvals import voting
from approvals.models import Application, Snapshot
from approvals.models.application import AT_AUTHOR
from approvals.tallies import tallies
from approvals.workflow import ON_TREATMENT, UNDECIDED, Status
from catalogue.dose_words import grams
from catalogue.weights import NEWBORN_DAYS
from patients.models import initials
from treatments.models import Authorisation


@dataclass(frozen=True)
class Due:
    """A deadline in words; a reassessment is due on a day, everything else at a moment."""

    when: datetime | date
    at: datetime

    @property
    def on(self) -> date:
        return day(self.when) if isinstance(self.when, datetime) else self.when

    @property
    def is_late(self) -> bool:
        return self.when < self.at if isinstance(self.when, datetime) else self.when < day(self.at)

    @property
    def is_today(self) -> bool:
        return self.on == day(self.at)

    @property
    def iso(self) -> str:
        return self.when.isoformat()

    def __str__(self) -> str:
        """ "Overdue by 3 days", "Today, 18:00", "24 nov 2026"."""
        days = (day(self.at) - self.on).days
        if self.is_late and days:
            return ngettext("Overdue by %(n)d day", "Overdue by %(n)d days", days) % {"n": days}
        if not self.is_today:
            return date_format(self.on, "j b Y")
        if not isinstance(self.when, datetime):
            return _("Today")
        time = date_format(timezone.localtime(self.when), "TIME_FORMAT")
        return (_("Overdue since %(time)s") if self.is_late else _("Today, %(time)s")) % {"time": time}


@dataclass(frozen=True)
class Row:
    """An application as a list shows it: initials and age, whoever reads (design/domain.md §6)."""

    application: Application
    patient: str
    indication: str
    area: str
    due: Due | None
    holder: str
    cycle_g: Decimal | None

    @property
    def name(self) -> str:
        return self.application.number or _("Draft of %(date)s") % {
            "date": date_format(timezone.localtime(self.application.saved_at), "j b Y")
        }

    @property
    def url(self) -> str:
        if self.application.number:
            return reverse("application", args=[self.application.number])
        return reverse("draft", args=[self.application.pk]) if self.application.status == Status.DRAFT else ""

    @property
    def is_reassessment(self) -> bool:
        return self.application.status in ON_TREATMENT

    @property
    def dose(self) -> str:
        return grams(self.cycle_g) if self.cycle_g is not None else "—"

    def cells(self) -> list[Any]:
        """For the exports, in the order of HEADER."""
        application = self.application
        return [
            application.number,
            application.unit.name,
            self.patient,
            self.indication,
            self.area,
            application.get_status_display(),
            self.due and self.due.when,
            self.holder,
            self.cycle_g,
            application.sent_at,
        ]


def header() -> list[str]:
    return [
        _("Number"),
        _("Unit"),
        _("Patient"),
        _("Indication"),
        _("Area"),
        _("Status"),
        _("Deadline"),
        _("Held by"),
        _("Dose per cycle (g)"),
        _("Sent"),
    ]


def light(applications: QuerySet[Application]) -> QuerySet[Application]:
    """The queryset with what a row needs and without the answers, which are long."""
    return (
        applications.defer("answers")
        .select_related("unit", "author", "taken_by", "indication")
        .annotate(typed_patient=F("answers__patient"), typed_row=F("answers__indication__indication"))
    )


def rows(
    applications: Sequence[Application], *, at: datetime, votes: dict[int, voting.Tally] | None = None
) -> list[Row]:
    """The rows of a page of `light` applications: at most four queries, however many they are.

    `votes` spares counting them where the page does not say who has to move.
    """
    sent = _sent(applications)
    due_on = _reassessments(applications)
    votes = tallies(applications, at=at) if votes is None else votes
    return [_row(one, sent.get(one.pk), due_on.get(one.pk), votes.get(one.pk), at=at) for one in applications]


def _row(
    application: Application,
    sent: dict[str, Any] | None,
    due_on: date | None,
    tally: voting.Tally | None,
    *,
    at: datetime,
) -> Row:
    row = application.indication
    when: datetime | date | None = due_on
    if application.status == Status.INFORMATION_REQUESTED:
        when = application.answer_due
    elif application.status == Status.EMERGENCY_AUTHORISED:
        when = application.full_form_due
    elif application.status in UNDECIDED:
        when = application.decision_due
    figures = (sent or {}).get("figures") or {}
    return Row(
        application=application,
        patient=_patient(sent["patient"], sent["facts"])
        if sent
        else _patient(vars(application)["typed_patient"]),
        indication=row.name if row else vars(application)["typed_row"] or "",
        area=row.get_area_display() if row else "",
        due=Due(when, at) if when else None,
        holder=_holder(application, tally),
        cycle_g=Decimal(figures["cycle_g"]) if figures.get("cycle_g") else None,
    )


def _patient(told: dict[str, Any] | None, facts: dict[str, Any] | None = None) -> str:
    """ "R. M. · 58 years"; days for a newborn; initials alone in a draft."""
    named = initials((told or {}).get("surname") or "", (told or {}).get("name") or "")
    if not facts:
        return named
    days = facts.get("age_days")
    if days is not None and days < NEWBORN_DAYS:
        age = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    else:
        age = ngettext("%(n)d year", "%(n)d years", facts["age_years"]) % {"n": facts["age_years"]}
    return f"{named} · {age}"


def _holder(application: Application, tally: voting.Tally | None) -> str:
    """Who has to move now."""
    match application.status:
        case Status.EMERGENCY_REQUESTED if not application.emergency_agreed_at:
            return str(Role.ON_CALL_PHARMACIST.label)
        case Status.EMERGENCY_REQUESTED:
            return str(Role.ON_CALL_CONSULTANT.label)
        case Status.SUBMITTED if not application.endorsed_at:
            return _("Head of unit")
        case Status.SUBMITTED:
            return _("Pharmacy")
        case Status.PHARMACY_REVIEW:
            return f"{_('Pharmacy')} · {application.taken_by}"
        case Status.COMMITTEE_REVIEW if tally:
            votes = ngettext("%(cast)d vote of %(entitled)d", "%(cast)d votes of %(entitled)d", tally.voted)
            return f"{_('Committee')} · {votes % {'cast': tally.voted, 'entitled': tally.entitled}}"
        case status if status in (*AT_AUTHOR, *ON_TREATMENT):
            return f"{_('Prescriber')} · {application.author}"
    return "—"


def _sent(applications: Iterable[Application]) -> dict[int, dict[str, Any]]:
    """Patient and dose as last sent, by application: parts of the latest snapshot, not all of it."""
    latest = (
        Snapshot.objects.filter(application__in=[one.pk for one in applications if one.number])
        .order_by("application_id", "-revision")
        .distinct("application_id")
    )
    found = latest.values(
        "application_id",
        patient=F("content__patient"),
        facts=F("content__dose__facts"),
        figures=F("content__dose__figures"),
    )
    return {one["application_id"]: dict(one) for one in found}


def _reassessments(applications: Iterable[Application]) -> dict[int, date]:
    """The day of the reassessment of those on treatment."""
    treated = [one.pk for one in applications if one.status in ON_TREATMENT]
    if not treated:
        return {}
    return dict(
        Authorisation.objects.live().filter(application__in=treated).values_list("application_id", "due_on")
    )
