"""The yearly report as a sealed letter to nobody in particular: a public document, without patients."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Hospital
from approvals.reports import public
from documents.content import Letter, Letterhead, Table, Text
from documents.issuing import verify_url
from documents.models import Document, Kind


def key(hospital: int, year: int) -> str:
    return f"report:{hospital}:{year}"


def number(hospital: int, year: int) -> str:
    return f"RP-{year}-{hospital}"


def compose(hospital: Hospital, year: int, document: Document, *, today: date) -> Letter:
    """In the hospital's language, whoever asked for it."""
    with translation.override(settings.LANGUAGE_CODE):
        return _compose(hospital, year, document, today=today)


def _compose(hospital: Hospital, year: int, document: Document, *, today: date) -> Letter:
    tables = public.tables(hospital.pk, year, today=today)
    sections = [Table(one.title, one.columns, one.rows, widths=(76, 24)) for one in tables]
    told = {"year": year, "hospital": hospital.name}
    return Letter(
        kind=Kind.REPORT,
        number=document.number,
        code=document.printed_code,
        issued_at=document.issued_at,
        verify_url=verify_url(document),
        letterhead=Letterhead(
            hospital=hospital.name,
            office=_("Committee for the off-label use of medicines"),
            address=(hospital.address, hospital.city),
        ),
        title=_("Off-label use of immunoglobulins: report %(year)d") % told,
        subject=_("Applications, decisions, reassessments and grams from 1 January to 31 December %(year)d.")
        % told,
        verdict=_("Yearly report for the public"),
        summary=public.explanation(),
        sections=(
            *sections,
            Text(
                _("How to read it"),
                (
                    _(
                        "Applications are counted by the day on which they were sent, decisions by the day on"
                        " which they were taken, reassessments by the day on which they were due, outcomes by"
                        " the day on which they were recorded: so the tables need not add up to each other."
                    ),
                    _(
                        "Reassessed in time is who was judged on the due day at the latest; missed, who was"
                        " not judged. Cost counts what was dispensed and not returned, at the price in force"
                        " on that day."
                    ),
                ),
            ),
        ),
        recipients=(_("For the public"),),
        decision={
            "report": document.number,
            "year": year,
            "hospital": hospital.name,
            "tables": [{"title": one.title, "rows": [list(row) for row in one.rows]} for one in tables],
        },
        language=settings.LANGUAGE_CODE,
    )
