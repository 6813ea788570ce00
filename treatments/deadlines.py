"""BY WHEN of a period: pure, never reads the clock."""

from __future__ import annotations

from datetime import date

from dateutil.relativedelta import relativedelta
from django.conf import settings


def reassessment_due(valid_from: date, first_infusion_on: date | None, at_latest: date | None = None) -> date:
    """Three months (setting) after the first infusion, or after the start while none is recorded.

    31 January + 3 months is 30 April: the last day of a shorter month. Earlier where the committee wants it.
    """
    start = first_infusion_on or valid_from
    due = start + relativedelta(months=settings.REASSESSMENT_MONTHS)
    return min(due, at_latest) if at_latest else due
