"""Break the glass: a clinician of the hospital opens another unit's file by saying why (design/domain.md §6).

It moves nothing in the application and lets nobody act on it: the person reads that one file for a while
(setting BREAK_GLASS_MINUTES), each opening names the access, and whoever answers for the unit is told at once
and says whether it was justified. A number that leads nowhere, another hospital's and a masked file's get one
answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import BREAKING_ROLES, Role, User
from accounts.people import holders, holds, hospital_ids, memberships, unit_ids
from approvals.models import AccessReview, Application, EmergencyAccess
from approvals.policies.texts import LEAST_REASON, wants_text
from approvals.refusals import AlreadyDone, Refused, Shortcoming
from audit import trail
from outbox.telling import tell


def why_not(user: User, *, at: datetime) -> str:
    """Why this person opens no other unit's file, in words; "" when they may."""
    if hospital_ids(user, *BREAKING_ROLES, at=at):
        return ""
    return _("Only prescribers, heads of unit and people on call may do this.")


def open_with_reason(number: str, *, ground: str, reason: str, by: User, at: datetime) -> Application:
    """From now on, for a while, this person reads that file. What they may read anyway is just returned.

    Raises `Refused`.
    """
    if told := why_not(by, at=at):
        raise Refused(told)
    if missing := _shortcomings(ground, reason):
        raise Refused(missing[0].sentence, missing)
    application = _known(number, by=by, at=at)
    if application is None:
        # Not which number: what was typed may be anything.
        trail.record(f"glass:{by.pk}", "glass_refused", by=by, at=at, data={"ground": ground})
        sentence = _("No file with this number can be opened here. Check the number with whoever gave it.")
        raise Refused(sentence, [Shortcoming("", "number", sentence)])
    if not Application.objects.visible_to(by, at=at).filter(pk=application.pk).exists():
        _break(application, ground, reason, by=by, at=at)
    return application


def _shortcomings(ground: str, reason: str) -> list[Shortcoming]:
    found = list(wants_text("reason", reason, LEAST_REASON))
    if ground not in EmergencyAccess.Ground.values:
        found.insert(0, Shortcoming("", "ground", _("Choose why you need the file.")))
    return found


def _known(number: str, *, by: User, at: datetime) -> Application | None:
    """One question for every number: whether it is there, here, and to be shown is asked together."""
    mine = unit_ids(by, Role.PRESCRIBER, Role.HEAD_OF_UNIT, at=at)
    found = Application.objects.filter(
        Q(masked_at=None) | Q(unit__in=mine), unit__hospital__in=hospital_ids(by, *BREAKING_ROLES, at=at)
    )
    return found.select_related("unit").filter(number=number.replace("\x00", "")).first()


def _break(application: Application, ground: str, reason: str, *, by: User, at: datetime) -> None:
    until = at + timedelta(minutes=settings.BREAK_GLASS_MINUTES)
    hospital_id = application.unit.hospital_id
    held = {m.role for m in memberships(by, at=at) if m.unit.hospital_id == hospital_id}
    with transaction.atomic():
        # Two clicks at once: the second waits here, and finds what the first one opened.
        User.objects.select_for_update().get(pk=by.pk)
        if application.emergency_accesses.filter(opened_by=by, lasts_until__gt=at).exists():
            return
        access = EmergencyAccess.objects.create(
            application=application,
            ground=ground,
            reason=reason,
            opened_at=at,
            opened_by=by,
            lasts_until=until,
        )
        data = {"access": access.pk, "ground": ground, "roles": sorted(held.intersection(BREAKING_ROLES))}
        trail.record(application.chain, "glass_broken", by=by, at=at, data=data)
        told = {"access": access.pk}
        to = answerable(application, but=by, at=at)
        tell("mail_glass", f"glass:{access.pk}", told, to=to, at=at, is_urgent=True, by=by)


def answerable(application: Application, *, but: User, at: datetime) -> list[User]:
    """The head of the unit; the medical director where there is no other head than that person."""
    unit = application.unit
    heads = holders(Role.HEAD_OF_UNIT, at=at, hospital_id=unit.hospital_id, unit_id=unit.pk)
    if found := [one for one in heads if one.pk != but.pk]:
        return found
    directors = holders(Role.MEDICAL_DIRECTOR, at=at, hospital_id=unit.hospital_id)
    return [one for one in directors if one.pk != but.pk]


def seen_by(user: User, *, at: datetime) -> QuerySet[EmergencyAccess]:
    """The accesses that a person reads of: a head's own unit, a medical director's and an auditor's hospital.
    A file masked since is the unit's alone again; auditors read numbers and no names."""
    hospital = "application__unit__hospital__in"
    return EmergencyAccess.objects.filter(
        Q(application__unit__in=unit_ids(user, Role.HEAD_OF_UNIT, at=at))
        | Q(
            application__in=Application.objects.concerning(user, at=at),
            **{hospital: hospital_ids(user, Role.MEDICAL_DIRECTOR, at=at)},
        )
        | Q(**{hospital: hospital_ids(user, Role.AUDITOR, at=at)})
    )


def why_not_review(user: User, access: EmergencyAccess, *, at: datetime) -> str:
    """Why this person may not judge that access, in words; "" when they may."""
    unit = access.application.unit
    if user.pk == access.opened_by_id:
        return _("Nobody judges an access of their own.")
    if holds(user, Role.HEAD_OF_UNIT, at=at, unit_id=unit.pk) or holds(
        user, Role.MEDICAL_DIRECTOR, at=at, hospital_id=unit.hospital_id
    ):
        return ""
    return _("Only the head of the unit or the medical director may do this.")


def review(pk: int, *, is_justified: bool | None, note: str, by: User, at: datetime) -> AccessReview:
    """That somebody looked, and what they found. Once; raises `AlreadyDone`, `Refused`."""
    with transaction.atomic():
        # What is append-only the application may not lock either: two heads meet at the application.
        access = EmergencyAccess.objects.get(pk=pk)
        Application.objects.select_for_update().values_list("pk").get(pk=access.application_id)
        if told := why_not_review(by, access, at=at):
            raise Refused(told)
        if done := AccessReview.objects.select_related("reviewed_by").filter(access=access).first():
            raise AlreadyDone(_("%(who)s has looked at it already.") % {"who": done.reviewed_by.signature})
        missing = list(wants_text("note", note))
        if is_justified is None:
            missing.insert(0, Shortcoming("", "is_justified", _("Say whether it was justified.")))
        if missing or is_justified is None:
            raise Refused(missing[0].sentence, missing)
        found = AccessReview.objects.create(
            access=access, is_justified=is_justified, note=note, reviewed_at=at, reviewed_by=by
        )
        data = {"access": pk, "is_justified": is_justified}
        trail.record(access.application.chain, "glass_reviewed", by=by, at=at, data=data)
    return found


def accesses_of(application: Application, *, user: User, at: datetime) -> list[EmergencyAccess]:
    """Who opened this file with a reason, the latest first: for those who judge it."""
    unit = application.unit
    judges = holds(user, Role.HEAD_OF_UNIT, at=at, unit_id=unit.pk) or holds(
        user, Role.MEDICAL_DIRECTOR, at=at, hospital_id=unit.hospital_id
    )
    found = application.emergency_accesses.select_related("opened_by", "review__reviewed_by")
    return list(found.order_by("-pk")) if judges else []


def until_words(access: EmergencyAccess) -> str:
    time = date_format(timezone.localtime(access.lasts_until), "TIME_FORMAT")
    told = {"time": time, "ground": access.get_ground_display()}
    return _("You read another unit's file until %(time)s (%(ground)s). You can do nothing in it.") % told
