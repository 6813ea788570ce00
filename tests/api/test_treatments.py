"""Periods, the ledger and deadlines over the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.people import day
from approvals import actions
from approvals.workflow import Status
from catalogue.models import Product
from tests.api.machine import Machine, errors, problem
from tests.approvals.walk import catalogue, walk
from tests.people import people
from tests.treatments.ledgers import products
from treatments.models import Authorisation

__all__ = ["catalogue", "people", "products"]


@pytest.fixture
def as_(people, catalogue):
    return lambda name: Machine(people[name])


@pytest.fixture
def period(people, catalogue, products) -> Authorisation:
    application = walk(
        people, Status.APPROVED, at=timezone.now() - timedelta(days=1), dose={"product": "any"}
    )
    Authorisation.objects.filter(application=application).update(cycle_g=80, grams=240)
    return Authorisation.objects.get(application=application)


def handing(**changed):
    today = day(timezone.now())
    told = {
        "kind": "dispensed",
        "product": Product.objects.get(code="provaglobina-10").code,
        "lot": "pg24k017",
        "expires_on": f"{today.year + 1}-12-31",
        "grams": "40.000",
        "on": today.isoformat(),
    }
    return told | changed


def test_grams_are_handed_out_come_back_and_are_reversed(as_, period):
    pharmacist, path = as_("pharmacist-1"), f"/authorisations/{period.address}"
    answers = [
        pharmacist.post(f"{path}/dispensings", body, tag=pharmacist.tag(path))
        for body in (
            handing(),
            {"kind": "returned", "of": 1, "grams": "10", "reason": "Il paziente ne ha avute trenta."},
            {"kind": "reversed", "of": 2, "reason": "Restituzione scritta per errore qui."},
        )
    ]
    assert [answer.status_code for answer in answers] == [201] * 3, answers[-1].content
    ledger = pharmacist.get(path).json()
    assert [entry["grams"] for entry in ledger["dispensings"]] == ["40.000", "-10.000", "10.000"]
    assert (ledger["given_g"], ledger["left_g"]) == ("40.000", "200.000")
    assert [entry["of"] for entry in ledger["dispensings"]] == [None, 1, 1]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"grams": "90"}, "/grams"),
        ({"product": "nothing"}, "/product"),
        ({"lot": None}, "/lot"),
        ({"expires_on": "2020-01-01"}, "/expires_on"),
        ({"kind": "given"}, "/kind"),
        ({"vials": 3}, "/vials"),
    ],
)
def test_what_speaks_against_it_is_told_with_its_place(as_, period, body, place):
    pharmacist, path = as_("pharmacist-1"), f"/authorisations/{period.address}"
    answer = pharmacist.post(f"{path}/dispensings", handing(**body), tag=pharmacist.tag(path))
    assert answer.status_code == 422
    assert place in errors(answer)
    period.refresh_from_db()
    assert period.given_g == 0


def test_nobody_writes_into_a_ledger_that_changed(as_, period):
    pharmacist, path = as_("pharmacist-1"), f"/authorisations/{period.address}"
    seen = pharmacist.tag(path)
    pharmacist.post(f"{path}/dispensings", handing(), tag=seen)
    late = as_("pharmacist-2").post(f"{path}/dispensings", handing(grams="20"), tag=seen)
    assert (late.status_code, problem(late)) == (412, "stale")
    assert late["ETag"] == pharmacist.tag(path)


def test_the_ward_reads_its_ledger_and_does_not_write_it(as_, period):
    path = f"/authorisations/{period.address}"
    ward = as_("prescriber-w3")
    assert ward.get(path).json()["standing"]["state"] == "ready"
    assert problem(ward.post(f"{path}/dispensings", handing(), tag=ward.tag(path))) == "forbidden"
    assert as_("prescriber-w5").get(path).status_code == 404
    assert as_("prescriber-w5").get("/authorisations").json()["results"] == []
    assert [one["code"] for one in ward.get("/authorisations?open=true").json()["results"]] == [
        period.address
    ]
    assert ward.get("/authorisations?open=false").json()["results"] == []


def test_a_reassessment_is_recorded_and_read(as_, people, period):
    author, number = as_("prescriber-w3"), period.application.number
    start = day(timezone.now()).isoformat()
    assert author.act(number, "record_infusion", {"on": start}).status_code == 200
    told = {
        "value_now": 14,
        "weight_kg": 62,
        "judgement": "Andamento clinico coerente con la misura.",
        "verdict": "stop_remission",
        "events": [],
    }
    wrong = author.act(number, "reassess", told | {"judgement": "bene"})
    assert list(errors(wrong)) == ["/judgement"]
    done = author.act(number, "reassess", told)
    assert done.json()["status"] == Status.CLOSED, done.content
    read = author.get(f"/applications/{number}/reassessments").json()
    assert [(one["verdict"], one["measures"][0]["value_now"]) for one in read] == [
        ("stop_remission", "14.000")
    ]


def test_an_event_of_a_reassessment_is_told_with_its_place(as_, people, period):
    author, number = as_("prescriber-w3"), period.application.number
    actions.record_infusion(
        period.application_id, on=day(timezone.now()), by=people["prescriber-w3"], at=timezone.now()
    )
    told = {
        "value_now": 14,
        "weight_kg": 62,
        "judgement": "Andamento clinico coerente con la misura.",
        "verdict": "stop_remission",
        "events": [{"what": "Cefalea"}],
    }
    answer = author.act(number, "reassess", told)
    assert answer.status_code == 422
    assert "/events/0/severity" in errors(answer)


def test_deadlines_name_no_patient(as_, period):
    today = day(timezone.now())
    Authorisation.objects.update(valid_from=today - timedelta(days=90), due_on=today - timedelta(days=3))
    for name in ("administrator", "prescriber-w3", "director"):
        answer = as_(name).get("/deadlines?window=late")
        assert [one["days_left"] for one in answer.json()["results"]] == [-3]
        assert period.patient.surname not in answer.text
    assert as_("prescriber-w5").get("/deadlines").json()["results"] == []
    assert as_("auditor").get("/deadlines").status_code == 404
    assert as_("administrator").get("/deadlines?window=week").json()["results"] == []


def test_a_dose_is_computed_and_never_cut(as_):
    machine = as_("prescriber-w3")
    asked = {"sex": "M", "age_years": 45, "weight_kg": 100, "height_cm": 175, "g_per_kg": 0.4, "days": 5}
    told = machine.post("/indications/EMA-01/dose", asked).json()
    assert told["weight"]["kg"] == "82.280"
    assert told["exact_g"] == "164.560"
    high = machine.post("/indications/EMA-01/dose", asked | {"g_per_kg": 0.9}).json()
    assert "blocking" in {one["severity"] for one in high["findings"]}
    wrong = machine.post("/indications/EMA-01/dose", asked | {"weight_kg": 3000, "days": 0})
    assert set(errors(wrong)) == {"/weight_kg", "/days"}


def test_an_edition_is_read_with_its_rows(as_):
    machine = as_("prescriber-w3")
    (edition,) = machine.get("/editions").json()
    assert edition["is_in_force"]
    rows = machine.get(f"/editions/{edition['code']}/indications").json()
    assert rows == machine.get("/indications").json()
    assert machine.get("/editions/nothing/indications").status_code == 404
