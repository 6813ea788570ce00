"""A person's account: made, corrected, closed, reopened. By administrators, never one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import people, role_rules, roles
from accounts.models import Membership, Profession, Role, User
from accounts.people import day
from accounts.refusals import AlreadyDone, Refused, Shortcoming
from audit import trail

FIELDS = ("title", "first_name", "last_name", "email", "profession", "registration_number")


@dataclass(frozen=True)
class Person:
    """What is written of somebody."""

    title: str
    first_name: str
    last_name: str
    email: str
    profession: str
    registration_number: str


def create(username: str, person: Person, *, by: User, at: datetime) -> User:
    """An account that nobody can enter yet: by single sign-on, or with a password set later."""
    with transaction.atomic():
        people.forget(by)
        if not people.holds(by, Role.ADMINISTRATOR, at=at):
            raise Refused(_("Only an administrator writes down new people."))
        missing = shortcomings(person)
        if not username or User.objects.filter(username__iexact=username).exists():
            told = _("Choose a user name that nobody has.")
            missing.insert(0, Shortcoming("", "username", told))
        if missing:
            raise Refused(missing[0].sentence, missing)
        user = User(username=username, **person.__dict__)
        user.set_unusable_password()
        user.save()
        _record(user, "person_written", by=by, at=at, fields=list(FIELDS))
    return user


def correct(user: User, person: Person, *, by: User, at: datetime) -> list[str]:
    """The names of the fields that changed; their content does not go into the trail."""
    with transaction.atomic():
        one = roles.lock(user)
        people.forget(by)
        if told := why_not(one, by=by, at=at):
            raise Refused(told)
        if missing := shortcomings(person, but=one):
            raise Refused(missing[0].sentence, missing)
        changed = [name for name in FIELDS if getattr(one, name) != getattr(person, name)]
        if not changed:
            raise AlreadyDone(_("Nothing was changed."))
        for name in changed:
            setattr(one, name, getattr(person, name))
        one.save(update_fields=changed)
        _record(one, "person_corrected", by=by, at=at, fields=changed)
    return changed


def close(user: User, *, reason: str, by: User, at: datetime) -> None:
    """Nobody enters by this account any more; its sessions end, its roles stay on record."""
    with transaction.atomic():
        hospitals = [roles.lock_hospital(pk) for pk in _administered(user, at=at)]
        one = roles.lock(user)
        people.forget(by)
        if told := why_not(one, by=by, at=at):
            raise Refused(told)
        if missing := role_rules.wants_reason(reason):
            raise Refused(missing[0].sentence, missing)
        if not one.is_active:
            raise AlreadyDone(_("This account is closed already."))
        held = list(Membership.objects.overlapping(day(at), None).filter(user=one))
        for hospital in hospitals:
            if told := role_rules.leaves_unadministered(hospital, held, day(at) - role_rules.ONE_DAY, at=at):
                raise Refused(told)
        one.is_active, one.closed_at, one.closed_by, one.closed_because = False, at, by, reason.strip()
        one.save(update_fields=["is_active", "closed_at", "closed_by", "closed_because"])
        end_sessions(one)
        _record(one, "account_closed", by=by, at=at)


def reopen(user: User, *, by: User, at: datetime) -> None:
    with transaction.atomic():
        one = roles.lock(user)
        people.forget(by)
        if told := why_not(one, by=by, at=at):
            raise Refused(told)
        if one.is_active:
            raise AlreadyDone(_("This account is open already."))
        one.is_active, one.closed_at, one.closed_by, one.closed_because = True, None, None, ""
        one.save(update_fields=["is_active", "closed_at", "closed_by", "closed_because"])
        _record(one, "account_reopened", by=by, at=at)


def why_not(user: User, *, by: User, at: datetime) -> str:
    """Why `by` does not touch this account: it opens the doors of every hospital the person works in."""
    if role_rules.is_same_person(by, user):
        return _("Nobody changes their own account here: ask another administrator.")
    mine = set(people.hospital_ids(by, Role.ADMINISTRATOR, at=at))
    if not mine:
        return _("Only an administrator may do this.")
    held = Membership.objects.overlapping(day(at), None).filter(user=user).exclude(unit__hospital__in=mine)
    if other := held.select_related("unit__hospital").first():
        told = _("This person works in %(hospital)s too: its administrators have to end their roles first.")
        return told % {"hospital": other.unit.hospital}
    return ""


def shortcomings(person: Person, *, but: User | None = None) -> list[Shortcoming]:
    """`but`: the account that is corrected, whose own number is no duplicate."""
    found = []
    for name, sentence in (
        ("first_name", _("Write the name.")),
        ("last_name", _("Write the surname.")),
    ):
        if not getattr(person, name):
            found.append(Shortcoming("", name, sentence))
    if person.profession not in Profession.values:
        found.append(Shortcoming("", "profession", _("Choose a profession.")))
    others = User.objects.exclude(pk=but.pk) if but else User.objects.all()
    number = person.registration_number
    same = others.filter(registration_number__iexact=number, profession=person.profession).first()
    if number and same:
        told = _("%(who)s has this number in the register: one person has one account.")
        found.append(Shortcoming("", "registration_number", told % {"who": same.signature}))
    return found


def end_sessions(user: User) -> int:
    """Take the person's sessions away: reopened one day, the account does not bring them back."""
    own = [s.pk for s in Session.objects.iterator() if s.get_decoded().get("_auth_user_id") == str(user.pk)]
    Session.objects.filter(pk__in=own).delete()
    return len(own)


def _administered(user: User, *, at: datetime) -> list[int]:
    """The hospitals this person administers or will, in the one order in which they are locked."""
    held = Membership.objects.overlapping(day(at), None).filter(user=user, role=Role.ADMINISTRATOR)
    return list(held.values_list("unit__hospital", flat=True).distinct().order_by("unit__hospital"))


def _record(user: User, action: str, *, by: User, at: datetime, fields: list[str] | None = None) -> None:
    data: dict[str, Any] = {"fields": fields} if fields else {}
    trail.record(f"user:{user.pk}", action, by=by, at=at, data=data)
