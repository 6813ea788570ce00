"""A treatment starts again after a trial without it: the last dose, on the catalogue of today."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings

from accounts.people import day
from approvals.models import Application
from approvals.redosing import Body, Redose, current_row, recompute


def redose(application: Application, body: Body, *, at: datetime) -> Redose:
    return recompute(
        application,
        current_row(application),
        before=application.snapshot.dose,
        on=day(at),
        body=body,
    )


def weighed_on(application: Application) -> date | None:
    """The day of the last weight: of the last reassessment that has one, else of the form."""
    periods = application.authorisations.filter(reassessment__weight_kg__isnull=False)
    last = periods.order_by("-period").values_list("reassessment__reassessed_at", flat=True).first()
    told = application.snapshot.content["treatment"].get("weighed_on")
    days = [*([day(last)] if last else []), *([date.fromisoformat(told)] if told else [])]
    return max(days, default=None)


def wants_weight(application: Application, *, at: datetime) -> bool:
    """Whether the last weight is too old to compute a dose on."""
    last = weighed_on(application)
    return last is None or day(at) - last > timedelta(days=settings.RESTART_WEIGHT_DAYS)
