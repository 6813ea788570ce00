"""What follows an approval: the first infusion, the reassessment, the end."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from accounts.models import User
from accounts.people import day
from approvals import limits as limiting
from approvals.acting import Act, acting
from approvals.actions.applying import one_open_application
from approvals.actions.deciding import terms
from approvals.actions.replacing import end_letter
from approvals.models import Application
from approvals.workflow import Action, Status
from treatments import deadlines, periods
from treatments.models import CONTINUING, Authorisation, Reassessment, Verdict
from treatments.outcomes import has_benefit, is_met


@dataclass(frozen=True)
class Outcome:
    """What the prescriber records at reassessment; `value_now` in the unit of the declared measure."""

    value_now: Decimal
    weight_kg: Decimal
    adverse_events: str
    judgement: str
    verdict: Verdict


def record_infusion(pk: int, *, on: date, by: User, at: datetime, version: int | None = None) -> Application:
    with acting(Action.RECORD_INFUSION, pk, by=by, at=at, version=version, on=on) as act:
        period = periods.live(pk)
        periods.record_first_infusion(period, on=on, by=by, at=at)
        end_letter(period, period.due_on)
    return act.application


def reassess(pk: int, *, outcome: Outcome, by: User, at: datetime, version: int | None = None) -> Application:
    """Judge the period: continuing opens the next one, stopping closes, no benefit goes to the committee."""

    def target(application: Application) -> Status:
        if outcome.verdict not in CONTINUING:
            return Status.CLOSED
        baseline, wanted = declared(application)
        if not has_benefit(baseline, wanted, outcome.value_now):
            return Status.COMMITTEE_REVIEW
        return Status.REASSESSED

    with (
        one_open_application(),
        acting(Action.REASSESS, pk, by=by, at=at, version=version, to=target, outcome=outcome) as act,
    ):
        application = act.application
        period = record_reassessment(act, outcome, by=by)
        if application.status == Status.REASSESSED:
            decision = application.decisions.latest()
            # The earlier date was for the first period; dose and cycles are limited as long as it goes on.
            lasting = replace(limiting.of(decision), reassess_on=None)
            granted = replace(terms(application, decision.conditions, lasting), prescriber=period.prescriber)
            periods.open_period(granted, by=by, at=at)
            act.promise("issue_letter")
        elif application.status == Status.COMMITTEE_REVIEW:
            application.round += 1
            application.decision_due = deadlines.decision_due(at, is_urgent=application.is_urgent)
            act.promise("notify")
    return application


def close(
    pk: int, *, verdict: str, reason: str, by: User, at: datetime, version: int | None = None
) -> Application:
    """End the treatment before its reassessment is due, with a coded reason."""
    with acting(
        Action.CLOSE, pk, by=by, at=at, version=version, comment=reason, verdict=verdict, reason=reason
    ):
        period = periods.live(pk)
        periods.settle(period, verdict=Verdict(verdict), by=by, at=at)
        end_letter(period, day(at))
    return Application.objects.get(pk=pk)


def declared(application: Application) -> tuple[Decimal, Decimal]:
    """Baseline and target of the measure that was sent."""
    outcome = application.snapshot.content["outcome"]
    return Decimal(outcome["baseline"]), Decimal(outcome["target"])


def record_reassessment(act: Act, outcome: Outcome, *, by: User) -> Authorisation:
    period = periods.live(act.application.pk)
    baseline, target = declared(act.application)
    measure = act.application.snapshot.content["outcome"]
    Reassessment.objects.create(
        authorisation=period,
        measure=measure["measure"],
        unit_of_measure=measure["unit"],
        baseline=baseline,
        target=target,
        is_met=is_met(baseline, target, outcome.value_now),
        has_benefit=has_benefit(baseline, target, outcome.value_now),
        reassessed_at=act.at,
        reassessed_by=by,
        **asdict(outcome),
    )
    periods.settle(period, verdict=outcome.verdict, by=by, at=act.at)
    end_letter(period, day(act.at))
    return period
