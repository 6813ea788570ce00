"""What time it is. Views, jobs, commands and tasks ask here; nothing below them reads a clock.

A demonstration may be moved forward, to see reminders and overdue pages come alive: then every process of the
house lives on the same later day. Outside a demonstration this is the time, and nothing else is read.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accounts.models import DemoClock


def now() -> datetime:
    at = timezone.now()
    if not settings.DEMO:
        return at
    ahead = DemoClock.objects.values_list("ahead", flat=True).first()
    return at + ahead if ahead else at
