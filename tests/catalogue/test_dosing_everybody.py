"""Ten thousand random patients against each of the 24 rows of the catalogue: nobody falls out."""

import json
import random
from functools import cache
from pathlib import Path

import pytest

from catalogue.choices import Basis
from catalogue.dosing import (
    Abo,
    AntiIga,
    Family,
    PatientFacts,
    Product,
    Reactions,
    Reading,
    RenalRisk,
    Request,
    Risks,
    Schedule,
    Sex,
    Stabiliser,
    ThrombosisRisk,
    Unit,
    dose,
)

from .dosing_cast import D

DATA = Path(__file__).resolve().parents[2] / "catalogue" / "data"
PATIENTS, PARTS = 10_000, 8
PRODUCTS = (
    None,
    Product("a", "A", (D("2.5"), D(5), D(10), D(20), D(30)), D(10), stabiliser=Stabiliser.SUCROSE),
    Product("b", "B", (D(1), D("2.5"), D(5), D(10)), D(5), stabiliser=Stabiliser.MALTOSE, iga_ug_ml=D(200)),
)


@cache
def rows() -> list[Schedule]:
    """The printed rows, from the newest file that a hospital loads."""
    newest = max(DATA.glob("20*.json"))
    printed = [row for row in json.loads(newest.read_text())["indications"] if row["area"] != "outside"]
    return [schedule(row) for row in printed]


def schedule(row) -> Schedule:
    figures = {name: D(row[name]) for name in ("dose_min", "dose_max", "cap_g") if row.get(name)}
    basis = row.get("basis", "")
    family = Family.NONE
    if basis:
        family = Family.CYCLE_CAPPED if "cap_g" in row else Family.DAILY
    if basis == Basis.PER_DOSE:
        family = Family.SINGLE
    return Schedule(
        family,
        **figures,
        **{name: row[name] for name in ("days_min", "days_max", "cycles") if row.get(name)},
        cadence_months=1 if row.get("cadence") else None,
        reading=Reading.PER_CYCLE if basis == Basis.PER_CYCLE else Reading.PER_DAY,
    )


def somebody(chance: random.Random) -> PatientFacts:
    age = chance.choice([0, chance.randint(0, 17), chance.randint(18, 100)])
    return PatientFacts(
        chance.choice(list(Sex)),
        age,
        D(chance.randint(300, 150_000)).scaleb(-3),
        chance.choice([None, D(chance.randint(200, 2500)).scaleb(-1)]),
        chance.random() < 0.1,
        chance.randint(0, 364) if age == 0 else None,
        chance.choice([None, *Abo]),
        chance.choice([None, risks(chance)]),
    )


def risks(chance: random.Random) -> Risks:
    return Risks(
        chance.choice([None, True, False]),
        chance.choice([None, D(chance.randint(0, 400)).scaleb(-2)]),
        chance.choice([None, *AntiIga]),
        chance.choice([None, D(chance.randint(5, 150))]),
        tuple(chance.sample(list(ThrombosisRisk), chance.randint(0, 3))),
        tuple(chance.sample(list(RenalRisk), chance.randint(0, 3))),
        chance.choice([None, *Reactions]),
        chance.choice([None, True, False]),
    )


def something(chance: random.Random, facts: PatientFacts) -> Request:
    days = chance.randint(1, 10)
    override = chance.random() < 0.1
    return Request(
        D(chance.randint(1, 5000 // days)).scaleb(-3),
        days,
        chance.randint(1, 24),
        chance.choice([None, chance.randint(2, 12)]),
        chance.choice([Unit.WEEKS, Unit.MONTHS]),
        chance.choice(PRODUCTS),
        facts.weight_kg if override else None,
        "Una ragione di venti caratteri",
        chance.choice(["", "Una ragione di venti caratteri"]),
        D(chance.choice([0, 0, 35])),
    )


def test_there_are_24_rows():
    assert len(rows()) == 24
    assert {row.family for row in rows()} == set(Family)


@pytest.mark.parametrize("part", range(PARTS))
def test_random_patients_get_a_dose_in_every_row(part):
    chance = random.Random(2026 + part)
    for _ in range(PATIENTS // PARTS):
        facts = somebody(chance)
        asked = something(chance, facts)
        for row in rows():
            result = dose(row, facts, asked)
            assert 0 < result.cycle_g <= (row.cap_g or 2000)
            assert result.rounded or result.cycle_g == result.exact_g
