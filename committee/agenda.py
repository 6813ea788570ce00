"""What waits for the committee: before the decision, or to be ratified. The agenda is built from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.people import day
from approvals.models import Application, Decision, Hearing
from approvals.workflow import ON_TREATMENT, Status
from committee.models import Item, Sitting


def waiting(hospital_id: int, *, at: datetime) -> QuerySet[Application]:
    """Urgent first, then the oldest deadline; nothing that stands on another agenda, is being heard, or was
    put off to a later day."""
    on_an_agenda = Item.objects.filter(application=OuterRef("pk"), hearing=None, removed_at=None)
    later = Hearing.objects.filter(application=OuterRef("application"), pk__gt=OuterRef("pk"))
    put_off = Hearing.objects.filter(
        ~Exists(later), application=OuterRef("pk"), outcome="deferred", deferred_to__gt=day(at)
    )
    last_hearing = Q(hearings__closed_at=None) & Q(hearings__isnull=False)
    found = (
        unheard(hospital_id)
        .exclude(Exists(on_an_agenda))
        .exclude(Exists(Application.objects.filter(last_hearing, pk=OuterRef("pk"))))
        .exclude(Exists(put_off))
    )
    return found.order_by("-is_urgent", "decision_due", "pk")


def unheard(hospital_id: int) -> QuerySet[Application]:
    """Everything on which the committee has to pronounce, wherever it stands."""
    return (
        Application.objects.filter(unit__hospital=hospital_id)
        .filter(
            Q(status=Status.COMMITTEE_REVIEW)
            | Q(Exists(to_ratify().filter(application=OuterRef("pk"))), status__in=ON_TREATMENT)
        )
        .select_related("unit__hospital", "author", "indication__edition", "rapporteur")
        .defer("answers")
    )


def to_ratify() -> QuerySet[Decision]:
    """What a chair decided alone, until the committee has judged it."""
    return Decision.objects.unratified()


def stood_on(sitting: Sitting, items: Iterable[Item]) -> list[Item]:
    """What stood on the agenda, in order; what was taken off before the sitting opened is left out."""
    since = sitting.opened_at or sitting.cancelled_at
    return [item for item in items if item.removed_at is None or (since and item.removed_at >= since)]
