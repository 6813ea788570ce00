"""Precedents: what was decided before on other patients, for the same row and use, and how that turned out.

Only what identifies nobody: the month, counts of votes, codes, which limits were set, the outcome of the
treatment. No number, unit, name or text that somebody typed; and nothing at all where the decisions are
about fewer patients than the hospital wants (docs/decisions/2026-11-27-precedents.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.models import Application, ReasonCode
from approvals.workflow import UNDECIDED
from treatments.models import Verdict

# The list is that long; the totals are over all.
LATEST = 20

# A decision of the chair alone counts once the committee has judged it, as the committee judged it. Of an
# application decided more than once (on appeal, after a reassessment) the last decision counts.
EARLIER = """
WITH earlier AS MATERIALIZED (
  SELECT DISTINCT ON (a.id) d.id, a.patient_id,
         COALESCE(r.decided_at, d.decided_at) AS decided_at,
         COALESCE(r.is_approval, d.is_approval) AS is_approval,
         COALESCE(r.tally, d.tally) AS tally,
         COALESCE(r.reason_codes, d.reason_codes) AS reason_codes,
         d.cycles, d.cycle_g IS NOT NULL AS lowers_dose, d.co_therapy <> '' AS has_co_therapy,
         d.reassess_on IS NOT NULL AS is_judged_sooner, d.conditions <> '' AS has_conditions,
         last.period IS NOT NULL AND last.settled_at IS NULL AS is_running, last.verdict,
         CASE WHEN last.verdict = %(no_benefit)s THEN false ELSE judged.has_benefit END AS has_benefit
    FROM approvals_application a
    JOIN accounts_unit u ON u.id = a.unit_id AND u.hospital_id = %(hospital)s
    JOIN approvals_decision d ON d.application_id = a.id AND d.ratifies_id IS NULL
    LEFT JOIN approvals_decision r ON r.ratifies_id = d.id
         AND (%(before)s::timestamptz IS NULL OR r.decided_at < %(before)s)
    LEFT JOIN LATERAL (
      SELECT t.period, t.settled_at, t.verdict FROM treatments_authorisation t
       WHERE t.application_id = a.id ORDER BY t.period DESC LIMIT 1) last ON true
    LEFT JOIN LATERAL (
      SELECT j.has_benefit FROM treatments_authorisation t
        JOIN treatments_reassessment j ON j.authorisation_id = t.id
       WHERE t.application_id = a.id ORDER BY t.period DESC LIMIT 1) judged ON true
   WHERE a.indication_code = %(code)s AND a.sub_criterion = %(use)s AND a.decided_at IS NOT NULL
     AND a.masked_at IS NULL
     AND a.patient_id <> %(patient)s
     AND (%(before)s::timestamptz IS NULL OR d.decided_at < %(before)s)
     AND (d.alone_because = '' OR r.id IS NOT NULL)
   ORDER BY a.id, d.decided_at DESC, d.id DESC
),
totals AS (
  SELECT count(*) AS total, count(DISTINCT patient_id) AS patients,
         count(*) FILTER (WHERE is_approval) AS approved,
         count(*) FILTER (WHERE is_approval AND has_benefit) AS helped,
         count(*) FILTER (WHERE is_approval AND NOT has_benefit) AS unhelped
    FROM earlier
)
SELECT totals.total, totals.patients, totals.approved, totals.helped, totals.unhelped,
       one.decided_at, one.is_approval, one.tally, one.reason_codes, one.cycles, one.lowers_dose,
       one.has_co_therapy, one.is_judged_sooner, one.has_conditions, one.is_running, one.verdict,
       one.has_benefit
  FROM totals LEFT JOIN (SELECT * FROM earlier ORDER BY decided_at DESC, id DESC LIMIT %(latest)s) one ON true
 ORDER BY one.decided_at DESC, one.id DESC
