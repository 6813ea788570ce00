"""The judgement of a period, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from accounts.models import User
from accounts.people import day
from approvals import limits as limiting
from approvals.acting import Act, acting
from approvals.actions.applying import one_open_application
from approvals.actions.deciding import terms
from approvals.actions.redosing import freeze_dose
from approvals.actions.replacing import end_letter
from approvals.models import Application
from approvals.reassessing import Judged, Outcome
from approvals.workflow import Action, Status
from treatments import deadlines, periods
from treatments.models import AdverseEvent, Authorisation, Measured, Reassessment


def reassess(pk: int, *, outcome: Outcome, by: User, at: datetime, version: int | None = None) -> Application:
    """Judge the period: continuing opens the next one, stopping closes; without benefit, or with a dose
    beyond the limits, the committee decides."""
    told: list[Judged] = []

    def target(application: Application) -> Status:
        told.append(Judged(application, outcome, at))
        return told[0].status

    with (
        one_open_application(),
        acting(Action.REASSESS, pk, by=by, at=at, version=version, to=target, outcome=outcome) as act,
    ):
        (judged,) = told
        application = act.application
        period = record_reassessment(act, judged, by=by)
        if judged.redose is not None:
            freeze_dose(act, judged.redose, because=outcome.plan or outcome.judgement, by=by)
        if application.status == Status.REASSESSED:
            open_next(act, period, plan=outcome.plan, by=by)
        elif application.status == Status.COMMITTEE_REVIEW:
            application.round += 1
            application.decision_due = deadlines.decision_due(at, is_urgent=application.is_urgent)
            act.promise("notify")
    return application


def open_next(act: Act, period: Authorisation, *, plan: str = "", by: User) -> None:
    """The period after that one, on the last snapshot and within the limits of the last decision."""
    application = act.application
    decision = application.decisions.latest()
    # The earlier date was for the first period; dose and cycles are limited as long as it goes on.
    lasting = replace(limiting.of(decision), reassess_on=None)
    conditions = "\n".join(filter(None, [decision.conditions, plan]))
    granted = replace(terms(application, conditions, lasting), prescriber=period.prescriber)
    periods.open_period(granted, by=by, at=act.at)
    act.promise("issue_letter")


def record_reassessment(act: Act, judged: Judged, *, by: User) -> Authorisation:
    period, outcome = periods.live(act.application.pk), judged.outcome
    dose = judged.redose.after if judged.redose else None
    reassessment = Reassessment.objects.create(
        authorisation=period,
        has_benefit=judged.has_benefit,
        weight_kg=outcome.weight_kg,
        therapy_changes=outcome.therapy_changes,
        judgement=outcome.judgement,
        verdict=outcome.verdict,
        plan=outcome.plan,
        dose=dose and dose.as_dict(),
        unused_g=period.left_g,
        reassessed_at=act.at,
        reassessed_by=by,
    )
    Measured.objects.bulk_create(
        Measured(
            reassessment=reassessment,
            position=position,
            measure=one.measure,
            unit_of_measure=one.unit,
            baseline=one.baseline,
            target=one.target,
            better=one.better,
            value_now=one.now,
            is_met=one.is_met,
            has_benefit=one.has_benefit,
        )
        for position, one in enumerate(judged.measured, 1)
    )
    AdverseEvent.objects.bulk_create(
        AdverseEvent(
            authorisation=period,
            reassessment=reassessment,
            what=one.what,
            severity=one.severity,
            happened_on=one.happened_on or day(act.at),  # the policy wants one
            known_since=one.known_since or act.at,
            recorded_at=act.at,
            recorded_by=by,
        )
        for one in outcome.events
    )
    periods.settle(period, verdict=outcome.verdict, by=by, at=act.at)
    end_letter(period, day(act.at))
    return period
