"""BY WHEN of a period: pure, never reads the clock."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.conf import settings


def reassessment_due(valid_from: date, first_infusion_on: date | None, at_latest: date | None = None) -> date:
    """Three months (setting) after the first infusion, or after the start while none is recorded.

    31 January + 3 months is 30 April: the last day of a shorter month. Earlier where the committee wants it.
    """
    start = first_infusion_on or valid_from
    due = start + relativedelta(months=settings.REASSESSMENT_MONTHS)
    return min(due, at_latest) if at_latest else due


def trial_until(stopped_on: date) -> date:
    """The last day on which a treatment stopped on trial starts again without a new application."""
    return stopped_on + timedelta(days=settings.TRIAL_OFF_DAYS)


def expires_on(due_on: date) -> date:
    """The day on which a period that nobody reassessed expires: 30 days (setting) after it was due."""
    return due_on + timedelta(days=settings.EXPIRY_DAYS)
