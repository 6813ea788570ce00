"""What one person reads of one sitting: its agenda with what they may do, who is there, what they declare.

Everything is read for the whole agenda at once: a page takes as many queries for three items as for thirty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from approvals import voting
from approvals.models import Application
from approvals.rows import light, rows
from committee import agenda, attendance, members, policies
from committee.lines import Line
from committee.members import Seat
from committee.models import Attendance, Sitting
from committee.workflow import Action, Status, possible_from

# The colour of the word that says where a sitting stands.
TONES = {
    Status.SCHEDULED: "info",
    Status.OPEN: "warning",
    Status.CLOSED: "",
    Status.MINUTED: "success",
    Status.CANCELLED: "error",
}


@dataclass(frozen=True)
class Place:
    """Somebody of the committee at this sitting: as what, from when to when, in the room or not."""

    user: User
    as_what: str
    spans: str
    is_here: bool
    voted: int
    may_vote: int


class Reading:
    """A sitting through the eyes of one person at one moment; templates show it and decide nothing."""

    def __init__(self, sitting: Sitting, user: User, at: datetime) -> None:
        self.sitting, self.user, self.at = sitting, user, at

    @property
    def tone(self) -> str:
        return TONES[Status(self.sitting.status)]

    @property
    def title(self) -> Promise:
        return _("Virtual round") if self.sitting.is_virtual else _("Meeting of the committee")

    @cached_property
    def seats(self) -> list[Seat]:
        return members.seats(self.sitting.hospital_id, at=self.at)

    @cached_property
    def is_chair(self) -> bool:
        return any(seat.is_chair and seat.user.pk == self.user.pk for seat in self.seats)

    @property
    def possible(self) -> set[Action]:
        return possible_from(self.sitting.status)

    @cached_property
    def chairs(self) -> dict[str, bool]:
        """What the chair may do now, by the name of the action; nothing for anybody else."""
        return {action.value: self.is_chair and action in self.possible for action in Action}

    @cached_property
    def lines(self) -> list[Line]:
        found = agenda.stood_on(self.sitting, self.sitting.items.select_related("hearing"))
        wanted = Application.objects.filter(pk__in=[item.application_id for item in found])
        related = ("unit__hospital", "indication__edition", "rapporteur")
        applications = self._shown(list(light(wanted).select_related(*related)))
        voting.read_together(applications, at=self.at)
        by_pk = {row.application.pk: row for row in rows(applications, at=self.at, votes={})}
        shown = (item for item in found if item.application_id in by_pk)
        return [Line(item, by_pk[item.application_id], n, self) for n, item in enumerate(shown, 1)]

    def _shown(self, found: list[Application]) -> list[Application]:
        """Without those masked since, for whoever has nothing to do with them any more."""
        masked = [one.pk for one in found if one.masked_at]
        if not masked:
            return found
        seen = Application.objects.concerning(self.user, at=self.at).filter(pk__in=masked)
        kept = set(seen.values_list("pk", flat=True))
        return [one for one in found if one.masked_at is None or one.pk in kept]

    @property
    def waiting(self) -> list[Line]:
        return [line for line in self.lines if line.is_waiting]

    @property
    def under_way(self) -> list[Line]:
        return [line for line in self.lines if line.is_under_way]

    @property
    def to_declare(self) -> list[Line]:
        """On what the reader has still to say whether they have a conflict of interest."""
        return [line for line in self.lines if line.may_declare]

    @property
    def declared(self) -> list[Line]:
        return [line for line in self.lines if line.seat and line.seat.has_declared and not line.recusal]

    @cached_property
    def to_add(self) -> list[Application]:
        """What the chair may still put on the agenda."""
        if not self.chairs[Action.ARRANGE.value]:
            return []
        return list(agenda.waiting(self.sitting.hospital_id, at=self.at)[:100])

    @property
    def why_not_closed(self) -> str:
        return policies.still_open([line.application for line in self.under_way])

    @property
    def quorum(self) -> int:
        return policies.quorum(self.seats)

    @cached_property
    def places(self) -> list[Place]:
        """The seats, whoever is appointed for an item, and whoever was in the room with a seat since lost."""
        people = {seat.user.pk: seat.user for seat in self.seats}
        judges = [member for line in self.lines for member in line.members]
        people |= {member.user.pk: member.user for member in judges}
        spans: dict[int, list[Attendance]] = {}
        was_open = self.sitting.opened_at is not None and not self.sitting.is_virtual
        for one in self.sitting.attendances.select_related("member") if was_open else ():
            spans.setdefault(one.member_id, []).append(one)
            people.setdefault(one.member_id, one.member)
        by_pk = {seat.user.pk: seat for seat in self.seats}
        return [self._place(user, by_pk.get(pk), spans.get(pk, [])) for pk, user in people.items()]

    def _place(self, user: User, seat: Seat | None, spans: list[Attendance]) -> Place:
        voices = [line.voice_of(user) for line in self.lines if line.hearing]
        return Place(
            user=user,
            as_what=attendance.as_what(seat),
            spans=", ".join(attendance.span(one.arrived_at, one.left_at) for one in spans),
            is_here=any(one.left_at is None for one in spans),
            voted=sum(voice == "voted" for voice in voices),
            may_vote=sum(bool(voice) for voice in voices),
        )

    @property
    def present(self) -> int:
        return sum(place.is_here for place in self.places)
