"""WHAT: what an action on a sitting must find, or be told. Answers everything that is missing, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from approvals import voting
from approvals.models import Application
from approvals.policies.texts import wants_text
from approvals.refusals import Shortcoming
from committee import agenda, members
from committee.members import Seat
from committee.models import Item, Mode, Sitting
from committee.workflow import Action

LONGEST_ROUND = timedelta(days=30)


def convene(
    hospital_id: int,
    at: datetime,
    *,
    mode: str,
    begins: datetime | None,
    voting_until: datetime | None,
    applications: list[int],
) -> Iterable[Shortcoming]:
    if mode not in Mode.values:
        yield Shortcoming("", "mode", _("Choose a meeting or a virtual round."))
    if mode != Mode.VIRTUAL and (begins is None or begins < at - timedelta(minutes=5)):
        yield Shortcoming("", "begins", _("Write when the meeting begins: a day and time to come."))
    if mode == Mode.VIRTUAL:
        yield from end_of_round(at, voting_until)
    known = set(agenda.waiting(hospital_id, at=at).filter(pk__in=applications).values_list("pk", flat=True))
    if set(applications) - known:
        yield Shortcoming(
            "",
            "applications",
            _("Some of these no longer wait for a sitting: read the list again."),
        )
    if mode == Mode.VIRTUAL and not applications:
        yield Shortcoming("", "applications", _("Choose what the members vote on."))


def end_of_round(at: datetime, voting_until: datetime | None) -> Iterable[Shortcoming]:
    if voting_until is None or not at < voting_until <= at + LONGEST_ROUND:
        yield Shortcoming(
            "", "voting_until", _("Write until when the members vote: a day and time within 30 days.")
        )


def arrange(sitting: Sitting, at: datetime, *, by: User, order: list[int]) -> Iterable[Shortcoming]:
    """`order` are the items that wait, all of them."""
    waiting = {item.pk for item in sitting.items.all() if item.is_waiting}
    if set(order) != waiting or len(order) != len(waiting):
        yield Shortcoming("", "", _("The agenda has changed meanwhile: read it again."))


def open_(sitting: Sitting, at: datetime, *, by: User, present: list[User]) -> Iterable[Shortcoming]:
    if sitting.is_virtual:
        yield from end_of_round(at, sitting.voting_until)
        return
    for one in present:
        yield from may_attend(sitting, at, by=by, member=one)
    seats = members.seats(sitting.hospital_id, at=at)
    needed = quorum(seats)
    here = {one.pk for one in present}
    if len([seat for seat in seats if seat.user.pk in here]) < needed:
        yield Shortcoming(
            "",
            "present",
            _("%(here)d of %(all)d members are present: %(quorum)d are needed to open the sitting.")
            % {"here": len(here), "all": len(seats), "quorum": needed},
        )


def quorum(seats: list[Seat]) -> int:
    """How many members a meeting needs to open."""
    return len(seats) // 2 + 1


def attend(
    sitting: Sitting, at: datetime, *, by: User, member: User, leaves: bool = False
) -> Iterable[Shortcoming]:
    """Whoever is in the room may leave it, whatever has become of their seat."""
    if sitting.is_virtual:
        yield Shortcoming("", "member", _("In a virtual round nobody is in the room."))
    if not leaves:
        yield from may_attend(sitting, at, by=by, member=member)


def may_attend(sitting: Sitting, at: datetime, *, by: User, member: User) -> Iterable[Shortcoming]:
    """Members, and those whom the medical director appointed for something on the agenda."""
    if any(seat.user.pk == member.pk for seat in members.seats(sitting.hospital_id, at=at)):
        return
    if not member.appointments.filter(application__items__sitting=sitting).exists():
        yield Shortcoming(
            "",
            "member",
            _("%(who)s has no seat on the committee today.") % {"who": member.signature},
        )


def open_item(sitting: Sitting, at: datetime, *, by: User, item: Item) -> Iterable[Shortcoming]:
    # Asked again under the lock: another browser may have opened it, or taken it off.
    if not sitting.items.filter(pk=item.pk, hearing=None, removed_at=None).exists():
        yield Shortcoming("", "", _("This item is not waiting on the agenda any more."))
    under_way = sitting.items.filter(hearing__isnull=False, hearing__closed_at=None)
    if not sitting.is_virtual and (other := under_way.select_related("application").first()):
        yield Shortcoming("", "", still_heard(other.application))


def still_heard(application: Application) -> str:
    return _("Application %(number)s is being heard: close it, or put it off, first.") % {
        "number": application.number
    }


def close(sitting: Sitting, at: datetime, *, by: User) -> Iterable[Shortcoming]:
    under_way = sitting.items.filter(hearing__isnull=False, hearing__closed_at=None)
    if told := still_open([item.application for item in under_way.select_related("application")]):
        yield Shortcoming("", "", told)


def still_open(heard: list[Application]) -> str:
    """Why a sitting that hears these cannot be closed; "" where it hears none."""
    if not heard:
        return ""
    return _("Still being heard: %(numbers)s. Close each with its result, or put it off.") % {
        "numbers": ", ".join(str(one.number) for one in heard)
    }


def cancel(sitting: Sitting, at: datetime, *, by: User, reason: str) -> Iterable[Shortcoming]:
    yield from wants_text("reason", reason)


def write_minutes(
    sitting: Sitting, at: datetime, *, by: User, remarks: str, notes: dict[int, str]
) -> Iterable[Shortcoming]:
    if remarks:
        yield from wants_text("remarks", remarks)
    known = set(sitting.items.values_list("pk", flat=True))
    for pk, note in notes.items():
        if pk not in known:
            yield Shortcoming("", "", _("The agenda has changed meanwhile: read it again."))
        elif note:
            yield from wants_text(f"note_{pk}", note)


def can_be_heard(application: Application, *, at: datetime) -> str:
    """Why this item would not open, as far as the page can tell beforehand; "" when it would."""
    if application.status not in ("committee_review", "approved", "reassessed"):
        return _("The application is “%(status)s” now: it is not heard.") % {
            "status": application.get_status_display()
        }
    return voting.too_few(application, at=at)


POLICIES: dict[Action, Callable[..., Iterable[Shortcoming]]] = {
    Action.ARRANGE: arrange,
    Action.OPEN: open_,
    Action.ATTEND: attend,
    Action.OPEN_ITEM: open_item,
    Action.CLOSE: close,
    Action.CANCEL: cancel,
    Action.WRITE_MINUTES: write_minutes,
}


def shortcomings(
    action: Action, sitting: Sitting, *, by: User, at: datetime, **content: Any
) -> list[Shortcoming]:
    """Everything that is missing, in the order of the page; [] when nothing is."""
    check = POLICIES.get(action)
    return list(check(sitting, at, by=by, **content)) if check else []
