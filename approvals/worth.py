"""What the letters of a period are worth while it is interrupted, and after it was revoked.

Asked by the actions, and by the job that files a letter: one that is drawn late, because nothing ran for a
while, is not worth more than one drawn in time.
"""

from __future__ import annotations

from django.db.models import QuerySet

from approvals.models import Letter
from documents import filing
from treatments.models import Authorisation, Verdict


def letters_follow(period: Authorisation) -> None:
    """Whoever checks a letter of the period reads whether it is suspended or revoked."""
    suspension = period.suspensions.filter(resumed_at=None).select_related("suspended_by").first()
    for letter in letters_of(period):
        if suspension:
            filing.suspend(letter.document, by=suspension.suspended_by, at=suspension.suspended_at)
        else:
            filing.resume(letter.document)
        if period.verdict == Verdict.REVOKED and period.settled_by and period.settled_at:
            filing.revoke(letter.document, by=period.settled_by, at=period.settled_at)


def letters_of(period: Authorisation) -> QuerySet[Letter]:
    """The letter that opened the period, and those that say how its dose was changed."""
    moments = [period.opened_at, *period.dose_changes.values_list("changed_at", flat=True)]
    letters = Letter.objects.filter(application=period.application_id, step__at__in=moments)
    return letters.select_related("document")
