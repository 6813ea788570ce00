"""What must hold of a role that is given or ended: the sentences of what is missing, none where all is well.

The locks under which they are asked are those of `roles.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Hospital, Membership, Role, Unit, User
from accounts.people import day
from accounts.refusals import Shortcoming

# They take no clinical action (design/domain.md §1): held with any other role, they would.
UNCLINICAL = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
REASON_MOST = 300
ONE_DAY = timedelta(days=1)


def is_same_person(one: User, other: User) -> bool:
    """One account, or two of the same person as far as is known: same number in the register, same e-mail."""
    if one.pk == other.pk:
        return True
    pairs = ((one.registration_number, other.registration_number), (one.email, other.email))
    return any(mine.strip() and mine.strip().lower() == theirs.strip().lower() for mine, theirs in pairs)


def days(from_on: date | None, to_on: date | None, *, at: datetime) -> list[Shortcoming]:
    if from_on is None or from_on < day(at):
        return [Shortcoming("", "from_on", _("Write the first day, from today on."))]
    if to_on is not None and to_on < from_on:
        return [Shortcoming("", "to_on", _("The last day cannot come before the first."))]
    return []


def last_day(membership: Membership, last_on: date | None, *, at: datetime) -> list[Shortcoming]:
    if last_on is None or last_on >= day(at) - ONE_DAY:
        return []
    return [Shortcoming("", "last_on", _("Write yesterday, to end it at once, or a day from today on."))]


def wants_reason(reason: str) -> list[Shortcoming]:
    if not reason.strip():
        return [Shortcoming("", "reason", _("Write why, in a few words."))]
    if len(reason.strip()) > REASON_MOST:
        return [Shortcoming("", "reason", _("Write at most %(n)d characters.") % {"n": REASON_MOST})]
    return []


def unfit(user: User, unit: Unit, role: Role, from_on: date, to_on: date | None) -> list[Shortcoming]:
    """The same role twice on one day, or a clinical one beside one that takes no clinical action."""
    if not user.is_active:
        return [Shortcoming("", "role", _("The account is closed: reopen it first."))]
    meanwhile = list(Membership.objects.overlapping(from_on, to_on).filter(user=user).select_related("unit"))
    for one in meanwhile:
        if one.role == role and one.unit_id == unit.pk:
            return [Shortcoming("", "role", _("Holds this role already, %(days)s.") % {"days": spell(one)})]
        if (role in UNCLINICAL) != (one.role in UNCLINICAL):
            told = _("Holds the role “%(role)s”: administrators and auditors take no clinical action.")
            return [Shortcoming("", "role", told % {"role": one.get_role_display()})]
    return []


def outlasts(membership: Membership, last_on: date | None) -> str:
    """Whoever stands in does so as long as the one who named them said; longer is named anew."""
    if membership.stands_in_for_id is None or (last_on and membership.to_on and last_on <= membership.to_on):
        return ""
    return _("A delegation is not prolonged: whoever delegates names the person again.")


def clash_later(membership: Membership, last_on: date | None) -> str:
    """A later end must not run into another role that excludes this one, or into the same one again."""
    if membership.to_on is None or (last_on is not None and last_on <= membership.to_on):
        return ""
    first = max(membership.to_on + ONE_DAY, membership.from_on)
    found = unfit(membership.user, membership.unit, Role(membership.role), first, last_on)
    return found[0].sentence if found else ""


def leaves_unadministered(
    hospital: Hospital, ending: Iterable[Membership], last_on: date | None, *, at: datetime
) -> str:
    """Whether some day from today on would find the hospital without an administrator. Asked under its lock.

    Days on which it has none already are no news.
    """
    if last_on is None:
        return ""
    gone = {one.pk for one in ending if one.role == Role.ADMINISTRATOR}
    if not gone:
        return ""
    held = list(
        Membership.objects.overlapping(day(at), None).filter(
            role=Role.ADMINISTRATOR, unit__hospital=hospital, user__is_active=True
        )
    )
    others = [one for one in held if one.pk not in gone]
    bounds = {max(day(at), last_on + ONE_DAY)} | {m.to_on + ONE_DAY for m in held if m.to_on}
    for on in sorted(bound for bound in bounds if bound > last_on):
        if _covers(held, on) and not _covers(others, on):
            told = _("On %(day)s the hospital would have no administrator: first give the role to another.")
            return told % {"day": date_format(on, "j F Y")}
    return ""


def _covers(held: Iterable[Membership], on: date) -> bool:
    return any(m.from_on <= on and (m.to_on is None or m.to_on >= on) for m in held)


def spell(membership: Membership) -> str:
    """Its days in words."""
    first = date_format(membership.from_on, "SHORT_DATE_FORMAT")
    if membership.to_on is None:
        return _("since %(from)s") % {"from": first}
    last = date_format(membership.to_on, "SHORT_DATE_FORMAT")
    return _("from %(from)s to %(to)s") % {"from": first, "to": last}
