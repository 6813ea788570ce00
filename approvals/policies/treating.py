"""What an infusion, a reassessment and an end of treatment must say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.people import day
from approvals.models import Application
from approvals.models.application import Type
from approvals.policies.texts import LEAST_REASON, LONGEST_TEXT, wants_text
from approvals.refusals import Shortcoming
from approvals.workflow import UNDECIDED
from treatments.models import BY_HAND, CONTINUING
from treatments.outcomes import has_benefit


def record_infusion(application: Application, at: datetime, *, on: date) -> Iterable[Shortcoming]:
    period = application.authorisations.live().get()  # the rule `is_in_force` saw that there is one
    if period.first_infusion_on:
        yield Shortcoming("", "on", _("The first infusion of this period is already recorded."))
    if not period.valid_from <= on <= day(at):
        yield Shortcoming(
            "", "on", _("The infusion lies between the start of the authorisation and today: check the date.")
        )


def reassess(application: Application, at: datetime, *, outcome: Any) -> Iterable[Shortcoming]:
    yield from wants_text("judgement", outcome.judgement, LEAST_REASON)
    if not 0 < outcome.weight_kg <= 400:
        yield Shortcoming("", "weight_kg", _("Write today's weight in kilograms."))
    if len(outcome.adverse_events) > LONGEST_TEXT:
        yield from wants_text("adverse_events", outcome.adverse_events)
    if outcome.verdict not in BY_HAND:
        yield Shortcoming("", "verdict", _("Choose how the treatment goes on"))
    if application.type == Type.EXTRA_DOSE and outcome.verdict in CONTINUING:
        # Another period would be a second treatment, renewed beside the one that it came on top of.
        yield Shortcoming(
            "",
            "verdict",
            _(
                "An extra dose is not renewed: end it here. The treatment goes on under the application that "
                "this one followed; another extra dose takes a new application."
            ),
        )
        return
    yield from not_before_the_committee_twice(application, outcome)


def not_before_the_committee_twice(application: Application, outcome: Any) -> Iterable[Shortcoming]:
    """Without benefit the committee decides again: not while it decides on what follows this treatment."""
    plan = application.snapshot.content["outcome"]
    helps = has_benefit(Decimal(plan["baseline"]), Decimal(plan["target"]), outcome.value_now)
    if helps or outcome.verdict not in CONTINUING:
        return
    same = Application.objects.filter(
        patient=application.patient_id, indication_code=application.indication_code
    )
    if other := same.filter(status__in=UNDECIDED).exclude(pk=application.pk).first():
        yield Shortcoming(
            "",
            "",
            _(
                "Without benefit the committee has to decide, and application %(number)s for the same "
                "indication is before it: end the treatment, or wait for that decision."
            )
            % {"number": other.number},
        )


def close(application: Application, at: datetime, *, verdict: str, reason: str) -> Iterable[Shortcoming]:
    if verdict not in BY_HAND or verdict in CONTINUING:
        yield Shortcoming("", "verdict", _("Choose why the treatment ends."))
    yield from wants_text("reason", reason)
