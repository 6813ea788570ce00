"""What some sections show beside their fields: picker of indications, dose, therapies of the row."""

from __future__ import annotations

from typing import Any, cast

from django.urls import reverse
from django.utils.text import slugify

from approvals import routes
from approvals.contents import SUFFIXES
from approvals.emergency import starts_as_emergency
from approvals.models import AttachmentKind
from approvals.sections import Sheet
from approvals.sections.consent import FULL_AGE
from approvals.sections.justification import (
    BELOW_THE_LAW,
    DOUBTFUL,
    ENOUGH_FOR_THE_LAW,
    LEAST_CHARACTERS,
    JustificationForm,
    Level,
)
from approvals.sections.outcome import OutcomeForm
from approvals.sections.therapies import TherapiesForm
from approvals.views.attachments import panel
from approvals.views.dose_lines import dose_lines
from catalogue.listing import by_area
from catalogue.models import Indication
from catalogue.search import terms


def dose(sheet: Sheet) -> dict[str, Any]:
    computed = sheet["dose"].computed()
    return {
        "dose": dose_lines(computed["dose"]) if computed["dose"] else None,
        "problem": computed["problem"],
        "row": sheet.indication,
        "knows_patient": sheet.born_on is not None and bool(sheet.sex),
    }


def chosen_row(sheet: Sheet) -> dict[str, Any]:
    row, use = sheet.indication, sheet.sub_criterion
    shown: dict[str, Any] = {"row": row, "age_problem": sheet["indication"].computed()["age_problem"]}
    if not sheet.is_sent and starts_as_emergency(row):
        shown["emergency_url"] = reverse("emergency", args=[sheet.application.pk])
    if row is not None:
        is_minor = sheet.age is not None and sheet.age < FULL_AGE
        shown["route"] = routes.steps(row)
        shown["documents"] = routes.documents(row, sub_criterion=use.code if use else "", is_minor=is_minor)
    return shown


def picker(sheet: Sheet) -> dict[str, Any]:
    chosen = sheet.indication
    rows = list(Indication.objects.current().with_everything())
    if sheet.is_sent and chosen is not None:
        rows = [chosen]  # the row stays: only its uses can still be chosen
    outside = [] if sheet.is_sent else [row for row in rows if row.outside_catalogue]
    rows = [row for row in rows if row not in outside]
    areas = [
        {
            "label": area,
            "rows": [(row, terms(row)) for row in group],
            "is_own": _is_own(sheet, area),
            "is_open": _is_own(sheet, area) or (chosen is not None and chosen.get_area_display() == area),
        }
        for area, group in by_area(rows)
    ]
    uses = {use.code for row in rows for use in row.sub_criteria.all() if use.asks_which}
    codes = {row.code for row in [*rows, *outside] if row.outside_catalogue}
    return chosen_row(sheet) | {
        "areas": areas,
        "outside": outside,
        "asking": ",".join(
            f"{name}={'|'.join(sorted(values))}"
            for name, values in (("sub_criterion", uses), ("indication", codes))
            if values
        ),
        "typed_use": sheet["indication"].data.get("sub_criterion", ""),
    }


def _is_own(sheet: Sheet, area: str) -> bool:
    """Whether an area of the catalogue is the unit's own, by its name."""
    return slugify(area)[:7] in slugify(sheet.application.unit.name)


def therapies(sheet: Sheet) -> dict[str, Any]:
    form = cast(TherapiesForm, sheet["therapies"])
    asked = ("outcome", "dose", "from", "to", "details")
    questions = []
    for therapy in form.therapies:
        names = {name: f"{name}_{therapy.code}" for name in asked}
        bound = {name: form[field] for name, field in names.items() if field in form.fields}
        questions.append({"therapy": therapy, **bound})
    return {"row": sheet.indication, "questions": questions}


def justification(sheet: Sheet) -> dict[str, Any]:
    form = cast(JustificationForm, sheet["justification"])
    ticks = form["references"] if "references" in form.fields else ()
    return {
        "row": sheet.indication,
        "ticks": list(zip(ticks, form.offered.values(), strict=True)),
        "doubtful": "|".join(key for key, one in form.offered.items() if one.status in DOUBTFUL),
        "below_the_law": BELOW_THE_LAW,
        "below": "|".join(level for level in Level if level not in ENOUGH_FOR_THE_LAW),
        "typed": len((form["no_alternative"].value() or "").strip()),
        "least": LEAST_CHARACTERS,
        "works": [[form[name] for name in names] for names in form.work_fields],
        "literature": sheet.files(AttachmentKind.LITERATURE),
        "has_more_works": any(form[name].data for names in form.work_fields[1:] for name in names),
    }


def outcome(sheet: Sheet) -> dict[str, Any]:
    form = cast(OutcomeForm, sheet["outcome"])
    return {
        "row": sheet.indication,
        "start": form.start,
        "proposal": form.proposal(),
        "measures": [
            ({name: form[name + suffix] for name in form.MEASURE}, form.is_wanted(suffix))
            for suffix in SUFFIXES
        ],
    }


def consent(sheet: Sheet) -> dict[str, Any]:
    wanted = "" if sheet.files(AttachmentKind.CONSENT) else AttachmentKind.CONSENT
    return panel(sheet.application, wanted, back="consent")


PARTS = {
    "dose": dose,
    "indication": picker,
    "therapies": therapies,
    "justification": justification,
    "outcome": outcome,
    "consent": consent,
}
