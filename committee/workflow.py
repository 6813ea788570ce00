"""WHEN: the statuses of a sitting and the moves between them.

Source → target, nothing else, as in `approvals/workflow.py`: who may is in `permissions.py`, what must hold
in `policies.py`, doing it in `actions`.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition


class Status(models.TextChoices):
    SCHEDULED = "scheduled", _("Scheduled")
    OPEN = "open", _("In session")
    CLOSED = "closed", _("Closed")
    MINUTED = "minuted", _("Minutes signed")
    CANCELLED = "cancelled", _("Cancelled")


LIVE = (Status.SCHEDULED, Status.OPEN)


class Action(models.TextChoices):
    """What somebody does with a sitting. Those in FACTS move nothing."""

    CONVENE = "convene", _("Convene")
    ARRANGE = "arrange", _("Change the agenda")
    OPEN = "open", _("Open the sitting")
    ATTEND = "attend", _("Take attendance")
    OPEN_ITEM = "open_item", _("Open an item")
    CLOSE = "close", _("Close the sitting")
    CANCEL = "cancel", _("Cancel the sitting")
    WRITE_MINUTES = "write_minutes", _("Write the minutes")
    SIGN_MINUTES = "sign_minutes", _("Sign the minutes")


class Workflow(models.Model):
    """The field `status` and its moves. A move changes the object only: the actions save it."""

    status = FSMField(default=Status.SCHEDULED, choices=Status, editable=False)

    class Meta:
        abstract = True

    @transition(status, source=Status.SCHEDULED, target=Status.OPEN)
    def open(self) -> None: ...

    @transition(status, source=Status.OPEN, target=Status.CLOSED)
    def close(self) -> None: ...

    @transition(status, source=Status.SCHEDULED, target=Status.CANCELLED)
    def cancel(self) -> None: ...

    @transition(status, source=Status.CLOSED, target=Status.MINUTED)
    def sign_minutes(self) -> None: ...


MOVES: dict[Action, tuple[Status, Status]] = {
    Action.OPEN: (Status.SCHEDULED, Status.OPEN),
    Action.CLOSE: (Status.OPEN, Status.CLOSED),
    Action.CANCEL: (Status.SCHEDULED, Status.CANCELLED),
    Action.SIGN_MINUTES: (Status.CLOSED, Status.MINUTED),
}
# Facts: the statuses in which they may be recorded.
FACTS: dict[Action, tuple[Status, ...]] = {
    Action.ARRANGE: LIVE,
    Action.ATTEND: (Status.OPEN,),
    Action.OPEN_ITEM: (Status.OPEN,),
    Action.WRITE_MINUTES: (Status.CLOSED,),
}


def possible_from(status: str) -> set[Action]:
    """The actions that exist in this status, whoever asks."""
    moves = {action for action, (source, _target) in MOVES.items() if source == status}
    return moves | {action for action, statuses in FACTS.items() if status in statuses}
