"""The sentences of the dose arithmetic: of its findings, its weights, its refusals, its sources."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from catalogue.dose_sources import Source
from catalogue.products import Stabiliser
from catalogue.risks import RenalRisk, ThrombosisRisk
from catalogue.weights import WeightReason

FINDINGS = {
    "ceiling_exceeded": gettext_lazy(
        "The request is %(asked)s g/kg per cycle: above the limit of %(ceiling)s g/kg."
    ),
    "ceiling_override_asked": gettext_lazy(
        "The request is %(asked)s g/kg per cycle, above the limit of %(ceiling)s g/kg: pharmacist and "
        "committee are asked to allow it, each with a reason."
    ),
    "ceiling_reached": gettext_lazy(
        "%(ceiling)s g/kg per cycle is the highest dose: watch for aseptic meningitis "
        "(headache, stiff neck) in the following 48 hours."
    ),
    "ceiling_in_four_weeks": gettext_lazy(
        "Cycles so close give %(total)s g/kg within four weeks: more than the %(ceiling)s g/kg of a cycle."
    ),
    "cap_applied": gettext_lazy("Cap applied: %(asked)s → %(cap)s g per cycle."),
    "period_too_long": gettext_lazy(
        "The cycles asked for cover %(months)s months: one authorisation lasts %(longest)s at most."
    ),
    "no_schema": gettext_lazy(
        "The table gives no schedule for this use: the dose is the prescriber's proposal."
    ),
    "row_dose_below": gettext_lazy("%(asked)s g/kg is below the schedule (at least %(least)s g/kg)."),
    "row_dose_above": gettext_lazy("%(asked)s g/kg is above the schedule (at most %(most)s g/kg)."),
    "row_days_below": gettext_lazy("Infusion days: %(asked)s, fewer than the schedule (at least %(least)s)."),
    "row_days_above": gettext_lazy("Infusion days: %(asked)s, more than the schedule (at most %(most)s)."),
    "row_cycles_above": gettext_lazy("Cycles: %(asked)s, more than the schedule (at most %(most)s)."),
    "row_interval_shorter": gettext_lazy(
        "Interval between the cycles: shorter than the schedule (months: %(months)s)."
    ),
    "row_interval_longer": gettext_lazy(
        "Interval between the cycles: longer than the schedule (months: %(months)s)."
    ),
    "reading_doubtful": gettext_lazy(
        "The table does not say whether the g/kg are per day or per cycle, and in this row the doubt "
        "is real: compare the two readings."
    ),
    "height_missing": gettext_lazy(
        "Without the height the ideal weight cannot be computed: the actual weight is used."
    ),
    "weight_adjusted": gettext_lazy("Compared with the actual weight, %(saved)s g per cycle are saved."),
    "weight_overridden": gettext_lazy(
        "The dosing weight was set by hand: %(kg)s kg instead of the %(policy)s kg of the rule."
    ),
    "override_without_reason": gettext_lazy(
        "A dosing weight set by hand needs a reason of at least %(least)s characters."
    ),
    "exact_for_newborn": gettext_lazy("Newborn: exact dose, not rounded to whole vials."),
    "exact_for_small": gettext_lazy("Weight below %(limit)s kg: exact dose, not rounded to whole vials."),
    "rounding_rejected": gettext_lazy(
        "No plan in whole vials stays within %(tolerance)s%% of the dose: exact dose, not rounded."
    ),
    "haemolysis_risk": gettext_lazy(
        "From %(threshold)s g/kg per cycle, patients of blood group A, B or AB are at risk of haemolysis: "
        "check the blood count on day 7."
    ),
    "haemolysis_group": gettext_lazy(
        "Blood group %(about)s and at least %(threshold)s g/kg per cycle: risk of haemolysis, check the "
        "blood count on day 7."
    ),
    "aseptic_meningitis": gettext_lazy(
        "Above %(ceiling)s g/kg per cycle aseptic meningitis is more frequent: watch for headache and stiff "
        "neck in the following 48 hours."
    ),
    "exchange_after_infusion": gettext_lazy(
        "A plasma exchange on the day of the infusion or later (%(about)s) takes the immunoglobulin away "
        "again: exchange first, then infuse."
    ),
    "iga_antibodies": gettext_lazy(
        "Antibodies to IgA, and IgA deficient or not measured: immunoglobulin is contraindicated, danger of "
        "anaphylaxis."
    ),
    "iga_antibodies_alone": gettext_lazy(
        "Antibodies to IgA with serum IgA of %(value)s g/L: danger of an allergic reaction, infuse where "
        "resuscitation is at hand."
    ),
    "iga_not_done": gettext_lazy("Serum IgA not measured: a deficiency is not excluded."),
    "iga_deficient": gettext_lazy(
        "IgA deficiency (%(value)s g/L) without antibodies to IgA: watch the first infusions closely."
    ),
    "iga_deficient_untested": gettext_lazy(
        "IgA deficiency (%(value)s g/L), antibodies to IgA not tested: test them before the first infusion."
    ),
    "iga_unit": gettext_lazy(
        "Serum IgA of %(value)s g/L is far above normal: check the unit. %(value)s mg/dL would be %(meant)s "
        "g/L, far below it."
    ),
    "product_iga": gettext_lazy(
        "IgA deficiency, and the product is not poor in IgA (at most %(low)s µg/mL): choose another product."
    ),
    "thrombosis_risk": gettext_lazy(
        "Risk of thrombosis (%(about)s): hydrate, infuse slowly, use the lowest dose that works."
    ),
    "renal_risk": gettext_lazy(
        "Risk for the kidneys (%(about)s): hydrate, infuse slowly, check creatinine and urine output."
    ),
    "renal_function": gettext_lazy(
        "Reduced kidney function (eGFR %(egfr)s, below %(low)s mL/min/1.73 m²): hydrate, infuse slowly, "
        "check creatinine and urine output."
    ),
    "renal_sucrose": gettext_lazy(
        "The product contains sucrose, with which most kidney failures after immunoglobulin were reported: "
        "choose a product without it."
    ),
    "previous_reactions": gettext_lazy(
        "Previous reactions to immunoglobulin: slow first rate, premedication, close observation."
    ),
    "first_immunoglobulin": gettext_lazy(
        "First immunoglobulin of this patient: slow first rate, observe for an hour after the infusion."
    ),
    "maltose_glucose": gettext_lazy(
        "The product contains maltose: some glucose meters read too high, use a method specific to glucose."
    ),
    "proline": gettext_lazy("The product contains proline: contraindicated in hyperprolinaemia."),
    "sorbitol": gettext_lazy(
        "The product contains sorbitol: exclude a hereditary fructose intolerance first; below %(years)s "
        "years it may not have been noticed yet."
    ),
    "sorbitol_fructose": gettext_lazy(
        "Hereditary fructose intolerance: a product with sorbitol is contraindicated, choose another."
    ),
}

WEIGHTS = {
    WeightReason.OVERRIDDEN: gettext_lazy("Set by hand."),
    WeightReason.UNDER_AGE: gettext_lazy("Actual weight: not adjusted below %(age)s years."),
    WeightReason.PREGNANT: gettext_lazy("Actual weight: not adjusted in pregnancy."),
    WeightReason.HEIGHT_MISSING: gettext_lazy("Actual weight: the height is missing."),
    WeightReason.UNDER_HEIGHT: gettext_lazy("Actual weight: not adjusted below %(height)s cm."),
    WeightReason.BMI_BELOW: gettext_lazy("Actual weight: BMI %(bmi)s, below 30."),
    WeightReason.ACTUAL_NOT_ABOVE: gettext_lazy(
        "Actual weight: not above the adjusted one (%(adjusted)s kg)."
    ),
    WeightReason.ADJUSTED_BY_BMI: gettext_lazy("Adjusted weight: BMI %(bmi)s, ideal weight %(ideal)s kg."),
    WeightReason.ADJUSTED_ALWAYS: gettext_lazy("Adjusted weight: ideal weight %(ideal)s kg."),
}

ERRORS = {
    ("out_of_range", "weight_kg"): gettext_lazy("The weight must be between %(least)s and %(most)s kg."),
    ("too_precise", "weight_kg"): gettext_lazy("Give the weight in kg with three decimals at most."),
    ("out_of_range", "height_cm"): gettext_lazy("The height must be between %(least)s and %(most)s cm."),
    ("too_precise", "height_cm"): gettext_lazy("Give the height in cm with one decimal at most."),
    ("out_of_range", "age_years"): gettext_lazy("The age must be between %(least)s and %(most)s years."),
    ("out_of_range", "age_days"): gettext_lazy("The birth date must be in the past."),
    ("age_inconsistent", "age_days"): gettext_lazy("The age in days contradicts the age in years."),
    ("out_of_range", "g_per_kg"): gettext_lazy("The dose must be between %(least)s and %(most)s g/kg."),
    ("cycle_out_of_range", "g_per_kg"): gettext_lazy(
        "More than %(most)s g/kg per cycle: check the dose and the infusion days."
    ),
    ("too_precise", "g_per_kg"): gettext_lazy("Give the dose in g/kg with three decimals at most."),
    ("out_of_range", "days"): gettext_lazy("The infusion days must be between %(least)s and %(most)s."),
    ("out_of_range", "cycles"): gettext_lazy("The cycles must be between %(least)s and %(most)s."),
    ("out_of_range", "interval"): gettext_lazy("The interval must be between %(least)s and %(most)s."),
    ("cycles_overlap", "interval"): gettext_lazy(
        "The next cycle would begin before this one ends (infusion days: %(days)s)."
    ),
    ("out_of_range", "override_kg"): gettext_lazy(
        "A dosing weight set by hand must be between %(least)s and %(most)s kg: from the ideal weight (half "
        "the actual one where it cannot be computed) to the actual weight."
    ),
    ("too_precise", "override_kg"): gettext_lazy("Give the weight in kg with three decimals at most."),
    ("out_of_range", "carry_over_g"): gettext_lazy(
        "The grams left over must be between %(least)s and %(most)s."
    ),
    ("too_precise", "carry_over_g"): gettext_lazy("Give the grams with two decimals at most."),
    ("out_of_range", "iga_g_l"): gettext_lazy("Serum IgA must be between %(least)s and %(most)s g/L."),
    ("too_precise", "iga_g_l"): gettext_lazy("Give serum IgA with four decimals at most."),
    ("out_of_range", "egfr"): gettext_lazy("The eGFR must be between %(least)s and %(most)s."),
    ("too_precise", "egfr"): gettext_lazy("Give the eGFR with two decimals at most."),
    ("unknown_engine", "engine"): gettext_lazy(
        "This dose was stored by a version the program does not know."
    ),
}

SOURCES = {
    Source.TABLE: gettext_lazy("the printed table"),
    Source.HOUSE: gettext_lazy("rule of the hospital"),
    Source.LABEL: gettext_lazy("class warning of immunoglobulins (EMA core SmPC)"),
    Source.PRODUCT: gettext_lazy("label of the product"),
}

RISKS: dict[str, Promise] = {
    ThrombosisRisk.PREVIOUS_THROMBOSIS: gettext_lazy("previous thrombosis"),
    ThrombosisRisk.ATRIAL_FIBRILLATION: gettext_lazy("atrial fibrillation"),
    ThrombosisRisk.CORONARY_DISEASE: gettext_lazy("coronary disease"),
    ThrombosisRisk.THROMBOPHILIA: gettext_lazy("thrombophilia"),
    ThrombosisRisk.OESTROGENS: gettext_lazy("oestrogens"),
    ThrombosisRisk.IMMOBILITY: gettext_lazy("immobility"),
    ThrombosisRisk.HYPERVISCOSITY: gettext_lazy("hyperviscosity"),
    ThrombosisRisk.CENTRAL_LINE: gettext_lazy("central venous line"),
    ThrombosisRisk.AGE_OVER_65: gettext_lazy("age over 65 years"),
    RenalRisk.CKD: gettext_lazy("chronic kidney disease"),
    RenalRisk.DIABETES: gettext_lazy("diabetes"),
    RenalRisk.NEPHROTOXIC_DRUGS: gettext_lazy("nephrotoxic drugs"),
    RenalRisk.DEHYDRATION: gettext_lazy("dehydration"),
    RenalRisk.SEPSIS: gettext_lazy("sepsis"),
    RenalRisk.PARAPROTEINAEMIA: gettext_lazy("paraproteinaemia"),
}

STABILISERS = {
    Stabiliser.NONE: gettext_lazy("no stabiliser"),
    Stabiliser.GLYCINE: gettext_lazy("glycine"),
    Stabiliser.PROLINE: gettext_lazy("proline"),
    Stabiliser.GLUCOSE: gettext_lazy("glucose"),
    Stabiliser.MALTOSE: gettext_lazy("maltose"),
    Stabiliser.SORBITOL: gettext_lazy("sorbitol"),
    Stabiliser.SUCROSE: gettext_lazy("sucrose"),
}
