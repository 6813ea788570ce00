"""What an infusion, a reassessment and an end of treatment must say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Role, Unit, User
from accounts.people import day, holds
from approvals.models import Application, Vote
from approvals.models.application import Type
from approvals.policies.texts import LEAST_REASON, LONGEST_TEXT, wants_text
from approvals.refusals import Shortcoming
from approvals.workflow import UNDECIDED
from treatments.models import BY_HAND, CONTINUING, Suspension
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


def suspend(application: Application, at: datetime, *, ground: str, reason: str) -> Iterable[Shortcoming]:
    if ground not in Suspension.Ground.values:
        yield Shortcoming("", "ground", _("Choose why the treatment is interrupted."))
    yield from wants_text("reason", reason, LEAST_REASON)


def wants_reason(application: Application, at: datetime, *, reason: str) -> Iterable[Shortcoming]:
    yield from wants_text("reason", reason, LEAST_REASON)


def transfer(
    application: Application, at: datetime, *, successor: tuple[Unit, User] | None, reason: str
) -> Iterable[Shortcoming]:
    yield from wants_text("reason", reason, LEAST_REASON)
    if successor is None:
        yield Shortcoming("", "successor", _("Choose who goes on with the treatment."))
        return
    unit, prescriber = successor
    period = application.authorisations.live().get()
    if (unit.pk, prescriber.pk) == (period.unit_id, period.prescriber_id):
        yield Shortcoming("", "successor", _("%(who)s treats already.") % {"who": prescriber.signature})
    elif unit.hospital_id != application.unit.hospital_id:
        yield Shortcoming("", "successor", _("In another hospital a new application is needed."))
    elif not holds(prescriber, Role.PRESCRIBER, at=at, unit_id=unit.pk):
        yield Shortcoming(
            "",
            "successor",
            _("%(who)s does not prescribe in %(unit)s.") % {"who": prescriber.signature, "unit": unit.name},
        )
    elif unit.pk != application.unit_id and prescriber.pk in judges(application):
        yield Shortcoming(
            "",
            "successor",
            _("%(who)s endorsed or reviewed the application, and cannot become its author.")
            % {"who": prescriber.signature},
        )


def judges(application: Application) -> set[int | None]:
    """Those who judged it: they do not become its author."""
    return {
        application.endorsed_by_id,
        application.taken_by_id,
        application.decided_by_id,
        *Vote.objects.filter(application=application).values_list("voted_by", flat=True),
    } - {None}


def close(application: Application, at: datetime, *, verdict: str, reason: str) -> Iterable[Shortcoming]:
    if verdict not in BY_HAND or verdict in CONTINUING:
        yield Shortcoming("", "verdict", _("Choose why the treatment ends."))
    yield from wants_text("reason", reason)
