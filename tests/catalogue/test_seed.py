"""The catalogue file against the guidance it was typed from: `catalogue/data/source`, a copy of the seed.

The document is read here by rules of its own, independent of how the file was made: a line is a row unless
it follows a page break (an empty line) and begins with no capital letter; then it continues the row before.
"""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from catalogue.choices import Area
from catalogue.management.commands.load_catalogue import PATH

SOURCE = PATH.parent / "source" / "000_710bc1edda327efa.txt"
SEED = Path("/work/shared/seed") / SOURCE.name
COLUMNS = ("printed_condition", "printed_reference_therapies", "printed_schedule")
# Without the one row that stands for every disease the table does not print.
ROWS = {
    row["code"]: row for row in json.loads(PATH.read_text())["indications"] if row["area"] != Area.OUTSIDE
}
PRINTED_AREAS = [area for area in Area.values if area != Area.OUTSIDE]
BROKEN_BY_A_PAGE = {"NEU-03", "PED-05", "OFT-02"}


def plain(text: str) -> str:
    return " ".join(re.sub(r"</?(i|p)>", " ", text.replace("</i>", "").replace("<i>", "")).split())


def read_source() -> tuple[list[tuple[str, list[str]]], int]:
    """(area, four cells) of each row, and how many rows a page break had cut."""
    rows: list[tuple[str, list[str]]] = []
    area, previous, joined = "", "", 0
    body = SOURCE.read_text(encoding="utf-8").split("SCHEMA IVIG\tNOTE\n")[1]
    for line in body.split("\n"):
        cells = [plain(cell) for cell in line.split("\t")]
        if line.strip() and not any(cells[1:]) and cells[0].isupper():
            area = cells[0]
        elif line.strip() and not previous.strip() and not re.match("[A-Z]", cells[0]):
            joined += 1
            for number, more in enumerate(cells):
                before = rows[-1][1][number]
                rows[-1][1][number] = (
                    before[:-1] + more if before.endswith("-") else f"{before} {more}".strip()
                )
        elif line.strip():
            rows.append((area, cells))
        previous = line
    return rows, joined


SOURCE_ROWS, JOINED = read_source()


def test_the_kept_source_is_the_document_we_were_given() -> None:
    if SEED.exists():
        assert SOURCE.read_bytes() == SEED.read_bytes()
    assert len(SOURCE.read_bytes()) == 12817


def test_the_source_has_24_rows_in_7_areas_three_of_them_cut_by_a_page() -> None:
    assert (len(SOURCE_ROWS), len({area for area, _ in SOURCE_ROWS}), JOINED) == (24, 7, 3)


def test_the_file_has_24_rows_in_7_areas_with_47_references() -> None:
    assert len(ROWS) == 24
    assert {row["area"] for row in ROWS.values()} == set(PRINTED_AREAS)
    assert sum(len(row.get("references", [])) for row in ROWS.values()) == 47


def test_the_areas_are_those_of_the_headings() -> None:
    names = dict(zip(dict.fromkeys(area for area, _ in SOURCE_ROWS), PRINTED_AREAS, strict=True))
    assert [names[area] for area, _ in SOURCE_ROWS] == [row["area"] for row in ROWS.values()]


@pytest.mark.parametrize(("code", "number"), [(code, number) for number, code in enumerate(ROWS)])
def test_every_printed_text_is_exactly_as_printed(code: str, number: int) -> None:
    row, (_area, cells) = ROWS[code], SOURCE_ROWS[number]
    assert [row[column] for column in COLUMNS] == cells[:3]
    references = [reference["printed"] for reference in row.get("references", [])]
    assert " ".join([*references, *filter(None, [row.get("printed_note")])]) == cells[3]


def test_each_reference_is_one_work() -> None:
    """One year of publication each, but for the one that is printed without."""
    printed = [one["printed"] for row in ROWS.values() for one in row.get("references", [])]
    years = {text: re.findall(r"(?<![:(\d-])(?:19|20)\d\d(?=[;,:]| [;D]|$)", text) for text in printed}
    assert {text[:8]: found for text, found in years.items() if len(found) != 1} == {"Blaes F,": []}


def test_a_paragraph_of_the_source_is_one_reference() -> None:
    paragraphs = [plain(text) for text in re.findall(r"<p>([^\n]*?)</p>", SOURCE.read_text(encoding="utf-8"))]
    printed = [one["printed"] for row in ROWS.values() for one in row.get("references", [])]
    second_halves = [text for text in paragraphs if text not in printed]
    assert len(paragraphs) == 13
    assert [text[:10] for text in second_halves] == ["infant 35 ", "Solid Orga"]  # cut by a page
    assert all(any(one.endswith(text) for one in printed) for text in second_halves)


