"""What each column of the catalogue is called on screens, in spreadsheets and beside a fault."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROW = "indications"
_NAMES = {"name_it": _("Name in Italian"), "name_en": _("Name in English")}
_NOTES = {"note_it": _("Note in Italian"), "note_en": _("Note in English")}

# By part of the file, then by the field's name in it.
LABELS: dict[str, dict[str, str | Promise]] = {
    "edition": {
        "code": _("Code"),
        "title": _("Title"),
        "printed_title": _("Title as printed"),
        "effective_on": _("In force from"),
    },
    ROW: {
        "code": _("Code"),
        "area": _("Area"),
        "priority": _("Priority"),
        "printed_condition": _("Condition as printed"),
        "printed_reference_therapies": _("Reference therapies as printed"),
        "printed_schedule": _("Schedule as printed"),
        "printed_note": _("Note as printed"),
        **_NAMES,
        "population": _("Population"),
        "max_age_years": _("Younger than (years)"),
        "synonyms": _("Synonyms and acronyms"),
        "overlaps_with": _("Overlaps with"),
        "not_routinely_indicated": _("Not routinely indicated"),
        "basis": _("What g/kg is per"),
        "basis_source": _("How this is known"),
        "basis_settled_by_it": _("Who settled the reading, in Italian"),
        "basis_settled_by_en": _("Who settled the reading, in English"),
        "basis_settled_on": _("Day the reading was settled"),
        "dose_min": _("Dose from (g/kg)"),
        "dose_max": _("Dose up to (g/kg)"),
        "days_min": _("Days from"),
        "days_max": _("Days up to"),
        "cap_g": _("Cap per cycle (g)"),
        "cycles": _("Cycles"),
        "cadence": _("Cadence"),
        "is_repeatable": _("Repeatable"),
        "is_open_ended": _("Without a printed end"),
        "emergency_allowed": _("Also in an emergency"),
        "reassessment_trigger": _("Reassessment"),
        "reassessment_after": _("After how many months, cycles or days"),
        "schedule": _("Schedule"),
        "interpretation_notes": _("Why it is read so"),
        "suspected_typos": _("Suspected typos"),
    },
    "sub_criteria": {"code": _("Code"), **_NAMES, "asks_which": _("Ask which one")},
    "reference_therapies": {
        "code": _("Code"),
        "printed": _("Text as printed"),
        **_NAMES,
        "role": _("Role"),
        "line": _("Line"),
        "alternatives": _("Group of alternatives"),
        "sub_criterion": _("Only for the use"),
    },
    "references": {
        "printed": _("Citation as printed"),
        "doi": _("DOI"),
        "pmid": _("PMID"),
        "status": _("Status"),
        **_NOTES,
    },
    "interpretation_notes": {"it": _("In Italian"), "en": _("In English")},
    "suspected_typos": {
        "where": _("Where"),
        "span": _("What is printed"),
        "probably": _("What was probably meant"),
    },
}

# The parts themselves: several, and one of them.
PARTS: dict[str, tuple[str | Promise, str | Promise]] = {
    "edition": (_("Edition"), _("Edition")),
    ROW: (_("Rows"), _("Row")),
    "sub_criteria": (_("Uses to be stated"), _("Use")),
    "reference_therapies": (_("Reference therapies"), _("Therapy")),
    "references": (_("References"), _("Reference")),
    "interpretation_notes": (_("Why it is read so"), _("Note")),
    "suspected_typos": (_("Suspected typos"), _("Typo")),
}


def label(part: str, name: str) -> str:
    return str(LABELS[part].get(name, name))
