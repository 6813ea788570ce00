"""Who the patient is, for a member of the committee who asks and says why (design/domain.md §6).

It moves nothing in the application: no step, no version. The row stays for ever, the trail says that it was
shown, and for a while (setting IDENTITY_MINUTES) the member reads the file in full; see `opening.py`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.people import holds
from approvals import opening, voting
from approvals.acting import lock
from approvals.models import Application, Disclosure
from approvals.policies.texts import LEAST_REASON, wants_text
from approvals.refusals import AlreadyDone, Refused
from audit import trail


class Rule(Protocol):
    def __call__(self, user: User, application: Application, *, at: datetime) -> str: ...


def why_not(user: User, application: Application, *, at: datetime) -> str:
    """Why this person may not ask who the patient is, in words; "" when they may."""
    if opening.reads_names(user, application, at):
        return _("You read this file with the patient's name already.")
    member = voting.seat(user, application, at=at)
    return member.recusal if member else _("Only members of the committee may do this.")


def why_not_audit(user: User, application: Application, *, at: datetime) -> str:
    """The same for an auditor, who reads the trail under the pseudonym unless the inquiry needs the name."""
    if holds(user, Role.AUDITOR, at=at, hospital_id=application.unit.hospital_id):
        return ""
    return _("Only auditors may do this.")


def ask(pk: int, *, reason: str, by: User, at: datetime, rule: Rule = why_not) -> Disclosure:
    """From now on, for a while, this person reads who the patient is. Raises `Refused`."""
    with transaction.atomic():
        application = lock(pk)
        if told := rule(by, application, at=at):
            raise Refused(told)
        if until := opening.identity_until(by, application, at):
            raise AlreadyDone(until_words(until))
        if missing := list(wants_text("reason", reason, LEAST_REASON)):
            raise Refused(missing[0].sentence, missing)
        asked = Disclosure.objects.create(application=application, reason=reason, asked_at=at, asked_by=by)
        roles = opening.capacities(by, application, at) or [Role.AUDITOR]
        data = {"disclosure": asked.pk, "roles": roles}
        trail.record(application.chain, "identity_shown", by=by, at=at, data=data)
    return asked


def until_words(until: datetime) -> str:
    """Until when it is shown."""
    time = date_format(timezone.localtime(until), "TIME_FORMAT")
    return _("You asked who the patient is: shown to you until %(time)s.") % {"time": time}


def asked_of(application: Application, *, user: User, at: datetime) -> list[Disclosure]:
    """Who asked and why, the latest first: for the head of the unit and the medical director."""
    unit = application.unit
    answers_for_it = holds(user, Role.HEAD_OF_UNIT, at=at, unit_id=unit.pk) or holds(
        user, Role.MEDICAL_DIRECTOR, at=at, hospital_id=unit.hospital_id
    )
    return list(application.disclosures.select_related("asked_by").order_by("-pk")) if answers_for_it else []
