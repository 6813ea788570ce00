"""The page of the dose: which answers it wants together, and that they reach the dose arithmetic."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from approvals import sections, snapshots, summaries
from approvals.models import Application
from approvals.sections import Sheet
from catalogue import product_loading
from catalogue.apps import rules_of_the_dose
from catalogue.dosing import Abo, Dose, Product, ThrombosisRisk, Unit
from catalogue.models import Product as StoredProduct
from catalogue.risks import estimated_gfr
from tests.approvals.answers import AT, make_catalogue, make_draft
from tests.people import people  # noqa: F401

pytestmark = pytest.mark.django_db
TODAY = AT.date()
REASON = "Una ragione di almeno venti caratteri"


@pytest.fixture
def author(people):  # noqa: F811
    make_catalogue()
    product_loading.load(product_loading.DEMO, at=AT)
    return people["prescriber-w3"]


def lacks(application):
    return {(one.section, one.field): one.sentence for one in sections.shortcomings(application, at=AT)}


def fields_lacking(author, code="EMA-01", **dose):
    more = dose.pop("more", {})
    return {
        field for section, field in lacks(make_draft(author, code, dose=dose, **more)) if section == "dose"
    }


def computed(application) -> Dose:
    dose = Sheet(application, at=AT)["dose"].computed()["dose"]
    assert dose is not None
    return dose


def later(days):
    return f"{TODAY + timedelta(days=days):%d/%m/%Y}"


def test_product_is_asked_for_and_any_is_an_answer(author):
    assert fields_lacking(author, product="") == {"product"}
    assert fields_lacking(author, product="any") == set()
    assert computed(make_draft(author)).request.product is None


def test_product_chosen_reaches_the_dose_with_the_price_of_the_day(author):
    product = computed(make_draft(author, dose={"product": "provaglobina-10"})).request.product
    assert isinstance(product, Product)
    assert (product.name, product.price_per_g) == ("Provaglobina 10 %", Decimal("58.00"))


def test_product_that_was_withdrawn_is_refused_in_a_draft(author):
    application = make_draft(author, dose={"product": "provaglobina-10"})
    StoredProduct.objects.filter(code="provaglobina-10").update(is_active=False)
    assert ("dose", "product") in lacks(application)


def test_product_that_was_sent_stays_while_questions_are_answered(author):
    application = make_draft(author, dose={"product": "provaglobina-10"})
    StoredProduct.objects.filter(code="provaglobina-10").update(is_active=False)
    application.status, application.submitted_at = "information_requested", AT
    product = computed(application).request.product
    assert product is not None and product.code == "provaglobina-10"


def test_interval_is_wanted_between_several_cycles(author):
    assert fields_lacking(author, cycles="2", interval="") == {"interval"}
    assert fields_lacking(author, cycles="1", interval="") == set()


def test_interval_reaches_the_dose_and_a_shorter_one_wants_a_reason(author):
    request = computed(make_draft(author, dose={"interval": "4", "interval_unit": "weeks"})).request
    assert (request.interval, request.unit) == (4, Unit.WEEKS)
    assert fields_lacking(author, interval="2", interval_unit="weeks") == {"deviation_reason"}


def test_interval_of_one_cycle_is_forgotten(author):
    application = make_draft(author, dose={"cycles": "1", "interval": "9"})
    assert snapshots.content(application, at=AT)["treatment"]["interval"] is None


@pytest.mark.parametrize(("g_per_kg", "wanted"), [("0,4", {"abo"}), ("0,29", {"deviation_reason"})])
def test_blood_group_is_wanted_from_1_5_g_per_kg(author, g_per_kg, wanted):
    assert fields_lacking(author, g_per_kg=g_per_kg, abo="") == wanted
    assert computed(make_draft(author, dose={"abo": "AB"})).facts.abo is Abo.AB


def test_week_is_wanted_in_pregnancy(author):
    assert fields_lacking(author, pregnant="yes") == {"pregnancy_week"}
    assert fields_lacking(author, pregnant="yes", pregnancy_week="24") == set()


def test_weight_set_by_hand_wants_a_reason_and_stays_within_its_bounds(author):
    assert fields_lacking(author, override_kg="60") == {"override_reason"}
    assert fields_lacking(author, override_kg="60", override_reason="perché sì") == {"override_reason"}
    assert fields_lacking(author, override_kg="60", override_reason=REASON) == set()
    assert fields_lacking(author, override_kg="63", override_reason=REASON) == {"override_kg"}
    assert computed(make_draft(author, dose={"override_kg": "60"})).weight.kg == 60


def test_reason_without_a_weight_set_by_hand_is_forgotten(author):
    application = make_draft(author, dose={"override_reason": REASON})
    assert snapshots.content(application, at=AT)["treatment"]["override_reason"] is None


def test_dose_above_the_ceiling_passes_the_form_only_with_its_override_asked_for(author):
    above = {"g_per_kg": "0,5", "days": "5"}
    assert fields_lacking(author, **above) == {"g_per_kg"}
    assert fields_lacking(author, **above, ceiling_reason="perché sì") == {"g_per_kg", "ceiling_reason"}
    assert fields_lacking(author, **above, ceiling_reason=REASON) == set()


def test_override_of_the_ceiling_is_forgotten_where_nothing_passes_it(author):
    application = make_draft(author, dose={"ceiling_reason": REASON})
    assert snapshots.content(application, at=AT)["treatment"]["ceiling_reason"] is None


def test_draft_never_refuses_what_is_not_written_yet(author):
    application = make_draft(author)
    typed = {**application.answers["dose"], "override_kg": "60", "g_per_kg": "0,5", "cycles": "3", "abo": ""}
    form = sections.bind("dose", application, at=AT, data={**typed, "interval": "", "plasma_exchange": "yes"})
    assert not form.errors


def test_plasma_exchange_wants_its_dates_and_those_after_the_infusion_are_told(author):
    assert fields_lacking(author, plasma_exchange="yes") == {"plasma_exchange_on"}
    dates = f"{later(12)}; {later(3)} {later(3)}"
    application = make_draft(author, dose={"plasma_exchange": "yes", "plasma_exchange_on": dates})
    assert lacks(application) == {}
    finding = next(f for f in computed(application).findings if f.code == "exchange_after_infusion")
    assert finding.about == ((TODAY + timedelta(days=12)).isoformat(),)
    told = snapshots.content(application, at=AT)["treatment"]["plasma_exchange_on"]
    assert told == f"{later(3)}, {later(12)}"


@pytest.mark.parametrize("dates", ["ieri", "31/2/2026", "1/3/2026, domani"])
def test_dates_that_are_none_are_refused_even_in_a_draft(author, dates):
    application = make_draft(author)
    typed = {**application.answers["dose"], "plasma_exchange": "yes", "plasma_exchange_on": dates}
    assert "plasma_exchange_on" in sections.bind("dose", application, at=AT, data=typed).errors


def test_thirty_one_dates_are_too_many(author):
    dates = ",".join(later(day) for day in range(31))
    assert "plasma_exchange_on" in fields_lacking(author, plasma_exchange="yes", plasma_exchange_on=dates)


def test_grams_left_over_are_asked_of_those_who_were_treated_before(author):
    first = make_draft(author, dose={"carry_over_g": "35"})
    assert computed(first).supply.carried_g == 0
    follower = make_draft(author, kind={"type": "continuation"}, dose={"carry_over_g": "35"})
    supply = computed(follower).supply
    assert (supply.carried_g, supply.grams) == (35, supply.course_g - 35)


def test_fructose_intolerance_is_asked_where_the_product_contains_sorbitol(author):
    assert fields_lacking(author, product="campioglobin-5") == {"fructose_intolerance"}
    assert fields_lacking(author, product="campioglobin-5", fructose_intolerance="no") == set()
    assert fields_lacking(author, product="campioglobin-5", fructose_intolerance="yes") == {"product"}


def test_risks_of_the_patients_page_reach_the_dose(author):
    told = {"thrombosis_risks": ["oestrogens"], "renal_risks": ["none"], "iga_g_l": "0,05", "anti_iga": "no"}
    risks = computed(make_draft(author, patient=told)).facts.risks
    assert risks.thrombosis == (ThrombosisRisk.OESTROGENS,)
    assert (risks.renal, risks.iga_g_l) == ((), Decimal("0.05"))


def test_antibodies_against_iga_block_the_whole_section(author):
    told = {"patient": {"iga": "measured", "iga_g_l": "0,02", "anti_iga": "yes"}}
    assert fields_lacking(author, more=told) == {"__all__"}


def test_patient_page_that_is_empty_says_nothing_about_risks(author):
    application = make_draft(author)
    known = ("tax_code", "surname", "name", "born_on", "sex")
    patient = {name: application.answers["patient"][name] for name in known}
    application.answers = {**application.answers, "patient": patient}
    assert computed(application).facts.risks is None


@pytest.mark.parametrize(
    ("creatinine", "sex", "age", "cm", "expected"),
    [
        # CKD-EPI 2021, worked by hand from the published formula
        ("1.0", "M", 50, None, "91.7"),
        ("0.7", "F", 30, None, "119.2"),
        ("0.5", "F", 30, None, "129.3"),
        ("2.0", "M", 70, None, "35.2"),
        # Schwartz 2009
        ("0.6", "M", 10, "140", "96.4"),
        ("0.6", "M", 10, None, None),
        ("0.3", "F", 0, "60", None),
    ],
)
def test_egfr_is_estimated_from_creatinine(creatinine, sex, age, cm, expected):
    found = estimated_gfr(Decimal(creatinine), sex=sex, age_years=age, height_cm=cm and Decimal(cm))
    assert found == (expected and Decimal(expected))


def test_creatinine_alone_warns_of_the_kidneys(author):
    dose = computed(make_draft(author, patient={"creatinine_mg_dl": "2,4", "egfr": ""}))
    assert "renal_function" in {finding.code for finding in dose.findings}


def test_panel_shows_product_volume_cost_and_sources(author):
    application = make_draft(author, dose={"product": "provaglobina-10"})
    client = Client()
    client.force_login(author)
    typed = application.answers["dose"]
    page = client.post(reverse("dose-panel", args=[application.pk]), typed).content.decode()
    # 0.4 g/kg × 5 days × 62 kg, in vials of the product
    for words in ("122,5 g", "10 g/100 mL", "1225 mL", "7\xa0105,00\xa0€", "1 gennaio 2026"):
        assert words in page


def test_panel_says_why_nothing_is_computed(author):
    application = make_draft(author)
    client = Client()
    client.force_login(author)
    typed = {**application.answers["dose"], "override_kg": "200"}
    page = client.post(reverse("dose-panel", args=[application.pk]), typed).content.decode()
    assert "62 kg" in page and 'class="amount"' not in page


def test_everything_is_frozen_and_told_again(author):
    application = make_draft(
        author,
        kind={"type": "continuation"},
        dose={"product": "modellogam-6", "interval": "4", "interval_unit": "weeks", "carry_over_g": "10"},
    )
    content = json.loads(json.dumps(snapshots.content(application, at=AT)))
    rows = {row.key: row.value for part in summaries.parts(content) for row in part.rows}
    assert rows["product"].startswith("Modellogam 6 %")
    assert "4" in rows["interval"]
    assert "€" in rows["cost"] and "2024" in rows["cost"]
    assert "mL" in rows["volume"] and "10 g" in rows["supply"]


def test_later_price_changes_nothing_that_was_frozen(author):
    application = make_draft(author, dose={"product": "modellogam-6"})
    before = snapshots.content(application, at=AT)
    StoredProduct.objects.get(code="modellogam-6").prices.create(valid_from=TODAY, euro_per_g=99)
    assert Dose.from_dict(before["dose"]).request.product.price_per_g == Decimal("49.9")
    assert computed(application).request.product.price_per_g == 99
    assert Application.objects.count() == 1


def test_rules_of_the_hospital_reach_the_dose_and_are_frozen_with_it(author, settings):
    woman = {"weight_kg": "58", "height_cm": "160"}
    application = make_draft(author, dose=woman, patient={"sex": "F", "tax_code": ""})
    assert computed(application).weight.kg == 58
    settings.DOSE_POLICY = {"weight": {"trigger": "always"}, "ceiling": "1.8"}
    again = computed(application)
    assert again.weight.kg == Decimal("54.63")
    assert again.needs_ceiling_override
    assert Dose.from_dict(again.as_dict()).policy == again.policy


@pytest.mark.parametrize(
    "wrong",
    [
        {"triger": "always"},
        {"weight": {"triger": "always"}},
        {"weight": {"trigger": "never"}},
        {"weight": "always"},
        {"ceiling": 1.8},
        {"ceiling": "two"},
    ],
)
def test_a_mistyped_rule_stops_the_start(settings, wrong):
    assert not rules_of_the_dose()
    settings.DOSE_POLICY = wrong
    assert [one.id for one in rules_of_the_dose()] == ["catalogue.E001"]
