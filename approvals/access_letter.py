"""The patient's report on accesses, as a sealed letter to the patient."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.accesses_of import Access, accesses, files_of
from approvals.models import AccessReport, Application
from documents.content import Facts, Letter, Letterhead, Section, Table, Text
from documents.issuing import verify_url
from documents.models import Document, Kind

# More rows than a report on one person ever has: what is older is said to be there.
MOST = 1_500


def number(report: AccessReport) -> str:
    return f"RA-{report.prepared_at.year}-{report.pk:06d}"


def compose(report: AccessReport, document: Document) -> Letter:
    """In the hospital's language, whoever asked for it."""
    with translation.override(settings.LANGUAGE_CODE):
        return _compose(report, document)


def _compose(report: AccessReport, document: Document) -> Letter:
    patient, hospital = report.patient, report.patient.hospital
    files = files_of(patient)
    found = [(one, accesses(one)) for one in files]
    total = sum(access.times for _file, some in found for access in some)
    people = {access.who for _file, some in found for access in some}
    summary = ngettext(
        "%(total)d opening by %(people)d people, in %(files)d files.",
        "%(total)d openings by %(people)d people, in %(files)d files.",
        total,
    ) % {"total": total, "people": len(people), "files": len(files)}
    return Letter(
        kind=Kind.ACCESS_REPORT,
        number=document.number,
        code=document.printed_code,
        issued_at=document.issued_at,
        verify_url=verify_url(document),
        letterhead=Letterhead(
            hospital=hospital.name,
            office=_("Medical direction"),
            address=(hospital.address, hospital.city),
        ),
        title=_("Who opened your files"),
        subject=_("Accesses to the applications for off-label use of medicines, from the first one kept."),
        verdict=_("Report on accesses"),
        summary=summary,
        sections=(_about(report), *_tables(found), _how_to_read()),
        recipients=(patient.full_name,),
        decision={
            "report": document.number,
            "files": [
                {"application": file.number, "openings": sum(one.times for one in some)}
                for file, some in found
            ],
        },
        language=settings.LANGUAGE_CODE,
    )


def _about(report: AccessReport) -> Facts:
    patient = report.patient
    return Facts(
        _("The request"),
        (
            (_("Patient"), patient.full_name),
            (_("Born on"), _day(patient.born_on)),
            (_("Tax code"), patient.tax_code or _("no tax code yet")),
            (_("Requested"), f"{report.get_way_display()}, {_day(report.requested_on)}"),
            (_("Prepared by"), report.prepared_by.signature),
        ),
    )


def _tables(found: list[tuple[Application, list[Access]]]) -> Iterator[Section]:
    left = MOST
    for file, some in found:
        heading = " · ".join([file.number or _("Draft"), file.unit.name])
        if not some:
            yield Text(heading, (_("Nobody has opened it since accesses are kept."),))
            continue
        shown = some[:left]
        left -= len(shown)
        columns = (_("When"), _("Who, as what"), _("What"), _("Why"))
        rows = tuple((one.when, f"{one.who}\n{one.roles}", one.what, one.why) for one in shown)
        if rows:
            yield Table(heading, columns, rows, widths=(22, 26, 22, 30))
        if more := len(some) - len(shown):
            yield Text(
                heading,
                (_("%(n)d earlier lines are not printed: ask the hospital for them.") % {"n": more},),
            )


def _how_to_read() -> Text:
    return Text(
        _("How to read it"),
        (
            _(
                "Each line sums up what one person opened on one day for one reason; in brackets how many"
                " times. Who treats you, the pharmacy, the medical direction, the committee and the people"
                " on call open a file to do their work."
            ),
            _(
                "Whoever opened it from outside the unit had to write a reason first, printed here, and the"
                " head of the unit was told at once."
            ),
            _(
                "If you do not recognise an access, or want your file to be masked, turn to the hospital's"
                " medical direction or to its data protection officer."
            ),
        ),
    )


def _day(on: date) -> str:
    return date_format(on, "j F Y").lower()
