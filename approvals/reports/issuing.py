"""Asking for the public report, and the job that draws, seals and files it: once per hospital and year."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Hospital, User
from accounts.people import day
from approvals.refusals import Refused
from approvals.reports import letter
from audit import trail
from documents.issuing import issue
from documents.models import Document, Kind
from outbox.jobs import job
from outbox.models import Promise
from outbox.promises import promise


def ask(hospital: int, year: int, *, by: User, at: datetime) -> None:
    """Promise the report of a year that is over. Asked again, nothing happens: `Refused` says so."""
    if year >= day(at).year:
        raise Refused(_("The report is made when the year is over."))
    with transaction.atomic():
        Hospital.objects.select_for_update().get(pk=hospital)
        key = letter.key(hospital, year)
        if Promise.objects.filter(key=key).exists():
            raise Refused(_("It has been asked for already, and is issued once."))
        promise("issue_report", key, {"hospital": hospital, "year": year}, at=at, by=by)
        data = {"year": year, "number": letter.number(hospital, year)}
        trail.record(f"report:{hospital}", "report_asked", by=by, at=at, data=data)


def document(hospital: int, year: int) -> Document | None:
    return Document.objects.filed().filter(key=letter.key(hospital, year)).first()


def is_asked(hospital: int, year: int) -> bool:
    return Promise.objects.filter(key=letter.key(hospital, year)).exists()


@job("issue_report")
def issue_report(*, key: str, at: datetime, hospital: int, year: int) -> None:
    found = Hospital.objects.get(pk=hospital)
    asked = Promise.objects.select_related("promised_by").get(key=key)
    issue(
        key,
        kind=Kind.REPORT,
        number=letter.number(hospital, year),
        at=at,
        by=asked.promised_by if isinstance(asked.promised_by, User) else None,
        compose=lambda reserved: letter.compose(found, year, reserved, today=day(reserved.issued_at)),
    )
