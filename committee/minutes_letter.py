"""The sealed letter of the minutes, from the account that the page shows too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committee import attendance
from committee.minutes import Heard, account, eraser_of
from committee.models import Sitting
from documents.content import Facts, Letter, Letterhead, Section, Signatory, Table, Text
from documents.issuing import verify_url
from documents.models import Document, Kind


def compose(sitting: Sitting, document: Document) -> Letter:
    """The letter, in the hospital's language whoever signed it."""
    with translation.override(settings.LANGUAGE_CODE):
        return _compose(sitting, document)


def heading(sitting: Sitting) -> str:
    """One sentence: what kind of sitting, when, where."""
    opened, closed = sitting.opened_at or sitting.begins, sitting.closed_at
    told = {
        "number": sitting.number,
        "day": date_format(timezone.localtime(opened), "j F Y").lower(),
        "span": attendance.span(opened, closed),
        "place": sitting.place,
    }
    if sitting.is_virtual:
        return _("Virtual round %(number)s of %(day)s, %(span)s.") % told
    if sitting.place:
        return _("Sitting %(number)s of %(day)s, %(span)s, %(place)s.") % told
    return _("Sitting %(number)s of %(day)s, %(span)s.") % told


def remarks(sitting: Sitting, told: list[Heard]) -> tuple[str, ...]:
    """The chair's remarks on the whole, line by line, without the patients."""
    text = sitting.remarks
    for heard in told:
        text = eraser_of(heard.item)(text)
    return tuple(text.split("\n")) if text else ()


def summary(sitting: Sitting, told: list[Heard]) -> Iterator[str]:
    """Who was there, and how many items ended how: what somebody reads who reads nothing else."""
    if sitting.opened_at and not sitting.is_virtual:
        there = {one.member_id for one in attendance.attended(sitting) if one.arrived_at == sitting.opened_at}
        yield _("Members present at the opening: %(here)d of %(all)d.") % {
            "here": len(there & set(attendance.seated(sitting))),
            "all": len(attendance.seated(sitting)),
        }
    yield ngettext(
        "%(n)d application stood on the agenda.", "%(n)d applications stood on the agenda.", len(told)
    ) % {"n": len(told)}
    outcomes = Counter(
        heard.item.hearing.get_outcome_display() if heard.item.hearing else _("Not reached") for heard in told
    )
    if outcomes:
        yield "; ".join(f"{name}: {n}" for name, n in outcomes.items()) + "."


def signature(sitting: Sitting) -> Iterator[str]:
    if sitting.signed_at:
        signed = timezone.localtime(sitting.signed_at)
        yield _("Read and signed on %(day)s at %(time)s.") % {
            "day": date_format(signed, "j F Y").lower(),
            "time": date_format(signed, "TIME_FORMAT"),
        }


def _compose(sitting: Sitting, document: Document) -> Letter:
    told = account(sitting)
    sections: list[Section] = [
        Table(
            _("Attendance"),
            (_("Name"), _("As"), _("In the room")),
            tuple(attendance.told(sitting, [heard.item for heard in told])),
            widths=(40, 36, 24),
        )
    ]
    sections += [Facts(heard.title, heard.rows) for heard in told]
    if paragraphs := remarks(sitting, told):
        sections.append(Text(_("Remarks of the chair"), paragraphs))
    signed_by = sitting.signed_by.signature if sitting.signed_by else ""
    return Letter(
        kind=Kind.MINUTES,
        number=document.number,
        code=document.printed_code,
        issued_at=document.issued_at,
        verify_url=verify_url(document),
        letterhead=Letterhead(
            hospital=sitting.hospital.name,
            office=_("Committee for the off-label use of medicines"),
            address=(sitting.hospital.address, sitting.hospital.city),
        ),
        title=_("Minutes of the committee"),
        subject=heading(sitting),
        verdict=_("Outcome of the sitting"),
        summary=" ".join(summary(sitting, told)),
        sections=tuple(sections),
        recipients=(_("To the members of the committee"),),
        closing=tuple(signature(sitting)),
        signatories=(Signatory(_("The chair of the committee"), signed_by),),
        decision=_facts(sitting, told),
        language=settings.LANGUAGE_CODE,
    )


def _facts(sitting: Sitting, told: list[Heard]) -> dict[str, object]:
    """`decision.json`: what a machine needs from the minutes; people by number only."""
    return {
        "sitting": sitting.number,
        "mode": sitting.mode,
        "opened_at": sitting.opened_at and sitting.opened_at.isoformat(),
        "closed_at": sitting.closed_at and sitting.closed_at.isoformat(),
        "items": [
            {
                "application": heard.item.application.number,
                "outcome": heard.item.hearing.outcome if heard.item.hearing else "not_reached",
                "roll": heard.item.hearing.roll if heard.item.hearing else [],
            }
            for heard in told
        ],
    }
