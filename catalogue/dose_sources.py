"""Where each finding of the dose arithmetic comes from: its sentence is in `dose_words`."""

from enum import StrEnum


class Source(StrEnum):
    TABLE = "table"  # the printed row of the guidance
    HOUSE = "house"  # a rule of the hospital: design/domain.md §4 and §5, `DosePolicy`
    LABEL = "label"  # EMA core SmPC for intravenous immunoglobulin, EMA/CHMP/BPWP/94038/2007, §4.3 and §4.4
    PRODUCT = "product"  # the label of the product chosen: its stabiliser, its IgA


SOURCE_OF = {
    **dict.fromkeys(
        (
            "cap_applied",
            "no_schema",
            "reading_doubtful",
            "row_cycles_above",
            "row_days_above",
            "row_days_below",
            "row_dose_above",
            "row_dose_below",
            "row_interval_longer",
            "row_interval_shorter",
        ),
        Source.TABLE,
    ),
    **dict.fromkeys(
        (
            "ceiling_exceeded",
            "ceiling_in_four_weeks",
            "ceiling_override_asked",
            "ceiling_reached",
            "exact_for_newborn",
            "exact_for_small",
            "exchange_after_infusion",
            "height_missing",
            "iga_unit",
            "override_without_reason",
            "period_too_long",
            "rounding_rejected",
            "weight_adjusted",
            "weight_overridden",
        ),
        Source.HOUSE,
    ),
    **dict.fromkeys(
        (
            "aseptic_meningitis",
            "first_immunoglobulin",
            "haemolysis_group",
            "haemolysis_risk",
            "iga_antibodies",
            "iga_antibodies_alone",
            "iga_deficient",
            "iga_deficient_untested",
            "iga_not_done",
            "previous_reactions",
            "renal_function",
            "renal_risk",
            "thrombosis_risk",
        ),
        Source.LABEL,
    ),
    **dict.fromkeys(
        ("maltose_glucose", "product_iga", "proline", "renal_sucrose", "sorbitol", "sorbitol_fructose"),
        Source.PRODUCT,
    ),
}
