"""The periodic review: twice a year somebody looks at every role in force and says that it is still wanted.

The periods are those of the calendar (ROLE_REVIEW_MONTHS: January to June, July to December); in each, the
roles that were in force on its first day are reviewed. Reviewed is what was confirmed, or has ended since.
Administrators review; their own roles another one does, or the medical director.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import people, role_rules, roles
from accounts.models import Membership, Role, RoleConfirmation, User
from accounts.people import day
from accounts.refusals import AlreadyDone, Refused


def period(on: date) -> date:
    """The first day of the period that this day lies in."""
    months = settings.ROLE_REVIEW_MONTHS
    return on.replace(month=(on.month - 1) // months * months + 1, day=1)


def due_on(first: date) -> date:
    return first + timedelta(days=settings.ROLE_REVIEW_DAYS)


def to_review(hospital_id: int, first: date, *, at: datetime) -> QuerySet[Any]:
    """The roles in force on the first day of the period; `is_reviewed` says whether somebody looked."""
    confirmed = RoleConfirmation.objects.filter(membership=OuterRef("pk"), period_on=first)
    return (
        Membership.objects.valid(on=first)
        .filter(unit__hospital=hospital_id)
        .annotate(
            is_confirmed=Exists(confirmed),
            # NOT NULL said aloud: without end is no unknown end.
            is_reviewed=Exists(confirmed)
            | Q(to_on__isnull=False, to_on__lt=day(at))
            | Q(user__is_active=False),
        )
    )


def why_not(membership: Membership, *, by: User, at: datetime) -> str:
    """Why `by` does not confirm this role. Only administrators' roles can do with the medical director."""
    if role_rules.is_same_person(by, membership.user):
        return _("Nobody reviews their own roles: another administrator does, or the medical director.")
    hospital_id = membership.unit.hospital_id
    if people.holds(by, Role.ADMINISTRATOR, at=at, hospital_id=hospital_id):
        return ""
    if membership.role == Role.ADMINISTRATOR and people.holds(
        by, Role.MEDICAL_DIRECTOR, at=at, hospital_id=hospital_id
    ):
        return ""
    return _("Only an administrator of the hospital reviews its roles.")


def confirm(membership: Membership, *, by: User, at: datetime) -> RoleConfirmation:
    """This role is still wanted."""
    first = period(day(at))
    with transaction.atomic():
        one = roles.lock_membership(membership)
        people.forget(by)
        if told := why_not(one, by=by, at=at):
            raise Refused(told)
        if one.from_on > first or (one.to_on and one.to_on < day(at)):
            raise Refused(_("This role is not under review."))
        try:
            with transaction.atomic():
                made = RoleConfirmation.objects.create(
                    membership=one, period_on=first, confirmed_at=at, confirmed_by=by
                )
        except IntegrityError:
            raise AlreadyDone(_("This role is confirmed already.")) from None
        roles.record(one, "role_confirmed", first.isoformat(), by=by, at=at)
    return made
