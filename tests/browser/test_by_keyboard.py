"""Three invented patients, from the first page to the number of the application, by keyboard alone.

`make test ARGS="tests/browser/test_by_keyboard.py -s"` prints what each of them takes.
"""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.demo import make_people
from approvals import demo_consent
from approvals.demo_answers import complete_answers, tax_code
from approvals.models import Application
from approvals.sections import SECTIONS
from approvals.workflow import Status
from tests.approvals.answers import make_catalogue
from tests.browser.hands import Hands
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

SAVE = "Salva e continua"
NOBODY_ELSE = (
    "Sotto terapia di riferimento a dose piena la malattia resta attiva, con peggioramento documentato "
    "dagli esami delle ultime quattro settimane; le alternative sono controindicate per le reazioni già "
    "avute, e nessun altro medicinale è autorizzato. Caso inventato."
)


def patient(letters, surname, name, born_on, sex):
    return {
        "tax_code": tax_code(letters, born_on, sex),
        "surname": surname,
        "name": name,
        "born_on": f"{born_on:%d/%m/%Y}",
        "sex": sex,
    }


def years_ago(years: int) -> date:
    today = timezone.localdate()
    return date(today.year - years, today.month, 1) - timedelta(days=40)


CASES = {
    "paediatric NMOSD": (
        "NEU-03",
        "nmosd",
        lambda: {
            "patient": patient("PRVTEO", "Prova", "Teo", years_ago(12), "M"),
            "indication": {
                "sub_criterion": "anti-aqp4",
                "diagnosis": "Neuromielite ottica, anticorpi anti-AQP4 positivi. Caso inventato.",
                "diagnosis_code": "341.0",
            },
            "dose": {"weight_kg": "52", "height_cm": "150", "g_per_kg": "2", "days": "2"},
        },
        "80 g",
    ),
    "obstetric APS": (
        "IMM-01",
        "aps",
        lambda: {
            "patient": patient("SMPDAA", "Esempio", "Ada", years_ago(33), "F"),
            "indication": {
                "sub_criterion": "obstetric",
                "diagnosis": "Sindrome da anticorpi antifosfolipidi ostetrica. Caso inventato.",
                "diagnosis_code": "D68.6",
            },
            "dose": {"weight_kg": "90", "height_cm": "165", "pregnant": "yes", "pregnancy_week": "14"},
        },
        "180 g",
    ),
    "refractory uveitis": (
        "OFT-03",
        "uveite",
        lambda: {
            "patient": patient("NVNCSA", "Inventato", "Caso", years_ago(45), "M"),
            "indication": {
                "diagnosis": "Uveite autoimmune refrattaria bilaterale. Caso inventato.",
                "diagnosis_code": "364.0",
            },
            "dose": {"weight_kg": "100", "height_cm": "175", "g_per_kg": "0,4", "days": "5", "pregnant": ""},
        },
        "163 g",
    ),
}


@pytest.fixture
def author(transactional_db):
    make_catalogue()
    return make_people(PASSWORD)["prescriber-w3"]


@pytest.mark.parametrize("case", CASES)
def test_a_patient_is_entered_by_keyboard_alone(case, author, page, sign_in, tmp_path):
    code, sought, told, per_cycle = CASES[case]
    answers = complete_answers(
        code, on=timezone.localdate(), justification={"no_alternative": NOBODY_ELSE}, **told()
    )
    consent = tmp_path / "consenso.pdf"
    consent.write_bytes(demo_consent.consent())
    sign_in(page, author.username)
    page.goto("/")
    hands = Hands(page)
    hands.activate("Nuova richiesta")
    hands.activate("Inizia")
    for slug in SECTIONS:
        if slug == "consent":
            hands.answer({**answers[slug], "kind": "consent"}, then="Allega", file=consent)
            hands.activate(SAVE)
        else:
            hands.answer(answers[slug], then=SAVE, find=sought)
    expect(page.locator("main")).to_contain_text(per_cycle)
    hands.answer({"password": PASSWORD}, then="Firma e invia")
    sent = Application.objects.get(author=author)
    assert sent.status == Status.SUBMITTED
    expect(page.locator("main")).to_contain_text(sent.number)
    # The form grew too long for five minutes where these are passed.
    assert (hands.pages, hands.fields <= 80, hands.keys <= 1500) == (12, True, True)
    print(f"{case}: {hands.fields} fields, {hands.keys} keys, {hands.pages} pages")  # noqa: T201 - the figures are the point
