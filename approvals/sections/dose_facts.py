"""From the answers of the form to what the dose arithmetic asks for: facts, risks, request."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from approvals.sections.base import SectionForm, Sheet
from catalogue.dosing import (
    Abo,
    AntiIga,
    PatientFacts,
    Product,
    Reactions,
    RenalRisk,
    Request,
    Risks,
    Sex,
    ThrombosisRisk,
    Unit,
)
from catalogue.risks import estimated_gfr

NO_RISK = "none"


def facts_of(form: SectionForm) -> PatientFacts | None:
    """None as long as nobody knows age, sex and weight."""
    sheet = form.sheet
    if sheet.born_on is None or not sheet.sex or form.value("weight_kg") is None:
        return None
    return PatientFacts.on(
        sheet.as_of,
        born_on=sheet.born_on,
        sex=Sex(sheet.sex),
        weight_kg=form.value("weight_kg"),
        height_cm=form.value("height_cm"),
        pregnant=bool(form.value("pregnant")),
        abo=_one(Abo, form.value("abo")),
        risks=risks_of(sheet, form),
    )


def risks_of(sheet: Sheet, form: SectionForm) -> Risks | None:
    """The answers of the patient's page; None as long as there is none."""
    told = sheet["patient"].value
    names = ("iga", "egfr", "creatinine_mg_dl", "thrombosis_risks", "renal_risks", "previous_reactions")
    if not any(told(name) for name in names):
        return None
    return Risks(
        iga_measured=None if not told("iga") else told("iga") == "measured",
        iga_g_l=told("iga_g_l"),
        anti_iga=_one(AntiIga, told("anti_iga")),
        egfr=_egfr(sheet, form),
        thrombosis=tuple(map(ThrombosisRisk, _ticked(told("thrombosis_risks")))),
        renal=tuple(map(RenalRisk, _ticked(told("renal_risks")))),
        reactions=_one(Reactions, told("previous_reactions")),
        fructose_intolerance=form.value("fructose_intolerance"),
    )


def request_of(form: SectionForm, product: Product | None) -> Request | None:
    """None as long as dose or days are missing; one cycle as long as nobody says more."""
    value = form.value
    if value("g_per_kg") is None or value("days") is None:
        return None
    exchange = form.fields["plasma_exchange_on"]
    return Request(
        value("g_per_kg"),
        value("days"),
        value("cycles") or 1,
        interval=value("interval"),
        unit=_one(Unit, value("interval_unit")) or Unit.WEEKS,
        product=product,
        override_kg=value("override_kg"),
        override_reason=value("override_reason") or "",
        ceiling_reason=value("ceiling_reason") or "",
        carry_over_g=value("carry_over_g") or Decimal(0),
        starts_on=value("planned_start"),
        plasma_exchange_on=tuple(exchange.read(value("plasma_exchange_on") or "")),  # type: ignore[attr-defined]
    )


def _one(kind: Any, answer: str | None) -> Any:
    return kind(answer) if answer else None


def _ticked(answer: list[str] | None) -> list[str]:
    return [one for one in answer or [] if one != NO_RISK]


def _egfr(sheet: Sheet, form: SectionForm) -> Any:
    """As measured, else estimated from creatinine."""
    measured, creatinine = (sheet["patient"].value(name) for name in ("egfr", "creatinine_mg_dl"))
    if measured is not None or creatinine is None or sheet.age is None or not sheet.sex:
        return measured
    return estimated_gfr(creatinine, sex=sheet.sex, age_years=sheet.age, height_cm=form.value("height_cm"))
