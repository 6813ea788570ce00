"""For whom else than its unit a masked application exists: whoever has to act on it, as long as they have to.

Each condition lets through everything that is not masked; the rest are few, and their statuses say who is
waited for. Nobody acts any more on what has ended: then it is the unit's alone.
"""

from __future__ import annotations

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from approvals.workflow import ON_TREATMENT, UNDECIDED, Status
from treatments.models import Authorisation

SHOWN = Q(masked_at=None)
BEFORE_THE_COMMITTEE = (
    Status.EMERGENCY_AUTHORISED,
    Status.SUBMITTED,
    Status.PHARMACY_REVIEW,
    Status.INFORMATION_REQUESTED,
)


def for_the_pharmacy() -> Q:
    """While it is with the pharmacy, and while something may be dispensed: also the one cycle of an emergency
    that the committee has not judged yet."""
    is_dispensed = Exists(Authorisation.objects.filter(application=OuterRef("pk"), settled_at=None))
    before_committee = Q(status=Status.COMMITTEE_REVIEW) & Q(is_dispensed)
    return SHOWN | Q(status__in=(*BEFORE_THE_COMMITTEE, *ON_TREATMENT)) | before_committee


def for_the_direction() -> Q:
    """Until it is decided, and while the treatment can be suspended or revoked."""
    return SHOWN | Q(status__in=(*UNDECIDED, *ON_TREATMENT))


def for_the_committee() -> Q:
    """While the committee judges it, waits for an answer it asked for, or has to ratify its chair's word."""
    alone = apps.get_model("approvals", "Decision").objects.unratified()
    unratified = Exists(alone.filter(application=OuterRef("pk")))
    return (
        SHOWN
        | Q(status=Status.COMMITTEE_REVIEW)
        | Q(status=Status.INFORMATION_REQUESTED, asked_from=Status.COMMITTEE_REVIEW)
        | (Q(status__in=ON_TREATMENT) & Q(unratified))
    )
