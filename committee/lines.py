"""One item of an agenda as one person reads it: where it stands, what they may do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import User
from approvals import offers, voting
from approvals.models import Hearing
from approvals.offers import Offer
from approvals.permissions import why_not
from approvals.rows import Due, Row
from approvals.seats import Member
from approvals.workflow import ON_TREATMENT
from approvals.workflow import Action as Act
from committee import policies
from committee.models import Item
from committee.workflow import LIVE, Action

if TYPE_CHECKING:
    from committee.reading import Reading

OUTCOME_TONES = {
    "approved": "success",
    "ratified": "success",
    "rejected": "error",
    "not_ratified": "error",
    "information": "warning",
    "deferred": "warning",
}


class Line:
    """Its application's members and hearing were read before (`voting.read_together`): no query here."""

    def __init__(self, item: Item, row: Row, position: int, reading: Reading) -> None:
        self.item, self.row, self.position, self.reading = item, row, position, reading
        self.application = row.application
        self.user, self.at = reading.user, reading.at

    @property
    def hearing(self) -> Hearing | None:
        return self.item.hearing

    @property
    def is_waiting(self) -> bool:
        return self.item.is_waiting and self.reading.sitting.status in LIVE

    @property
    def is_under_way(self) -> bool:
        return self.hearing is not None and self.hearing.closed_at is None

    @property
    def decide_by(self) -> Due | None:
        """While it is to be decided; of what is to be ratified the row knows the reassessment's day."""
        is_open = self.is_waiting or self.is_under_way
        return self.row.due if is_open and not self.row.is_reassessment else None

    @property
    def outcome_tone(self) -> str:
        return OUTCOME_TONES.get(self.hearing.outcome, "") if self.hearing else ""

    @property
    def kind(self) -> Promise | str:
        """Why it stands here, as long as it is not decided: afterwards the outcome says it."""
        if self.hearing and self.hearing.closed_at:
            return ""
        if self.application.status in ON_TREATMENT:
            return gettext_lazy("To ratify")
        if self.application.appealed_at:
            return gettext_lazy("Appeal")
        if self.application.decided_at:
            return gettext_lazy("After a reassessment")
        return gettext_lazy("First decision")

    @property
    def tally(self) -> voting.Tally:
        return voting.tally(self.application, at=self.at)

    @property
    def members(self) -> list[Member]:
        return voting.committee(self.application, at=self.at)

    @property
    def seat(self) -> Member | None:
        """The reader's own place, if any."""
        return voting.seat(self.user, self.application, at=self.at)

    @property
    def recusal(self) -> str:
        return self.seat.recusal if self.seat else ""

    @property
    def awaits_vote(self) -> bool:
        return self.is_under_way and offers.awaits_vote(self.user, self.application, at=self.at)

    @property
    def may_declare(self) -> bool:
        if self.seat is None or self.seat.has_declared or not (self.is_waiting or self.is_under_way):
            return False
        return not why_not(self.user, Act.DECLARE, self.application, at=self.at)

    def voice_of(self, user: User) -> str:
        """ "voted", "missing", or "" for whoever does not judge it; of a closed item as it was then."""
        if self.hearing and self.hearing.closed_at:
            for told in self.hearing.roll:
                if told["member"] == user.pk and not told["ground"]:
                    return "voted" if told["choice"] else "missing"
            return ""
        member = voting.seat(user, self.application, at=self.at)
        if member is None or member.recusal:
            return ""
        return "voted" if member.choice else "missing"

    @property
    def opens(self) -> bool:
        """Whether the button that opens the item is shown: to the chair, and to whoever presides over it."""
        is_on = Action.OPEN_ITEM in self.reading.possible
        presides = bool(self.seat and self.seat.presides)
        return self.is_waiting and is_on and (presides or self.reading.is_chair)

    @property
    def why_not_opened(self) -> str:
        """Why it cannot be heard now, in words; "" when it can."""
        if told := policies.can_be_heard(self.application, at=self.at):
            return told
        if told := why_not(self.user, Act.OPEN_HEARING, self.application, at=self.at):
            return told
        others = [] if self.reading.sitting.is_virtual else self.reading.under_way
        return policies.still_heard(others[0].application) if others else ""

    @property
    def closing(self) -> list[Offer]:
        """For whoever presides: the action that closes it as the votes stand."""
        if not (self.is_under_way and self.seat and self.seat.presides):
            return []
        return offers.closing(self.user, self.application, at=self.at)

    @property
    def aside(self) -> list[Offer]:
        """For whoever presides: put it off, or ask first."""
        if not (self.is_under_way and self.seat and self.seat.presides):
            return []
        ways = [Act.DEFER, Act.ASK]
        return [Offer(way, "") for way in ways if not why_not(self.user, way, self.application, at=self.at)]

    @property
    def rapporteurs(self) -> list[User]:
        """Who may be named: seats that are not recused."""
        is_open = self.is_waiting or self.is_under_way
        if not is_open or why_not(self.user, Act.NAME_RAPPORTEUR, self.application, at=self.at):
            return []
        return [member.user for member in self.members if not member.recusal]

    @property
    def up(self) -> str:
        """The order with this item a place higher, as the page sends it; "" where it is the first."""
        return self._moved(-1)

    @property
    def down(self) -> str:
        return self._moved(1)

    def _moved(self, by: int) -> str:
        order = [line.item.pk for line in self.reading.waiting]
        now = order.index(self.item.pk)
        if not 0 <= now + by < len(order):
            return ""
        order[now], order[now + by] = order[now + by], order[now]
        return ",".join(map(str, order))
