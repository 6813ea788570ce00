"""Section 7: what the treatment is to change and by when, when it stops, when it is judged."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from typing import Any, cast

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.contents import SUFFIXES
from approvals.sections.base import SectionForm
from catalogue.choices import ReassessmentTrigger
from catalogue.dose_words import number
from catalogue.dosing import Unit
from catalogue.fields import Choice, Day, Number, Text, day_words
from treatments.deadlines import reassessment_due

# A target further away than this is a mistyped year.
LONGEST_AHEAD = timedelta(days=3 * 366)
# Newborns are judged at discharge or on day 7 (design/domain.md §2).
NEWBORN_DAY = timedelta(days=7)


class Better(models.TextChoices):
    UP = "up", gettext_lazy("A higher value")
    DOWN = "down", gettext_lazy("A lower value")


class ProposedDay(Day):
    """A date that is shown filled in until the person saves one; unsaved it is no answer."""

    proposal: date | None = None

    def bound_data(self, data: Any, initial: Any) -> Any:
        shown = super().bound_data(data, initial)
        return self.proposal.strftime("%d/%m/%Y") if shown is None and self.proposal else shown


class OutcomeForm(SectionForm):
    slug = "outcome"
    title = gettext_lazy("Goals and reassessment")
    MEASURE = ("measure", "unit", "baseline", "better", "target", "target_on")

    measure = Text(
        label=gettext_lazy("What will be measured"),
        help_text=gettext_lazy("A laboratory value, a score, a number of events."),
        error_messages={"required": gettext_lazy("Say what will be measured")},
    )
    unit = Text(
        label=gettext_lazy("Unit of measurement"),
        help_text=gettext_lazy("For example g/dL, points, seizures a week."),
        max_length=40,
        size=20,
        error_messages={"required": gettext_lazy("Enter the unit of measurement")},
    )
    baseline = Number(
        label=gettext_lazy("Value today"),
        help_text=gettext_lazy("The latest one measured."),
        least="-100000",
        most="10000000",
        places=3,
        example="8,5",
        error_messages={"required": gettext_lazy("Enter the value of today")},
    )
    better = Choice(
        Better.choices,
        label=gettext_lazy("What would be better?"),
        inline=True,
        error_messages={"required": gettext_lazy("Say whether a higher or a lower value is better")},
    )
    target = Number(
        label=gettext_lazy("Value to reach"),
        help_text=gettext_lazy("The reassessment compares with it."),
        least="-100000",
        most="10000000",
        places=3,
        example="10",
        error_messages={"required": gettext_lazy("Enter the value to reach")},
    )
    target_on = ProposedDay(
        label=gettext_lazy("To be reached by"),
        error_messages={"required": gettext_lazy("Enter the date by which the value is to be reached")},
    )
    stopping_rule = Text(
        label=gettext_lazy("When the treatment stops"),
        help_text=gettext_lazy("After which time without which result, or for which adverse event."),
        rows=3,
        max_length=2000,
        error_messages={"required": gettext_lazy("Write when the treatment stops")},
    )
    reassess_on = ProposedDay(
        label=gettext_lazy("Proposed reassessment"),
        help_text=gettext_lazy("Day/month/year. A date is proposed from the planned start: check it."),
        error_messages={"required": gettext_lazy("Check and save the date of the reassessment")},
    )

    def build(self) -> None:
        for suffix in SUFFIXES[1:]:
            for name in self.MEASURE:
                self.fields[name + suffix] = deepcopy(self.fields[name])
                self.fields[name + suffix].required = False
        later = ("stopping_rule", "reassess_on")
        self.order_fields([name for name in self.fields if name not in later])
        self.conditional = tuple(name for name, field in self.fields.items() if not field.required)
        self.start: date | None = self.sheet["dose"].value("planned_start")
        for name in ("target_on", "reassess_on"):
            cast(ProposedDay, self.fields[name]).proposal = self.proposal()

    def proposal(self) -> date | None:
        """When to judge the treatment: as the row says, else by the hospital's rule."""
        row = self.sheet.indication
        if self.start is None:
            return None
        latest = reassessment_due(self.start, None)
        if row is not None and row.reassessment_trigger == ReassessmentTrigger.DISCHARGE:
            return self.start + NEWBORN_DAY
        if row is not None and row.reassessment_trigger == ReassessmentTrigger.MONTHS:
            return min(latest, self.start + relativedelta(months=row.reassessment_after or 0))
        if row is not None and row.reassessment_trigger == ReassessmentTrigger.CYCLES:
            return min(latest, self._end_of_cycles(row.reassessment_after or 1))
        return latest

    def _end_of_cycles(self, cycles: int) -> date:
        """When the next cycle would begin: at the interval asked for, else a month after each one."""
        start, dose = cast(date, self.start), self.sheet["dose"]
        interval, unit = dose.value("interval"), dose.value("interval_unit")
        if not interval or not unit:
            interval, unit = 1, Unit.MONTHS.value
        return start + relativedelta(**{unit: interval * cycles})

    def clean(self) -> None:
        for n, suffix in enumerate(SUFFIXES, 1):
            if n > 1:
                self._check_complete(n, suffix)
            self._check_target(suffix)
            self._check_target_date(suffix)
        self._check_reassessment()

    def is_wanted(self, suffix: str) -> bool:
        """Whether a further measure was begun."""
        return any(self[name + suffix].data for name in self.MEASURE)

    def _check_complete(self, n: int, suffix: str) -> None:
        """A further measure is optional; once begun it is whole."""
        if not self.is_wanted(suffix):
            return
        for name in self.MEASURE:
            sentence = self.fields[name].error_messages["required"]
            self.need(name + suffix, _("Measure %(n)d: %(sentence)s") % {"n": n, "sentence": sentence})

    def _check_target(self, suffix: str) -> None:
        """The value to reach lies on the better side of today's."""
        baseline, target = self.value("baseline" + suffix), self.value("target" + suffix)
        if baseline is None or target is None:
            return
        today = {"baseline": number(baseline, 3)}
        better = self.value("better" + suffix)
        if baseline == target:
            sentence = _("The value to reach is the same as today's: it measures nothing.")
        elif better == Better.UP and target < baseline:
            sentence = _("If higher is better, the value to reach is above today's (%(baseline)s).") % today
        elif better == Better.DOWN and target > baseline:
            sentence = _("If lower is better, the value to reach is below today's (%(baseline)s).") % today
        else:
            return
        self.add_error("target" + suffix, sentence)

    def _check_target_date(self, suffix: str) -> None:
        name = "target_on" + suffix
        day: date | None = self.value(name)
        if day is None:
            return
        if day > self.sheet.today + LONGEST_AHEAD:
            self.add_error(name, _("The date is more than three years away: check it."))
        elif self.complete and day <= self._begin:
            self.add_error(name, self._too_early)

    def _check_reassessment(self) -> None:
        """Between the planned start and the end of the longest period there is (rule, in settings)."""
        day: date | None = self.value("reassess_on")
        if day is None or not self.complete:
            return
        if day <= self._begin:
            self.add_error("reassess_on", self._too_early)
        elif self.start is not None:
            latest = reassessment_due(self.start, None) + timedelta(days=settings.REASSESSMENT_GRACE_DAYS)
            if day > latest:
                self.add_error("reassess_on", self._too_late(latest))

    @property
    def _begin(self) -> date:
        """The treatment begins then; nothing can be reached or judged before."""
        return max(self.sheet.as_of, self.start or self.sheet.as_of)

    @property
    def _too_early(self) -> str:
        if self._begin == self.start:
            return _("The date is not after the planned start, %(day)s.") % {"day": day_words(self.start)}
        return _("The date is in the past.")

    def _too_late(self, latest: date) -> str:
        months: int = settings.REASSESSMENT_MONTHS
        return ngettext(
            "A period of treatment lasts %(months)d month at most: propose a date until %(day)s.",
            "A period of treatment lasts %(months)d months at most: propose a date until %(day)s.",
            months,
        ) % {"months": months, "day": day_words(latest)}
