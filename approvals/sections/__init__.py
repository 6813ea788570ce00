"""The justification, section by section: the one rulebook for the draft, the submission and the snapshot.

A section is a Django form. Bound as a draft it accepts what is there; bound `complete` it wants everything
that `design/domain.md` §3 wants. The answers stay as typed in `Application.answers`; what they mean is only
ever in `cleaned_data` and, once sent, in the snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.html import strip_tags

from approvals.models import Application
from approvals.refusals import Shortcoming
from approvals.sections.base import SectionForm, Sheet
from approvals.sections.consent import ConsentForm
from approvals.sections.dose import DoseForm
from approvals.sections.indication import IndicationForm
from approvals.sections.justification import JustificationForm
from approvals.sections.kind import KindForm
from approvals.sections.outcome import OutcomeForm
from approvals.sections.patient import PatientForm
from approvals.sections.therapies import TherapiesForm

__all__ = [
    "SECTIONS",
    "SHORT",
    "Section",
    "SectionForm",
    "Sheet",
    "all_problems",
    "bind",
    "cleaned",
    "lacks_of_short",
    "shortcomings",
]


@dataclass(frozen=True)
class Section:
    slug: str
    title: Promise
    form: type[SectionForm]


SECTIONS: dict[str, Section] = {
    form.slug: Section(form.slug, form.title, form)
    for form in (
        KindForm,
        PatientForm,
        IndicationForm,
        DoseForm,
        TherapiesForm,
        JustificationForm,
        OutcomeForm,
        ConsentForm,
    )
}


# The sections of which the short form of an emergency asks something.
SHORT = tuple(slug for slug, section in SECTIONS.items() if section.form.short)


def bind(
    slug: str,
    application: Application,
    *,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    complete: bool = False,
) -> SectionForm:
    """One section, validated. Without `data` it holds what is stored."""
    posted = {} if data is None else {slug: data}
    return Sheet(application, at=at, complete=complete, posted=posted)[slug]


def shortcomings(application: Application, *, at: datetime) -> list[Shortcoming]:
    """Everything that stands between this draft and its submission, in the order of the pages."""
    return all_problems(Sheet(application, at=at, complete=True))


def all_problems(sheet: Sheet) -> list[Shortcoming]:
    """What is wrong on the whole sheet, in the order of the pages."""
    return [problem for slug in SECTIONS for problem in problems(sheet[slug])]


def lacks_of_short(application: Application, *, at: datetime) -> list[Shortcoming]:
    """Everything that stands between this draft and a request for an emergency."""
    sheet = Sheet(application, at=at, complete=True, is_short=True)
    return [problem for slug in SHORT for problem in problems(sheet[slug])]


def problems(form: SectionForm) -> list[Shortcoming]:
    """What is wrong in one bound section, in the order of its fields."""
    order = [*form.fields, "__all__"]
    return [
        Shortcoming(form.slug, name, strip_tags(str(sentence)))
        for name in order
        for sentence in form.errors.get(name, [])
    ]


def cleaned(sheet: Sheet) -> dict[str, dict[str, Any]]:
    """What the answers mean, section by section; missing or wrong ones are None.

    `["indication"]["indication"]` is the catalogue row, `["dose"]["dose"]` the computed dose.
    """
    return {
        slug: {name: sheet[slug].value(name) for name in sheet[slug].fields} | sheet[slug].computed()
        for slug in SECTIONS
    }
