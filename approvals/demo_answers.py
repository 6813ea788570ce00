"""Complete answers for invented patients, as a prescriber would type them: the demo and the tests start here.

Nobody here exists. The tax codes are well formed, but name a municipality (X000) that no registry knows.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from stdnum.it import codicefiscale

from approvals.sections.dose import MAY_BE_PREGNANT
from approvals.sections.justification import DOUBTFUL
from catalogue.choices import Population, TherapyRole
from catalogue.dosing import Family, Stabiliser
from catalogue.models import Indication, Product

Answers = dict[str, dict[str, Any]]

MONTHS = "ABCDEHLMPRST"
# Surname and name with their six letters in the tax code, sex; age, weight and height follow from the row.
PEOPLE = (
    ("Fittizia", "Prova", "FTTPRV", "F"),
    ("Inventato", "Caso", "NVNCSA", "M"),
    ("Esempio", "Ada", "SMPDAA", "F"),
    ("Finto", "Teo", "FNTTEO", "M"),
    ("Modello", "Iris", "MDLRSI", "F"),
    ("Campione", "Ugo", "CMPGUO", "M"),
    ("Ipotesi", "Bea", "PTSBEA", "F"),
    ("Simulato", "Ivo", "SMLVIO", "M"),
)
ADULT_BODIES = (("62", "164"), ("78,5", "176"), ("95", "160"), ("84", "181"))
CHILD_BODIES = (("20", "115"), ("31,5", "134"), ("52", "150"))

NO_ALTERNATIVE = (
    "Dopo il fallimento documentato delle terapie di riferimento la malattia resta attiva: gli esami di "
    "laboratorio e la valutazione clinica delle ultime quattro settimane mostrano un peggioramento, e non "
    "esistono altri medicinali autorizzati per questa condizione. Caso inventato per la dimostrazione."
)
LITERATURE = "Autore A, Autrice B. Titolo inventato per la dimostrazione. Rivista di prova 2024;1:1-9."


def complete_answers(
    indication_code: str, *, on: date, person: int = 0, **overrides: dict[str, Any]
) -> Answers:
    """Everything the submission on that day wants, for a row of the published edition.

    `person` chooses among the invented people; `overrides` replaces single answers, by section:
    `complete_answers("IMM-01", on=today, dose={"days": "3"})`.
    """
    row = Indication.objects.current().with_everything().get(code=indication_code)
    years = {Population.NEWBORN: 0, Population.PAEDIATRIC: 6 + person % 9}.get(
        Population(row.population), 34 + person * 7 % 45
    )
    answers = {
        "kind": _kind(),
        "patient": _patient(on, person, years) | _risks(on),
        "indication": _indication(row, on, years),
        "dose": _dose(row, on, person, years),
        "therapies": _therapies(row, on),
        "justification": _justification(row),
        "outcome": _outcome(on),
        "consent": _consent(on, years),
    }
    for section, replaced in overrides.items():
        answers[section] = {**answers[section], **replaced}
    return answers


def tax_code(letters: str, born_on: date, sex: str) -> str:
    """A well-formed tax code of somebody born in the municipality that does not exist."""
    day = born_on.day + (40 if sex == "F" else 0)
    stem = f"{letters}{born_on:%y}{MONTHS[born_on.month - 1]}{day:02d}X000"
    return stem + codicefiscale.calc_check_digit(stem)


def _kind() -> dict[str, Any]:
    return {
        "type": "first",
        "is_urgent": "no",
        "legal_route": "law_94_1998",
        "care_setting": "day_hospital",
        "qualification": "Dirigente medico",
        "registration_number": "XX-10231",
    }


def _patient(on: date, person: int, years: int) -> dict[str, Any]:
    surname, name, letters, sex = PEOPLE[person % len(PEOPLE)]
    # The further rounds of the list are other people: born on other days.
    born_on = (
        on - timedelta(days=2)
        if not years
        else date(on.year - years, 1, 1) - timedelta(days=person % 300 + 1)
    )
    known = {"tax_code": tax_code(letters, born_on, sex)} if years else {"no_tax_code": "yes"}
    hour = {} if years else {"birth_time": "8:05"}
    return {**known, "surname": surname, "name": name, "born_on": f"{born_on:%d/%m/%Y}", **hour, "sex": sex}


def _risks(on: date) -> dict[str, Any]:
    return {
        "previous_reactions": "never_given",
        "iga": "measured",
        "iga_g_l": "1,8",
        "creatinine_mg_dl": "0,8",
        "renal_on": f"{on - timedelta(days=1):%d/%m/%Y}",
        "thrombosis_risks": ["none"],
        "renal_risks": ["none"],
    }


def _indication(row: Indication, on: date, years: int) -> dict[str, Any]:
    answers = {
        "indication": row.code,
        "diagnosis": f"{row.name_it}, caso inventato.",
        "diagnosis_code": "279.4",
        "diagnosed_on": f"{on - timedelta(days=40 if years else 1):%d/%m/%Y}",
        "certainty": "certain",
        "severity": "Malattia attiva, con limitazione delle attività quotidiane (dato inventato).",
    }
    if row.outside_catalogue:
        answers["which"] = "Malattia inventata"
    use = next(iter(row.sub_criteria.all()), None)
    if use:
        answers |= {"sub_criterion": use.code, "which": "Malattia inventata" if use.asks_which else ""}
    return answers


def _dose(row: Indication, on: date, person: int, years: int) -> dict[str, Any]:
    weight, height = (
        ("3,2", "50")
        if not years
        else CHILD_BODIES[person % len(CHILD_BODIES)]
        if years < 18
        else ADULT_BODIES[person % len(ADULT_BODIES)]
    )
    g_per_kg, days = {
        Family.DAILY: ("0,4", "5"),
        Family.CYCLE_CAPPED: ("2", "2"),
        Family.SINGLE: ("0,5", "1"),
        Family.NONE: ("0,4", "3"),
    }[row.family()]
    cycles = min(row.cycles or 3, 3)
    unit = "days" if row.family() is Family.SINGLE else "months"
    is_woman = PEOPLE[person % len(PEOPLE)][3] == "F"
    # `years` is the age at the last new year: by the day of the form a girl of nine may have turned ten.
    may_be_pregnant = years in MAY_BE_PREGNANT or years + 1 in MAY_BE_PREGNANT
    return {
        "weight_kg": weight,
        "weighed_on": f"{on:%d/%m/%Y}",
        "height_cm": height,
        **({"pregnant": "no"} if is_woman and may_be_pregnant else {}),
        "abo": ("A", "O", "B", "O")[person % 4],
        "product": _product(person),
        "g_per_kg": g_per_kg,
        "days": days,
        "cycles": str(cycles),
        **({"interval": "1", "interval_unit": unit} if cycles > 1 else {}),
        "planned_start": f"{on + timedelta(days=10):%d/%m/%Y}",
    }


def _product(person: int) -> str:
    """Where the pharmacy has products, most people get one of them; none whose sorbitol asks for more."""
    products = Product.objects.active().exclude(stabiliser=Stabiliser.SORBITOL)
    codes = ["any", *products.values_list("code", flat=True)]
    return codes[person % len(codes)]


def _therapies(row: Indication, on: date) -> dict[str, Any]:
    answers = {}
    use = next(iter(row.sub_criteria.all()), None)
    for therapy in row.therapies_for(use.code if use else ""):
        if therapy.role == TherapyRole.INVESTIGATIONAL:
            continue
        is_criterion = therapy.role == TherapyRole.CRITERION
        answers[f"outcome_{therapy.code}"] = "met" if is_criterion else "failed"
        if not is_criterion:
            answers |= {
                f"dose_{therapy.code}": "Dose piena, come da schema",
                f"from_{therapy.code}": f"{on - timedelta(days=100):%d/%m/%Y}",
                f"to_{therapy.code}": f"{on - timedelta(days=44):%d/%m/%Y}",
            }
        answers[f"details_{therapy.code}"] = (
            "Bilirubina totale in aumento nelle ultime sei ore (dato inventato)."
            if is_criterion
            else "Nessuna risposta dopo otto settimane (dato inventato)."
        )
    if not answers and row.not_routinely_indicated:
        answers["tried"] = "Corticosteroidi a dose piena per otto settimane, senza risposta (dato inventato)."
    return answers


def _justification(row: Indication) -> dict[str, Any]:
    sound = [one for one in row.references.all() if one.status not in DOUBTFUL]
    own = {"citation_1": LITERATURE, "doi_1": "10.99999/inventato.2024.1"}
    return {
        "no_alternative": NO_ALTERNATIVE,
        "references": [f"{row.code}/{reference.position}" for reference in sound][:2],
        **(own if row.not_routinely_indicated or not sound else {}),
        "evidence_level": "phase_two",
    }


def _outcome(on: date) -> dict[str, Any]:
    return {
        "measure": "Indice clinico di attività (inventato)",
        "unit": "punti",
        "baseline": "18",
        "better": "down",
        "target": "9",
        "target_on": f"{on + timedelta(days=90):%d/%m/%Y}",
        "stopping_rule": "Nessun miglioramento dopo tre cicli, oppure reazione avversa grave.",
        "reassess_on": f"{on + timedelta(days=90):%d/%m/%Y}",
    }


def _consent(on: date, years: int) -> dict[str, Any]:
    return {
        "off_label_consent": "written",
        "plasma_consent": "written",
        "consent_on": f"{on:%d/%m/%Y}",
        "guardian": "" if years >= 18 else "Entrambi i genitori",
        "conflict_of_interest": "none",
        "responsibility": "yes",
    }
