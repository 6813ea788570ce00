"""What choosing a row of the catalogue brings about: who decides, how fast, and which papers it takes."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.emergency import starts_as_emergency
from catalogue.choices import ReassessmentTrigger, TherapyRole
from catalogue.models import Indication


def steps(row: Indication) -> list[tuple[str, str]]:
    """The way of a request for this row, as label and sentence."""
    return [
        (_("Who decides"), _("Head of unit, pharmacy, committee.")),
        (_("Majority"), _majority(row)),
        (_("Emergency"), _emergency(row)),
        (_("Reassessment"), _reassessment(row)),
    ]


def documents(row: Indication, *, sub_criterion: str = "", is_minor: bool = False) -> list[str]:
    """What to have at hand before writing."""
    return [
        _consent(is_minor),
        _("The tests the diagnosis rests on, with date and result."),
        *_therapies(row, sub_criterion),
        _("Weight, creatinine or eGFR with their date; serum IgA where measured."),
        *_literature(row),
    ]


def _majority(row: Indication) -> str:
    if row.outside_catalogue:
        return _("Two thirds of the votes cast: the use is outside the catalogue.")
    if row.not_routinely_indicated:
        return _("Two thirds of the votes cast: the row is not routinely indicated.")
    return _("More than half of the votes cast.")


def _emergency(row: Indication) -> str:
    if row.emergency_allowed or starts_as_emergency(row):
        return _("Foreseen by the row; an urgent request is answered within 72 hours.")
    return _("Not foreseen by the row; an urgent request is answered within 72 hours.")


def _reassessment(row: Indication) -> str:
    after = row.reassessment_after or 0
    match row.reassessment_trigger:
        case ReassessmentTrigger.MONTHS:
            return ngettext("After %(n)d month.", "After %(n)d months.", after) % {"n": after}
        case ReassessmentTrigger.CYCLES:
            return ngettext("After %(n)d cycle.", "After %(n)d cycles.", after) % {"n": after}
        case ReassessmentTrigger.INFUSION:
            return ngettext(
                "%(n)d day after the last infusion.", "%(n)d days after the last infusion.", after
            ) % {"n": after}
        case ReassessmentTrigger.DISCHARGE:
            return _("At discharge, or on day 7.")
    return _("By the hospital's rule, within 3 months.")


def _consent(is_minor: bool) -> str:
    if is_minor:
        return _("The written consent of parents or guardian, to the off-label use and to a plasma product.")
    return _("The written consent of the patient, to the off-label use and to a plasma product.")


def _therapies(row: Indication, sub_criterion: str) -> Iterator[str]:
    wanted = [
        therapy.name for therapy in row.therapies_for(sub_criterion) if therapy.role == TherapyRole.REFERENCE
    ]
    if row.outside_catalogue:
        yield _("Dose, dates and outcome of the therapies tried so far.")
    if wanted:
        yield _("Dose, dates and outcome of the earlier therapies: %(therapies)s.") % {
            "therapies": ", ".join(wanted)
        }


def _literature(row: Indication) -> Iterator[str]:
    if row.not_routinely_indicated or not row.references.all():
        yield _("At least one published work of your own choice: those of the catalogue are not enough.")
