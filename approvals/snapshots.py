"""What is frozen at submission, and how two such contents differ.

The content is plain JSON: dates as 2026-02-01, decimals as text ("82.5"), answers by their stored words.
It holds everything the committee judges, so that later edits of the catalogue change nothing that was sent:

    kind           the answers of that section
    patient        its answers, and the age in completed years
    indication     code, edition, position, area, name, name_en, printed_*, not_routinely_indicated,
                   sub_criterion {code, name, name_en} or null, and the other answers of that section
    treatment      the answers of the section on weight and dose
    dose           catalogue.dosing.Dose.as_dict(), or null in a draft it cannot be computed for
    therapies      [{code, name, name_en, role, outcome, dose, from_on, to_on, details}]
    tried          what was tried, where the table prints no therapy
    justification  its answers; references as printed; doubtful: those of them that are superseded or
                   contradict the row [{printed, status, note, note_en}]; works [{doi, pmid, citation}]
    outcome        the answers of that section
    consent        the answers of that section
    attachments    [{kind, name, sha256, size, content_type}], the hash naming the file

Only questions that were asked have a key. What an earlier version froze lacks the keys of later questions
(and has `is_urgent` with the indication): readers use `.get`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from approvals.models import Application
from approvals.sections import Sheet
from approvals.sections.justification import DOUBTFUL
from approvals.summaries import Row, parts
from catalogue.dose_values import plain
from catalogue.models import Indication

Content = dict[str, Any]

# What follows from the answers is no change of its own; the dose per cycle is told all the same.
DERIVED = {
    *("dosing_weight", "vials", "course_g", "supply", "volume", "cost", "reading", "findings"),
}
FILE = ("kind", "name", "sha256", "size", "content_type")
PRINTED = ("printed_condition", "printed_reference_therapies", "printed_schedule")


def content(application: Application, *, at: datetime) -> Content:
    """The content as the answers stand; missing or wrong answers are null (none are, once sent)."""
    sheet = Sheet(application, at=at)
    dose = sheet["dose"].computed()["dose"]
    return {
        "kind": _answers(sheet, "kind"),
        "patient": _answers(sheet, "patient", leave=["no_tax_code"]) | {"age": sheet.age},
        "indication": _indication(sheet),
        "treatment": _answers(sheet, "dose"),
        "dose": dose.as_dict() if dose else None,
        "therapies": _therapies(sheet),
        **_answers(sheet, "therapies", only=["tried"]),
        "justification": _justification(sheet),
        "outcome": _answers(sheet, "outcome"),
        "consent": _answers(sheet, "consent"),
        "attachments": [{name: getattr(one, name) for name in FILE} for one in application.attachments.all()],
    }


def _answers(
    sheet: Sheet, slug: str, *, leave: Iterable[str] = (), only: Iterable[str] | None = None
) -> Content:
    """The answers to the questions a section asked."""
    form = sheet[slug]
    wanted = form.fields if only is None else [name for name in only if name in form.fields]
    return {name: _plain(form.value(name)) for name in wanted if name not in leave}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value


def _indication(sheet: Sheet) -> Content:
    row, use = sheet.indication, sheet.sub_criterion
    answers = _answers(sheet, "indication", leave=["indication", "sub_criterion"])
    chosen = use and {"code": use.code, "name": use.name_it, "name_en": use.name_en}
    if row is None:
        return {"code": None, "sub_criterion": None, **answers}
    return {
        "code": row.code,
        "edition": row.edition.code,
        "position": row.position,
        "area": row.area,
        "name": _named(row.name_it, row, answers),
        "name_en": _named(row.name_en, row, answers),
        **{name: getattr(row, name) for name in PRINTED},
        "not_routinely_indicated": row.not_routinely_indicated,
        "sub_criterion": chosen,
        **answers,
    }


def _named(name: str, row: Indication, answers: Content) -> str:
    """The row's name; outside the catalogue with the disease it stands for here."""
    which = answers.get("which")
    return f"{name}: {which}" if row.outside_catalogue and which else name


def _therapies(sheet: Sheet) -> list[Content]:
    return [
        {
            "code": answer.therapy.code,
            "name": answer.therapy.name_it,
            "name_en": answer.therapy.name_en,
            "role": answer.therapy.role,
            "outcome": answer.outcome,
            "dose": answer.dose,
            "from_on": _plain(answer.from_on),
            "to_on": _plain(answer.to_on),
            "details": answer.details,
        }
        for answer in sheet["therapies"].computed()["answered"]
    ]


def _justification(sheet: Sheet) -> Content:
    form = sheet["justification"]
    cited = form.computed()["cited"]
    doubtful = [
        {"printed": one.printed, "status": one.status, "note": one.note_it, "note_en": one.note_en}
        for one in cited
        if one.status in DOUBTFUL
    ]
    return {
        **_answers(sheet, "justification", only=form.base_fields),
        "references": [one.printed for one in cited],
        "doubtful": doubtful,
        "works": [asdict(work) for work in form.computed()["works"]],
    }


@dataclass(frozen=True)
class Change:
    """One answer that differs between two contents, in words; `section` is the section's slug."""

    section: str
    label: str
    before: str
    after: str


def changes(before: Content, after: Content) -> list[Change]:
    """What a person changed between two contents, in the order of the form."""
    old, new = _by_place(before), _by_place(after)
    found = []
    for place in {**new, **old}:
        was, now = old.get(place), new.get(place)
        values = (was.value if was else "", now.value if now else "")
        row = now or was
        if row is not None and values[0] != values[1]:
            found.append(Change(place[0], str(row.label), *values))
    return found


def _by_place(content: Content) -> dict[tuple[str, str], Row]:
    return {
        (part.slug, row.key): row for part in parts(content) for row in part.rows if row.key not in DERIVED
    }
