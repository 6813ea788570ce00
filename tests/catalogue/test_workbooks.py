"""An edition as a workbook: an export imports unchanged, every fault names sheet, cell and column."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from catalogue import files, loading, reading_xlsx
from catalogue.management.commands.load_catalogue import PATH
from catalogue.models import Edition
from catalogue.shape import edition_content
from catalogue.writing_xlsx import write
from tests.catalogue.rows import NOON, draft

pytestmark = pytest.mark.django_db
CONTENT = json.loads(PATH.read_text(encoding="utf-8"))
Change = Callable[[Workbook], None]


def workbook(content: Any = CONTENT, change: Change | None = None) -> io.BytesIO:
    file = io.BytesIO()
    write(file, content)
    if change:
        book = load_workbook(file)
        change(book)
        file = io.BytesIO()
        book.save(file)
    file.seek(0)
    return file


def faults(change: Change) -> list[str]:
    with translation.override("en"):
        return [str(fault) for fault in files.read(workbook(change=change)).faults]


def column(book: Workbook, sheet: str, name: str) -> int:
    return next(cell.column for cell in book[sheet][1] if f"[{name}]" in cell.value)


def put(sheet: str, name: str, line: int, value: object) -> Change:
    def change(book: Workbook) -> None:
        book[sheet].cell(line, column(book, sheet, name)).value = value

    return change


@pytest.mark.parametrize("language", ["it", "en"])
def test_what_is_exported_is_read_back_unchanged_whoever_reads_it(language: str) -> None:
    with translation.override(language):
        file = workbook()
    assert files.read(file) == files.Read(CONTENT, [])


def test_a_workbook_makes_the_same_edition_as_the_json_file() -> None:
    loading.load(files.read(workbook()).content, by=None, at=NOON)
    assert edition_content(Edition.objects.get()) == CONTENT


def test_a_text_that_begins_like_a_formula_stays_a_text() -> None:
    edition = draft()
    edition.indications.update(printed_condition="=1+1", synonyms=["+39", "@x"])
    content = edition_content(edition)
    assert files.read(workbook(content)).content == content


WRONG: dict[str, tuple[Change, str]] = {
    "a word for a number": (
        put("rows", "days_max", 2, "molti"),
        "rows!W2, row IMM-01, days_max: must be a whole number.",
    ),
    "a choice that does not exist": (
        put("rows", "priority", 3, "top"),
        "rows!C3, row EMA-01, priority: Value 'top' is not a valid choice.",
    ),
    "a fault of a part": (
        put("references", "pmid", 2, "PMID 1"),
        "references!D2, row IMM-01, references 1, pmid: Write the PMID alone: digits only.",
    ),
    "a therapy that is not printed": (
        put("therapies", "printed", 3, "aspirina"),
        "therapies!C3, row IMM-01, reference_therapies 2, printed: does not stand in the printed",
    ),
    "a part of no row": (
        put("sub-criteria", "row", 2, "XXX-99"),
        "sub-criteria!A2: The sheet “rows” holds no row with this code.",
    ),
    "a fault of the schedule": (
        put("rows", "dose_max", 2, 0.3),
        "rows!A2, row IMM-01, schedule: dose_min must be above zero",
    ),
    "a day that is none": (
        put("edition", "effective_on", 2, "31/02/2026"),
        "edition!D2, edition, effective_on",
    ),
    "a formula": (put("rows", "cap_g", 9, "=40*2"), "This is a formula: write the value itself."),
    "an unknown heading": (put("rows", "area", 1, "[arena]"), "rows!B1: “arena” is no column of this sheet"),
    "no heading": (lambda book: book["rows"].cell(4, 50, "x"), "rows!AX4: This column has no heading."),
    "an unknown sheet": (lambda book: book.create_sheet("altro"), "altro: No sheet has this name"),
    "a sheet that is missing": (lambda book: book.remove(book["rows"]), "rows: This sheet is missing."),
    "two headings of the edition": (put("edition", "code", 3, "x"), "edition!A3: Only the first line"),
    "note in one language": (put("notes", "en", 2, None), "notes!A2, row IMM-01, interpretation_notes 1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_names_sheet_cell_and_column(name: str) -> None:
    change, expected = WRONG[name]
    found = faults(change)
    assert any(expected in fault for fault in found), found


def test_all_faults_are_told_at_once() -> None:
    def spoil(book: Workbook) -> None:
        put("therapies", "printed", 3, "aspirina")(book)
        put("rows", "area", 2, "x")(book)
        put("rows", "population", 25, "x")(book)
        put("references", "status", 5, "x")(book)

    assert [fault.split(",")[0] for fault in faults(spoil)] == [
        "rows!B2",
        "references!E5",
        "therapies!C3",
        "rows!J25",
    ]


def test_what_people_type_is_taken_as_meant() -> None:
    def type_in(book: Workbook) -> None:
        put("rows", "dose_min", 2, "0,4")(book)
        put("rows", "emergency_allowed", 2, "sì")(book)
        put("rows", "basis_settled_on", 2, "23/11/2026")(book)
        put("references", "pmid", 3, 12345678)(book)
        put("rows", "cap_g", 9, 80.0)(book)

    row, capped = (
        next(
            row for row in files.read(workbook(change=type_in)).content["indications"] if row["code"] == code
        )
        for code in ("IMM-01", "NEU-01")
    )
    assert (row["dose_min"], row["emergency_allowed"]) == ("0.4", True)
    assert (row["basis_settled_on"], row["references"][1]["pmid"]) == ("2026-11-23", "12345678")
    assert capped["cap_g"] == "80"


def refused(file: io.BytesIO) -> str:
    with translation.override("en"), pytest.raises(loading.CatalogueError) as refusal:
        files.read(file)
    return str(refusal.value)


def test_an_archive_that_unfolds_to_too_much_is_not_read() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (reading_xlsx.MOST_BYTES + 1))
    assert bomb.tell() < files.MOST_BYTES
    assert "unfolds to more" in refused(bomb)


def test_a_workbook_with_too_many_lines_is_read_up_to_there() -> None:
    found = faults(lambda book: book["notes"].cell(reading_xlsx.MOST_LINES + 1, 1, "IMM-01"))
    assert found == [f"notes!A{reading_xlsx.MOST_LINES + 1}: Too many lines: the file is read up to here."]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"PK\x03\x04 and then nothing", "not an XLSX workbook"),
        (b"%PDF-1.7", "not a JSON file"),
        (b"\xff\xfe\x00", "not a JSON file"),
        (b"[" * 200_000, "not a JSON file"),
        (b"", "not a JSON file"),
        (b'{"\\ud800": 1}', "not a JSON file"),
        (b" " * (files.MOST_BYTES + 1), "larger than 5 MB"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(data: bytes, expected: str) -> None:
    assert expected in refused(io.BytesIO(data))


def test_an_archive_that_is_no_workbook_is_refused_in_words() -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("letter.txt", "x")
    assert "cannot be read as an XLSX workbook" in refused(other)
