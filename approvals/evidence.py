"""What the catalogue's row asks for, beside what the application shows for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.contents import measures, reason
from approvals.sections.indication import Certainty
from approvals.sections.justification import BELOW_THE_LAW, ENOUGH_FOR_THE_LAW, Level
from approvals.sections.risks import NO_RISK, RenalRisk, ThrombosisRisk
from approvals.sections.therapies import OPENS_THE_GATE, TRIED, Criterion, Outcome
from approvals.summaries import day_of, figure, name_of
from catalogue.choices import Area, Population, TherapyRole
from catalogue.dose_words import finding_sentence, schedule_words
from catalogue.doses import Dose
from catalogue.models import Indication

Content = dict[str, Any]


@dataclass(frozen=True)
class Evidence:
    """One criterion: what it wants, what stands for it, whether it is met (else a person has to judge)."""

    title: str
    is_met: bool
    facts: list[str] = field(default_factory=list)


def evidence(content: Content, row: Indication, dose: Dose) -> list[Evidence]:
    """The criteria of the row in the order in which one reads them. `content` is what was sent."""
    return [
        *_age(row, dose),
        *_diagnosis(content),
        *_use(content),
        *_criteria(content),
        *_gate(content, row),
        *_tried(content),
        *_schedule(content, dose),
        *_risks(content),
        *_outcome(content),
        *_literature(content),
        *_consent(content),
    ]


def age_words(dose: Dose) -> str:
    """Completed years; days for a newborn."""
    facts = dose.facts
    if facts.is_newborn and facts.age_days is not None:
        return ngettext("%(n)d day", "%(n)d days", facts.age_days) % {"n": facts.age_days}
    return ngettext("%(n)d year", "%(n)d years", facts.age_years) % {"n": facts.age_years}


def _age(row: Indication, dose: Dose) -> Iterator[Evidence]:
    told = [_("%(age)s when the application was sent.") % {"age": age_words(dose)}]
    if row.population == Population.NEWBORN:
        yield Evidence(_("Newborn"), dose.facts.is_newborn, told)
    elif row.max_age_years is not None:
        title = _("Younger than %(limit)d years") % {"limit": row.max_age_years}
        yield Evidence(title, dose.facts.age_years < row.max_age_years, told)


def _diagnosis(content: Content) -> Iterator[Evidence]:
    told = content["indication"]
    if certainty := told.get("certainty"):
        when = _("since %(date)s") % {"date": day_of(told["diagnosed_on"])}
        facts = [
            f"{Certainty(certainty).label}, {when}.",
            _("Severity: %(text)s") % {"text": told["severity"]},
        ]
        yield Evidence(_("Diagnosis established"), certainty != Certainty.POSSIBLE, facts)


def _use(content: Content) -> Iterator[Evidence]:
    indication = content["indication"]
    if indication["not_routinely_indicated"]:
        is_outside = indication.get("area") == Area.OUTSIDE
        yield Evidence(
            _("Outside the catalogue") if is_outside else _("Row “not routinely indicated”"),
            False,
            [_("The committee approves by two thirds of the votes cast.")],
        )
    if indication["sub_criterion"]:
        told = [indication["which"]] if indication["which"] else []
        yield Evidence(name_of(indication["sub_criterion"]), True, told)


def _criteria(content: Content) -> Iterator[Evidence]:
    for therapy in content["therapies"]:
        if therapy["role"] == TherapyRole.CRITERION:
            is_met = therapy["outcome"] == Criterion.MET
            yield Evidence(name_of(therapy), is_met, [therapy["details"]] if therapy["details"] else [])


def _gate(content: Content, row: Indication) -> Iterator[Evidence]:
    """The table's gate, line by line where it prints lines."""
    line_of = {therapy.code: therapy.line for therapy in row.reference_therapies.all()}
    lines: dict[int | None, list[Content]] = {}
    for therapy in content["therapies"]:
        if therapy["role"] == TherapyRole.REFERENCE:
            lines.setdefault(line_of.get(therapy["code"]), []).append(therapy)
    for line, therapies in lines.items():
        title = _("Reference therapies: at least one failed or contraindicated")
        if line is not None:
            title = _("Line %(line)d: at least one therapy failed or contraindicated") % {"line": line}
        is_open = any(therapy["outcome"] in OPENS_THE_GATE for therapy in therapies)
        yield Evidence(title, is_open, [_therapy(therapy) for therapy in therapies if therapy["outcome"]])


def _therapy(therapy: Content) -> str:
    told = f"{name_of(therapy)}: {str(Outcome(therapy['outcome']).label).lower()}."
    return f"{told} {reason(therapy)}".strip()


def _tried(content: Content) -> Iterator[Evidence]:
    """Where the table prints no therapy, people judge what was tried."""
    if content.get("tried"):
        yield Evidence(str(TRIED), False, [content["tried"]])


def _literature(content: Content) -> Iterator[Evidence]:
    given = content["justification"]
    if given.get("doubtful"):
        told = [one["printed"] for one in given["doubtful"]]
        title = _("A work that the catalogue marks as superseded or contradicting")
        yield Evidence(title, False, [*told, given.get("reference_reason") or ""])
    if given.get("evidence_level"):
        level = Level(given["evidence_level"])
        is_enough = level in ENOUGH_FOR_THE_LAW
        told = [str(level.label), *([] if is_enough else [str(BELOW_THE_LAW)])]
        yield Evidence(_("Evidence the law wants: phase II at least"), is_enough, told)


def _schedule(content: Content, dose: Dose) -> Iterator[Evidence]:
    asked = content["treatment"]
    told = [
        _("Asked: %(dose)s, %(days)s, %(cycles)s.")
        % {
            "dose": figure(asked["g_per_kg"], "g/kg"),
            "days": ngettext("%(n)d day", "%(n)d days", asked["days"]) % {"n": asked["days"]},
            "cycles": ngettext("%(n)d cycle", "%(n)d cycles", asked["cycles"]) % {"n": asked["cycles"]},
        }
    ]
    told += [finding_sentence(finding) for finding in dose.deviations]
    if asked["deviation_reason"]:
        told.append(asked["deviation_reason"])
    title = _("Schedule: %(schedule)s") % {"schedule": schedule_words(dose.schedule)}
    is_within = not dose.deviations and not content["indication"]["not_routinely_indicated"]
    yield Evidence(title, is_within, told)


def _risks(content: Content) -> Iterator[Evidence]:
    """Risks of the infusion: assessed by the prescriber, weighed by whoever reads."""
    told = content["patient"]
    for name, kinds, title in (
        ("thrombosis_risks", ThrombosisRisk, _("Risk of thrombosis assessed")),
        ("renal_risks", RenalRisk, _("Risk for the kidney assessed")),
    ):
        if risks := told.get(name):
            words = ", ".join(str(kinds(risk).label) for risk in risks)
            yield Evidence(title, risks == [NO_RISK], [words])


def _outcome(content: Content) -> Iterator[Evidence]:
    told = [f"{measure.name}: {measure.goal}" for measure in measures(content)]
    yield Evidence(_("Measurable outcome declared"), bool(told), told)


def _consent(content: Content) -> Iterator[Evidence]:
    given = content["consent"]
    is_given = given["off_label_consent"] == given["plasma_consent"] == "written"
    told = [_("In writing, %(date)s") % {"date": day_of(given["consent_on"])}] if is_given else []
    if "not_obtainable" in (given["off_label_consent"], given["plasma_consent"]):
        told += [_("Not obtainable in the emergency."), given["not_obtainable_reason"] or ""]
    yield Evidence(_("Consent to off-label use and to a plasma product"), is_given, told)
