"""Who was at a sitting: as what, from when to when."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from committee import members
from committee.models import Attendance, Item, Sitting


def span(start: datetime, end: datetime | None) -> str:
    """ "10:05–10:20"; with the day where it is not the same."""
    first, last = timezone.localtime(start), timezone.localtime(end) if end else None
    if last is None:
        return date_format(first, "TIME_FORMAT")
    if first.date() == last.date():
        return f"{date_format(first, 'TIME_FORMAT')}–{date_format(last, 'TIME_FORMAT')}"
    return f"{date_format(first, 'SHORT_DATETIME_FORMAT')} – {date_format(last, 'SHORT_DATETIME_FORMAT')}"


def told(sitting: Sitting, items: list[Item]) -> list[tuple[str, str, str]]:
    """Name, as what, from when to when; the absent last."""
    seats = seated(sitting)
    spans: dict[int, list[str]] = {}
    names: dict[int, str] = {}
    for one in attended(sitting):
        spans.setdefault(one.member_id, []).append(span(one.arrived_at, one.left_at))
        names[one.member_id] = one.member.signature
    if sitting.is_virtual:
        voters = {
            line["member"] for item in items if item.hearing for line in item.hearing.roll if line["choice"]
        }
        spans = {pk: [_("voted")] for pk in voters}
        names = {user.pk: user.signature for user in User.objects.filter(pk__in=voters)}
    here = [(names[pk], as_what(seats.get(pk)), ", ".join(told)) for pk, told in spans.items()]
    absent = [
        (seat.user.signature, as_what(seat), _("absent")) for pk, seat in seats.items() if pk not in spans
    ]
    return here + absent


def seated(sitting: Sitting) -> dict[int, members.Seat]:
    """The seats on the day of the sitting, read once per sitting object."""
    if "_seated" not in sitting.__dict__:
        at = sitting.opened_at or sitting.begins
        found = members.seats(sitting.hospital_id, at=at)
        sitting.__dict__["_seated"] = {seat.user.pk: seat for seat in found}
    seated: dict[int, members.Seat] = sitting.__dict__["_seated"]
    return seated


def attended(sitting: Sitting) -> list[Attendance]:
    if "_attended" not in sitting.__dict__:
        sitting.__dict__["_attended"] = list(sitting.attendances.select_related("member"))
    attended: list[Attendance] = sitting.__dict__["_attended"]
    return attended


def as_what(seat: members.Seat | None) -> str:
    if seat is None:
        return _("appointed for an item")
    name = _("chair") if seat.is_chair else _("member")
    if seat.stands_in_for:
        return _("%(role)s, in the stead of %(who)s") % {"role": name, "who": seat.stands_in_for.signature}
    return name
