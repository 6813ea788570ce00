"""Schedules, patients and random patients shared by the tests of the dose arithmetic."""

from decimal import Decimal

from hypothesis import strategies as st

from catalogue.dosing import Family, PatientFacts, Product, Reading, Request, Schedule, Sex

D = Decimal
DAILY = Schedule(Family.DAILY, D("0.4"), D("0.5"), 2, 5, cadence_months=1, open_ended=True)
COURSE = Schedule(Family.DAILY, D("0.4"), D("0.5"), 2, 5, cycles=3, cadence_months=1)
DOUBTFUL = Schedule(Family.DAILY, D("0.4"), D("0.5"), 2, 5, cycles=1, doubtful=True)
PER_CYCLE = Schedule(Family.DAILY, D("0.4"), D("0.5"), 2, 5, cycles=1, reading=Reading.PER_CYCLE)
REPEATED = Schedule(Family.DAILY, D("0.4"), D("0.5"), 2, 5, cycles=1, cadence_months=1, repeatable=True)
CAPPED = Schedule(Family.CYCLE_CAPPED, D("2"), D("2"), cap_g=D("80"), cadence_months=1, open_ended=True)
SINGLE = Schedule(Family.SINGLE, D("0.5"), D("1"), repeatable=True)
NO_SCHEMA = Schedule(Family.NONE)
SCHEDULES = (DAILY, COURSE, REPEATED, DOUBTFUL, PER_CYCLE, CAPPED, SINGLE, NO_SCHEMA)


def patient(sex: str, age: int, cm: str | None, kg: str, **more) -> PatientFacts:
    return PatientFacts(Sex(sex), age, D(kg), None if cm is None else D(cm), **more)


def newborn(kg: str = "3.200", days: int = 2) -> PatientFacts:
    return PatientFacts(Sex.FEMALE, 0, D(kg), age_days=days)


def ask(g_per_kg: str, days: int = 1, cycles: int = 1) -> Request:
    return Request(D(g_per_kg), days, cycles)


def codes(dose) -> set[str]:
    return {finding.code for finding in dose.findings}


schedules = st.sampled_from(SCHEDULES)
weights = st.decimals("0.3", "350", places=3)
ages = st.integers(0, 110)
heights = st.none() | st.decimals("20", "250", places=1)
vial_sizes = st.sets(
    st.sampled_from(["0.5", "1", "2", "2.5", "3", "5", "6", "10", "20", "30", "40"]), min_size=1
).map(lambda sizes: tuple(sorted(map(D, sizes))))
products = st.none() | vial_sizes.map(lambda sizes: Product("prova", "Prova", sizes, D("10")))
requests = st.integers(1, 10).flatmap(
    lambda days: st.builds(
        Request, st.decimals("0.001", D(5) / days, places=3), st.just(days), st.integers(1, 24)
    )
)
sensible_requests = st.builds(
    Request, st.sampled_from([D("0.4"), D("0.45"), D("0.5"), D("1"), D("2")]), st.integers(1, 5), st.just(1)
).filter(lambda request: request.g_per_kg * request.days <= 5)


@st.composite
def patients(draw, kg=weights, years=ages):
    age = draw(years)
    days = draw(st.none() | st.integers(0, 364)) if age == 0 else None
    sex = draw(st.sampled_from(Sex))
    return PatientFacts(sex, age, draw(kg), draw(heights), draw(st.booleans()), days)
