"""What stops a treatment for a while or for good, and who goes on with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from accounts.models import Unit, User
from accounts.people import day
from approvals.acting import acting
from approvals.actions.replacing import end_letter
from approvals.models import Application
from approvals.workflow import Action
from approvals.worth import letters_follow
from treatments import periods
from treatments.models import Suspension, Verdict


def suspend(
    pk: int, *, ground: str, reason: str, by: User, at: datetime, version: int | None = None
) -> Application:
    """Nothing is dispensed until it is resumed; the reassessment stays due on its day."""
    told: dict[str, Any] = {"ground": ground, "reason": reason}
    with acting(Action.SUSPEND, pk, by=by, at=at, version=version, comment=reason, **told) as act:
        period = periods.live(pk)
        Suspension.objects.create(authorisation=period, suspended_at=at, suspended_by=by, **told)
        letters_follow(period)
        act.promise("notify")
    return act.application


def resume(pk: int, *, reason: str, by: User, at: datetime, version: int | None = None) -> Application:
    with acting(Action.RESUME, pk, by=by, at=at, version=version, comment=reason, reason=reason) as act:
        period = periods.live(pk)
        period.suspensions.filter(resumed_at=None).update(
            resumed_because=reason, resumed_at=at, resumed_by=by
        )
        letters_follow(period)
        act.promise("notify")
    return act.application


def transfer(
    pk: int,
    *,
    successor: tuple[Unit, User] | None,
    reason: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """Another prescriber goes on with the treatment, here or in another unit of the hospital.

    The whole file goes along; past periods stay with the unit that gave them. In another unit the prescriber
    becomes the author too, who answers the committee if it is asked again.
    """
    told: dict[str, Any] = {"successor": successor, "reason": reason}
    comment = f"{successor[1].signature}, {successor[0].name}: {reason}" if successor else reason
    with acting(Action.TRANSFER, pk, by=by, at=at, version=version, comment=comment, **told) as act:
        unit, prescriber = cast(tuple[Unit, User], successor)  # the policy wants them
        period = periods.live(pk)
        period.unit, period.prescriber = unit, prescriber
        period.save(update_fields=["unit", "prescriber"])
        if unit.pk != act.application.unit_id:
            act.application.unit, act.application.author = unit, prescriber
        act.promise("notify")
    return act.application


def revoke(pk: int, *, reason: str, by: User, at: datetime, version: int | None = None) -> Application:
    """The authorisation is worth nothing any more: a recall, false data, the law. Its letters say so."""
    with acting(Action.REVOKE, pk, by=by, at=at, version=version, comment=reason, reason=reason) as act:
        period = periods.live(pk)
        periods.settle(period, verdict=Verdict.REVOKED, by=by, at=at)
        end_letter(period, day(at))
        letters_follow(period)
        act.promise("notify")
    return act.application