def test_a_word_cut_by_the_page_is_joined_letter_by_letter() -> None:
    assert "immunosoppresssori, anticorpi monoclonali" in ROWS["NEU-03"]["printed_reference_therapies"]
    assert {
        "span": "immunosoppresssori",
        "where": "reference_therapies",
        "probably": "immunosoppressori",
    } in ROWS["NEU-03"]["suspected_typos"]
    assert ROWS["OFT-02"]["printed_condition"] == "Retinite da CMV dopo trapianto di organo solido"
    assert ROWS["PED-05"]["printed_reference_therapies"].startswith(
        "Per il neonato: in caso di iperbilirubinemia"
    )


def test_the_schedules_are_of_four_families() -> None:
    families = Counter(
        (
            row.get("basis"),
            row.get("dose_min"),
            row.get("dose_max"),
            row.get("days_min"),
            row.get("days_max"),
            row.get("cap_g"),
        )
        for row in ROWS.values()
    )
    assert families == {
        ("per_day", "0.4", "0.5", 2, 5, None): 11,
        ("per_cycle", "2", "2", None, None, "80"): 10,
        ("per_dose", "0.5", "1", 1, 1, None): 1,
        (None, None, None, None, None, None): 2,
    }


def test_each_schedule_says_what_its_row_prints() -> None:
    for code, row in ROWS.items():
        printed = row["printed_schedule"]
        assert ("0.4-0.5g/kg per 2-5 gg" in printed) == (row.get("basis") == "per_day"), code
        assert ("2 g/kg (max 80 g)" in printed) == (row.get("basis") == "per_cycle"), code
        assert ("Non indicate di routine" in printed) == row.get("not_routinely_indicated", False), code
        assert bool(re.search("mese|mensile", printed)) == (row.get("cadence") == "monthly"), code
        assert ("ripetibile" in printed) == row.get("is_repeatable", False), code
        assert ("per 3 mesi" in printed) == (row.get("cycles") == 3), code
        assert ("mergenza" in printed) == row.get("emergency_allowed", False), code
        trigger = row["reassessment_trigger"]
        assert ("poi rivalutazione" in printed) == (trigger in ("months", "cycles")), code
        assert ("3 mesi, poi rivalutazione" in printed) == (trigger == "months"), code


def having(name: str, *values: object) -> set[str]:
    return {code for code, row in ROWS.items() if row.get(name) in (values or (True,))}


def test_open_ended_rows_are_the_nine_monthly_ones_without_an_end() -> None:
    expected = {"EMA-01", "NEU-01", "NEU-02", "NEU-03", "NEU-04", "NEU-05", "PED-03", "PED-04", "PED-07"}
    assert having("is_open_ended") == expected


def test_reassessment_is_printed_in_five_rows() -> None:
    after = {
        code: (row["reassessment_trigger"], row["reassessment_after"])
        for code, row in ROWS.items()
        if "reassessment_after" in row
    }
    assert after == {
        "IMM-01": ("months", 3), "OFT-01": ("months", 3), "OFT-03": ("months", 3),
        "EMA-03": ("cycles", 1), "DER-01": ("cycles", 1),
    }  # fmt: skip


def test_the_paediatric_rows_carry_an_age_limit_by_text_or_by_section() -> None:
    by_text = {
        code for code, row in ROWS.items() if re.search("pediatric|bambino$", row["printed_condition"])
    }
    by_section = having("area", "paediatrics") - {"PED-05"}
    assert having("max_age_years", 18) == by_text | by_section == having("population", "paediatric")
    assert ROWS["PED-05"]["population"] == "newborn"
    assert ROWS["PED-05"]["max_age_years"] == 1


def codes(row: str, relation: str) -> list[str]:
    return [child["code"] for child in ROWS[row].get(relation, [])]


def test_the_rows_with_several_uses_ask_which() -> None:
    with_uses = {code: codes(code, "sub_criteria") for code, row in ROWS.items() if "sub_criteria" in row}
    assert with_uses == {
        "IMM-01": ["catastrophic", "obstetric"],
        "EMA-02": ["failure", "emergency", "child-epn"],
        "EMA-05": ["igg-mgus"],
        "NEU-01": ["adem", "nmosd"],
        "NEU-03": ["anti-aqp4", "anti-mog", "seronegative"],
        "PED-02": ["sydenham", "acute-cerebellar-ataxia", "other"],
        "PED-06": ["pandas", "pans"],
        "PED-07": ["aicardi-goutieres", "other"],
        "TRA-01": ["pneumonia", "retinitis"],
    }
    assert [
        row for row in ROWS if any(use.get("asks_which") for use in ROWS[row].get("sub_criteria", []))
    ] == [
        "PED-02",
        "PED-07",
    ]


