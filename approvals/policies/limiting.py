"""What a limit set by the committee must be: less than what was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from approvals.limits import Limits
from approvals.models import Application
from approvals.policies.texts import wants_text
from approvals.refusals import Shortcoming
from catalogue.dose_words import grams
from treatments.deadlines import reassessment_due


def less_than_asked(limits: Limits, application: Application, *, on: date) -> Iterable[Shortcoming]:
    """A limit allows less than what was asked: otherwise it says nothing, or too much."""
    dose = application.snapshot.dose
    if limits.cycles is not None and not 1 <= limits.cycles < dose.request.cycles:
        yield Shortcoming(
            "",
            "cycles",
            _("Fewer cycles than the %(asked)d asked for, at least one; or leave it empty.")
            % {"asked": dose.request.cycles},
        )
    if limits.cycle_g is not None and not 0 < limits.cycle_g < dose.cycle_g:
        yield Shortcoming(
            "",
            "cycle_g",
            _("Less than the %(asked)s per cycle asked for; or leave it empty.")
            % {"asked": grams(dose.cycle_g)},
        )
    latest = reassessment_due(on, None)
    if limits.reassess_on is not None and not on < limits.reassess_on < latest:
        yield Shortcoming(
            "",
            "reassess_on",
            _("A day to come, before %(latest)s on which it is due anyway; or leave it empty.")
            % {"latest": date_format(latest, "DATE_FORMAT")},
        )
    if limits.co_therapy:
        yield from wants_text("co_therapy", limits.co_therapy)
