"""Asking for a patient's report on accesses, and the job that draws, seals and files it.

By the medical director, who answers for the hospital's files: an administrator opens no patient's data, and
the report is nothing else. The patient is found by tax code; from there on only ids are handed around.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Hospital, Role, User
from accounts.people import day, hospital_ids
from approvals import access_letter
from approvals.models import AccessReport
from approvals.refusals import AlreadyDone, Refused, Shortcoming
from audit import trail
from documents.issuing import issue
from documents.models import Document, Kind
from outbox.jobs import job
from outbox.promises import promise
from patients.models import Patient


def hospitals(user: User, *, at: datetime) -> list[int]:
    """Whose patients the person may have a report made for."""
    return hospital_ids(user, Role.MEDICAL_DIRECTOR, at=at)


def ask(*, tax_code: str, way: str, requested_on: date, by: User, at: datetime) -> AccessReport:
    """Promise the report. Asked twice for the same request, the first one counts (`AlreadyDone`)."""
    found = hospitals(by, at=at)
    if not found:
        raise Refused(_("Only the medical director may do this."))
    with transaction.atomic():
        Hospital.objects.select_for_update().get(pk=found[0])
        patient = Patient.objects.filter(hospital=found[0], tax_code=tax_code).first()
        if patient is None:
            sentence = _("The hospital has no application for a patient with this tax code.")
            raise Refused(sentence, [Shortcoming("", "tax_code", sentence)])
        last = patient.access_reports.first()
        if last and (last.requested_on, last.way) == (requested_on, way) and day(last.prepared_at) == day(at):
            raise AlreadyDone(_("This report has been asked for already: it is in the list below."))
        report = AccessReport.objects.create(
            patient=patient, way=way, requested_on=requested_on, prepared_at=at, prepared_by=by
        )
        promise("issue_access_report", report.document_key, {"report": report.pk}, at=at, by=by)
        data = {"report": report.pk, "patient": patient.pk}
        trail.record(f"export:{by.pk}", "access_report_asked", by=by, at=at, data=data)
    return report


@job("issue_access_report")
def issue_access_report(*, key: str, at: datetime, report: int) -> None:
    found = AccessReport.objects.select_related("patient__hospital", "prepared_by").get(pk=report)
    issue(
        key,
        kind=Kind.ACCESS_REPORT,
        number=access_letter.number(found),
        at=found.prepared_at,
        by=found.prepared_by,
        compose=lambda reserved: access_letter.compose(found, reserved),
    )


def document(report: AccessReport) -> Document | None:
    return Document.objects.filed().filter(key=report.document_key).first()


def hand_out(report: AccessReport, *, by: User, at: datetime) -> None:
    """That the file left the house."""
    data = {"report": report.pk, "patient": report.patient_id}
    trail.record(f"export:{by.pk}", "access_report_handed_out", by=by, at=at, data=data)
