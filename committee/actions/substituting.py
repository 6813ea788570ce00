"""Somebody sits in a member's stead, from a day to a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import VOTING_ROLES, Membership, Role, User
from accounts.people import day, holds
from approvals.policies.texts import wants_text
from approvals.refusals import AlreadyDone, Refused, Shortcoming
from audit import trail
from committee import members
from committee.acting import already
from committee.models import Substitution


def substitute(
    seat: Membership,
    *,
    user: User,
    from_on: date | None,
    to_on: date | None,
    reason: str,
    by: User,
    at: datetime,
) -> Membership:
    """The user fills the seat in those days; meanwhile the member neither votes nor counts."""
    hospital_id = seat.unit.hospital_id
    with transaction.atomic():
        Membership.objects.select_for_update().get(pk=seat.pk)
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # nobody is given two seats at once
        if told := why_not(seat, by=by, at=at):
            raise Refused(told)
        same: dict[str, Any] = {"stands_in_for": seat, "user": user, "from_on": from_on, "to_on": to_on}
        if Membership.objects.filter(**same, substitution__named_by=by).exists():
            raise AlreadyDone(already())
        missing = [*fits(seat, user, from_on, to_on, at=at, by=by), *wants_text("reason", reason)]
        if missing:
            raise Refused(missing[0].sentence, missing)
        home = user.memberships.valid(on=day(at)).filter(unit__hospital=hospital_id).order_by("pk").first()
        made = Membership.objects.create(
            user=user,
            unit=home.unit if home else seat.unit,
            role=seat.role,
            from_on=cast(date, from_on),  # the check wants one
            to_on=to_on,
            stands_in_for=seat,
        )
        Substitution.objects.create(membership=made, reason=reason.strip(), named_at=at, named_by=by)
        record(made, "substitute", by=by, at=at)
    return made


def end_substitution(made: Membership, *, by: User, at: datetime) -> None:
    """The member is back: the substitute sits until yesterday, or never did."""
    with transaction.atomic():
        found = Membership.objects.select_for_update(of=("self",)).select_related("unit")
        one = found.filter(pk=made.pk).first()
        if one is None:
            raise AlreadyDone(_("This substitution is over already."))
        if one.stands_in_for is None:
            raise Refused(_("This is not a substitution."))
        if told := why_not(one.stands_in_for, by=by, at=at):
            raise Refused(told)
        today = day(at)
        if one.to_on is not None and (one.to_on < today or one.to_on < one.from_on):
            raise AlreadyDone(_("This substitution is over already."))
        record(one, "end_substitution", by=by, at=at)
        one.to_on = max(today, one.from_on) - timedelta(days=1)
        one.save(update_fields=["to_on"])


def why_not(seat: Membership, *, by: User, at: datetime, chairs: bool | None = None) -> str:
    """The chair provides for the members, the medical director for the chair; nobody for themselves.

    `chairs` spares looking up, seat by seat, whether `by` is the chair.
    """
    if by.pk == seat.user_id:
        return _("Nobody names their own substitute: ask the medical director.")
    hospital_id = seat.unit.hospital_id
    if holds(by, Role.MEDICAL_DIRECTOR, at=at, hospital_id=hospital_id):
        return ""
    if chairs is None:
        chairs = members.is_chair(by, hospital_id, at=at)
    if seat.role != Role.CHAIR and chairs:
        return ""
    return _("Only the chair, or for the chair the medical director, names substitutes.")


def fits(
    seat: Membership, user: User, from_on: date | None, to_on: date | None, *, at: datetime, by: User
) -> list[Shortcoming]:
    found: list[Shortcoming] = []
    if seat.role not in VOTING_ROLES or seat.stands_in_for_id is not None:
        found.append(Shortcoming("", "seat", _("Choose a seat of the committee.")))
    if user.pk == by.pk:
        found.append(Shortcoming("", "user", _("Nobody changes their own roles.")))
    if from_on is None or to_on is None or not day(at) <= from_on <= to_on:
        return [*found, Shortcoming("", "to_on", _("Write a first and a last day, from today on."))]
    in_force = Membership.objects.valid(on=from_on).filter(user=user, user__is_active=True)
    if not in_force.filter(unit__hospital=seat.unit.hospital_id).exists():
        found.append(Shortcoming("", "user", _("Choose somebody who works in this hospital.")))
    meanwhile = Membership.objects.overlapping(from_on, to_on)
    if meanwhile.filter(user=user, role__in=VOTING_ROLES).exists():
        found.append(Shortcoming("", "user", _("%(who)s has a seat already.") % {"who": user.signature}))
    if meanwhile.filter(stands_in_for=seat).exists():
        found.append(Shortcoming("", "from_on", _("Somebody stands in on some of these days already.")))
    return found


def record(made: Membership, action: str, *, by: User, at: datetime) -> None:
    trail.record(
        f"committee:{made.unit.hospital_id}",
        action,
        by=by,
        at=at,
        data={
            "seat": made.stands_in_for_id,
            "user": made.user_id,
            "from": made.from_on.isoformat(),
            "to": made.to_on.isoformat() if made.to_on else None,
        },
    )
