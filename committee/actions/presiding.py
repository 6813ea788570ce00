"""The sitting itself: it opens, members come and go, items are opened one by one, it closes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import actions as applications
from approvals.refusals import AlreadyDone, Refused
from committee.acting import acting, already, tell
from committee.models import Attendance, Item, Sitting
from committee.workflow import Action
from outbox.promises import promise


def open_sitting(
    pk: int, *, present: Iterable[User] = (), by: User, at: datetime, version: int | None = None
) -> Sitting:
    """Open a meeting with those present; of a virtual round, open every item to the votes.

    An item that cannot be heard now (too few members, withdrawn) keeps waiting and does not stop the others;
    where none can be heard the round does not open.
    """
    here = list(dict.fromkeys(present))  # each once
    with acting(Action.OPEN, pk, by=by, at=at, version=version, present=here) as sitting:
        sitting.opened_at, sitting.opened_by = at, by
        if not sitting.is_virtual:
            Attendance.objects.bulk_create(
                Attendance(sitting=sitting, member=member, arrived_at=at, arrived_by=by) for member in here
            )
            tell(sitting, present=sorted(member.pk for member in here))
            return sitting
        refusals = list(
            filter(None, (hear_if_possible(item, sitting, by=by, at=at) for item in waiting(sitting)))
        )
        if len(refusals) == sitting.items.filter(removed_at=None).count():
            raise Refused(refusals[0].sentence if refusals else _("Nothing stands on the agenda."))
        promise("ask_votes", f"ask_votes:{sitting.pk}", {"sitting": sitting.pk}, at=at, by=by)
    return sitting


def waiting(sitting: Sitting) -> list[Item]:
    return [item for item in sitting.items.select_related("application") if item.is_waiting]


def hear_if_possible(item: Item, sitting: Sitting, *, by: User, at: datetime) -> Refused | None:
    try:
        with transaction.atomic():
            hear(item, sitting, by=by, at=at)
    except Refused as refusal:
        return refusal
    return None


def hear(item: Item, sitting: Sitting, *, by: User, at: datetime) -> None:
    here = User.objects.filter(pk__in=sitting.attendances.filter(left_at=None).values("member"))
    item.hearing = applications.open_hearing(
        item.application_id, present=here, voting_until=sitting.voting_until, by=by, at=at
    )
    item.save(update_fields=["hearing"])


def open_item(pk: int, *, item: int, by: User, at: datetime, version: int | None = None) -> Item:
    """Hear one application: of a meeting one at a time."""
    found = Item.objects.select_related("application").get(pk=item)
    told: dict[str, Any] = {
        "item": found,
        "is_done": lambda _sitting: Item.objects.filter(pk=item, hearing__opened_by=by).exists(),
    }
    with acting(Action.OPEN_ITEM, pk, by=by, at=at, version=version, **told) as sitting:
        hear(found, sitting, by=by, at=at)
        tell(sitting, item=item)
    return found


def arrive(pk: int, *, member: User, by: User, at: datetime) -> Sitting:
    """A member comes in, also into what is being heard."""
    with acting(Action.ATTEND, pk, by=by, at=at, member=member) as sitting:
        if sitting.attendances.filter(member=member, left_at=None).exists():
            raise AlreadyDone(already())
        Attendance.objects.create(sitting=sitting, member=member, arrived_at=at, arrived_by=by)
        for item in under_way(sitting):
            applications.arrive(item.application_id, member=member, by=by, at=at)
        tell(sitting, arrived=member.pk)
    return sitting


def leave(pk: int, *, member: User, by: User, at: datetime) -> Sitting:
    """A member goes out: the votes cast stay, new ones need the member back."""
    with acting(Action.ATTEND, pk, by=by, at=at, member=member, leaves=True) as sitting:
        if not sitting.attendances.filter(member=member, left_at=None).update(left_at=at, left_by=by):
            if sitting.attendances.filter(member=member, left_by=by).exists():
                raise AlreadyDone(already())
            raise Refused(_("%(who)s is not in the room.") % {"who": member.signature})
        for item in under_way(sitting):
            applications.leave(item.application_id, member=member, by=by, at=at)
        tell(sitting, left=member.pk)
    return sitting


def under_way(sitting: Sitting) -> Iterable[Item]:
    return sitting.items.filter(hearing__isnull=False, hearing__closed_at=None)


def close(pk: int, *, by: User, at: datetime, version: int | None = None) -> Sitting:
    """Close the sitting: whoever is in the room leaves, what was not reached waits for another sitting."""
    with acting(Action.CLOSE, pk, by=by, at=at, version=version) as sitting:
        sitting.closed_at, sitting.closed_by = at, by
        sitting.items.filter(hearing=None, removed_at=None).update(removed_at=at, removed_by=by)
        sitting.attendances.filter(left_at=None).update(left_at=at, left_by=by)
    return sitting