def test_a_therapy_under_study_is_never_a_reference_therapy() -> None:
    roles = {
        (code, one["code"]): one["role"] for code, row in ROWS.items() for one in row["reference_therapies"]
    }
    assert {where for where, role in roles.items() if role == "investigational"} == {("IMM-01", "eculizumab")}
    assert {code for (code, _), role in roles.items() if role == "criterion"} == {"PED-05"}
    assert set(roles.values()) == {"reference", "investigational", "criterion"}


def test_acquired_haemophilia_is_a_ladder_with_alternatives_in_the_first_line() -> None:
    ladder = [
        (one["code"], one["line"], one.get("alternatives")) for one in ROWS["EMA-03"]["reference_therapies"]
    ]
    assert ladder == [
        ("corticosteroids", 1, "first"),
        ("corticosteroids-cyclophosphamide", 1, "first"),
        ("rituximab", 2, None),
    ]


def test_pandas_and_pans_have_therapies_of_their_own() -> None:
    assert [(one["code"], one["sub_criterion"]) for one in ROWS["PED-06"]["reference_therapies"]] == [
        ("neuroleptics", "pans"),
        ("corticosteroids", "pans"),
    ]


def test_every_entry_of_the_second_column_is_read_once() -> None:
    """What is left of each printed list after taking out the spans is only known connecting text."""
    left = {}
    for code, row in ROWS.items():
        text = row["printed_reference_therapies"]
        for one in sorted(row["reference_therapies"], key=lambda one: -len(one["printed"])):
            assert text.count(one["printed"]) >= 1, (code, one)
            text = text.replace(one["printed"], "", 1)
        words = re.findall(r"\w+", text)
        if words:
            left[code] = " ".join(words)
    assert left == {
        "IMM-01": "In studio inibitore del complemento attivato",
        "EMA-03": "Prima linea o Seconda linea",
        "PED-05": "Per il neonato in caso di se e",
        "PED-06": "Non stabilito",
        "OFT-01": "altri",
        "OFT-03": "altri",
    }


def test_the_dose_is_read_per_day_by_rule_and_the_real_doubt_is_kept() -> None:
    assert having("basis_source", "doubtful") == {"EMA-04"}
    assert having("basis_source", "rule") == having("basis", "per_day") - {"EMA-04"}


def test_overlapping_rows_name_each_other() -> None:
    pairs = {(code, other) for code, row in ROWS.items() for other in row.get("overlaps_with", [])}
    assert pairs == {(other, code) for code, other in pairs}
    assert {code for pair in pairs for code in pair} == {"NEU-01", "NEU-02", "NEU-03", "TRA-01", "OFT-02"}


def test_references_known_to_be_outdated_or_contrary_say_so() -> None:
    marked = {
        (code, number): one["status"]
        for code, row in ROWS.items()
        for number, one in enumerate(row.get("references", []), 1)
        if one.get("status", "as_printed") != "as_printed"
    }
    doubted = {place: status for place, status in marked.items() if status != "verified"}
    assert doubted == {("EMA-05", 1): "contradicts", ("PED-05", 1): "superseded"}
    for code, number in doubted:
        one = ROWS[code]["references"][number - 1]
        assert one["note_it"] and one["note_en"]


def test_a_work_said_to_be_verified_says_where_it_was_found() -> None:
    works = [one for row in ROWS.values() for one in row.get("references", [])]
    for one in works:
        assert (one.get("status") == "verified") <= ("doi" in one or "pmid" in one), one["printed"]


def test_one_work_has_one_doi_wherever_it_is_cited() -> None:
    works = [one for row in ROWS.values() for one in row.get("references", [])]
    first_pages = {one["printed"][-30:]: one.get("doi") for one in works}
    assert all(one.get("doi") == first_pages[one["printed"][-30:]] for one in works)


def test_only_the_row_on_hlh_cites_nothing() -> None:
    assert [code for code, row in ROWS.items() if not row.get("references")] == ["EMA-06"]
    assert ROWS["EMA-06"]["printed_note"] == "Case reports di HLH dopo infezione virale (EBV, SARS-CoV-2)"


def test_a_suspected_typo_is_a_note_and_never_a_correction() -> None:
    for code, row in ROWS.items():
        for typo in row.get("suspected_typos", []):
            where, _, number = typo["where"].partition(":")
            text = row["references"][int(number) - 1]["printed"] if number else row[f"printed_{where}"]
            assert typo["span"] in text, (code, typo)