"""
TOTALS = ("total", "patients", "approved", "helped", "unhelped")


@dataclass(frozen=True)
class Precedent:
    """One earlier decision, as far as it may be told. `has_benefit` is None where nobody has judged it."""

    decided_at: datetime
    is_approval: bool
    tally: dict[str, Any]
    reason_codes: list[str]
    cycles: int | None
    lowers_dose: bool
    has_co_therapy: bool
    is_judged_sooner: bool
    has_conditions: bool
    is_running: bool
    verdict: str | None
    has_benefit: bool | None

    @property
    def month(self) -> str:
        """Not the day: who was in the room that day is known."""
        return date_format(timezone.localtime(self.decided_at), "YEAR_MONTH_FORMAT")

    @property
    def votes(self) -> str:
        told = [_("%(in_favour)d in favour, %(against)d against") % self.tally]
        if n := self.tally.get("information"):
            told.append(_("%(n)d for more information") % {"n": n})
        if n := self.tally.get("abstained"):
            told.append(_("%(n)d abstained") % {"n": n})
        return ", ".join(told)

    @property
    def codes(self) -> list[str]:
        return [f"{code} – {ReasonCode(code).label}" for code in self.reason_codes]

    @property
    def terms(self) -> list[str]:
        """Which limits were set. Of texts only that there are some; grams would tell the weight."""
        return list(self._terms()) if self.is_approval else []

    def _terms(self) -> Iterator[str]:
        if self.cycles is not None:
            yield ngettext("At most %(n)d cycle.", "At most %(n)d cycles.", self.cycles) % {"n": self.cycles}
        if self.lowers_dose:
            yield _("A lower dose than asked.")
        if self.has_co_therapy:
            yield _("Together with another therapy.")
        if self.is_judged_sooner:
            yield _("An earlier reassessment.")
        if self.has_conditions:
            yield _("Other conditions.")

    @property
    def turnout(self) -> str:
        """How the treatment went; "" where there was none."""
        if not self.is_approval or self.verdict is None:
            return ""
        benefit = {True: _("With benefit"), False: _("Without measured benefit"), None: _("Not reassessed")}
        return f"{benefit[self.has_benefit]} · {self._state(self.verdict)}"

    def _state(self, verdict: str) -> str:
        if self.is_running:
            return _("still running")
        return _("not renewed so far") if verdict == Verdict.CONTINUE else str(Verdict(verdict).label)


FACTS = tuple(field.name for field in fields(Precedent))


@dataclass(frozen=True)
class Precedents:
    """All of them as totals, the latest as rows. Look at `is_shown` first."""

    rows: tuple[Precedent, ...] = ()
    total: int = 0
    patients: int = 0
    approved: int = 0
    helped: int = 0
    unhelped: int = 0
    is_comparable: bool = True

    @property
    def is_shown(self) -> bool:
        return self.total > 0 and bool(self.patients >= settings.PRECEDENTS_LEAST)

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.rows)

    @property
    def summary(self) -> str:
        return _("In %(approved)d of %(total)d earlier decisions authorised.") % vars(self)

    @property
    def turnout(self) -> str:
        told = {**vars(self), "unjudged": self.approved - self.helped - self.unhelped}
        return (
            _("Of those treatments %(helped)d with benefit, %(unhelped)d without, %(unjudged)d not judged.")
            % told
        )

    def departure(self, *, is_approval: bool) -> str:
        """That deciding so departs from what two thirds of them decided, in words; "" when it does not."""
        against = self.total - self.approved if is_approval else self.approved
        if not self.is_shown or against * 3 < self.total * 2:
            return ""
        told = (
            _("Of %(total)d earlier decisions on the same use %(n)d refused it: this one departs from them.")
            if is_approval
            else _(
                "Of %(total)d earlier decisions on the same use %(n)d authorised it: "
                "this one departs from them."
            )
        )
        return told % {"n": against, "total": self.total}


def of(application: Application, *, at: datetime) -> Precedents:
    """The precedents of a case, read once per application object; of one decided, those before its decision.

    Whatever the same patient was decided before is their history, and no precedent.
    """
    known: dict[datetime, Precedents] = application.__dict__.setdefault("_precedents", {})
    if at not in known:
        is_decided = application.status not in UNDECIDED
        known[at] = _read(application, before=application.decided_at if is_decided else None)
    return known[at]


def _read(application: Application, *, before: datetime | None) -> Precedents:
    if application.indication is None or application.indication.outside_catalogue:
        return Precedents(is_comparable=False)  # one row for every disease that the table does not print
    wanted: dict[str, Any] = {
        "hospital": application.unit.hospital_id,
        "code": application.indication_code,
        "use": application.sub_criterion,
        "patient": application.patient_id,
        "before": before,
        "latest": LATEST,
        "no_benefit": Verdict.STOP_NO_BENEFIT,
    }
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, wanted)
        found = cursor.fetchall()
    totals = dict(zip(TOTALS, found[0], strict=False))
    if totals["patients"] < settings.PRECEDENTS_LEAST:
        return Precedents()  # not even how many
    return Precedents(rows=tuple(_precedent(row[len(TOTALS) :]) for row in found), **totals)


def _precedent(row: tuple[Any, ...]) -> Precedent:
    facts = dict(zip(FACTS, row, strict=True))
    return Precedent(**{**facts, "tally": json.loads(facts["tally"])})
