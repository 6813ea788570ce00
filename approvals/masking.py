"""Masking (oscuramento): the patient asked that a file be shown to nobody but the unit that treats them.

Who sees a masked file is in `models/masking.py`. The rows here, and their trail in a chain of its own, are
read by nobody else than those who may write them: an entry in the file's own trail, or a number missing in
it, would tell everybody what was to stay hidden.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.people import holds
from approvals.acting import lock
from approvals.models import Application, Masking
from approvals.refusals import AlreadyDone, Refused
from approvals.workflow import Status
from audit import trail


def why_not(user: User, application: Application, *, at: datetime) -> str:
    """Why this person records no masking of this file, in words; "" when they may."""
    unit = application.unit
    is_author = user.pk == application.author_id and holds(user, Role.PRESCRIBER, at=at, unit_id=unit.pk)
    answers_for_it = holds(user, Role.HEAD_OF_UNIT, at=at, unit_id=unit.pk) or holds(
        user, Role.MEDICAL_DIRECTOR, at=at, hospital_id=unit.hospital_id
    )
    if not is_author and not answers_for_it:
        return _("Only the author, the head of the unit or the medical director may do this.")
    if application.status == Status.DRAFT or not application.number:
        return _("A draft is seen by its unit only: mask it once it is sent.")
    return ""


def record(pk: int, *, is_masked: bool, way: str, requested_on: date, by: User, at: datetime) -> Masking:
    """From now on the file is masked, or shown again, as asked. Raises `AlreadyDone`, `Refused`."""
    try:
        with transaction.atomic():
            application = lock(pk)
            if told := why_not(by, application, at=at):
                raise Refused(told)
            if (application.masked_at is not None) == is_masked:
                raise AlreadyDone(
                    _("The file is masked already.") if is_masked else _("The file is not masked.")
                )
            made = Masking.objects.create(
                application=application,
                is_masked=is_masked,
                way=way,
                requested_on=requested_on,
                recorded_at=at,
                recorded_by=by,
            )
            action = "masked" if is_masked else "unmasked"
            trail.record(f"masking:{pk}", action, by=by, at=at, data={"masking": made.pk, "way": way})
    except IntegrityError as error:
        # While it was hidden, another application for the same was sent: two would be open in plain sight.
        raise Refused(
            _(
                "The file cannot be shown again now: the patient has another open application for the same"
                " indication. Withdraw or end one of the two first."
            )
        ) from error
    return made


def history(application: Application) -> list[Masking]:
    """What was recorded, the latest first: for those who may record it."""
    return list(application.maskings.select_related("recorded_by").order_by("-pk"))
