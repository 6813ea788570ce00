"""Lists as files: what Excel reads is what the page says, and no cell is a formula."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from audit.models import Entry
from treatments import exports

AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
HEADER = ["Numero", "Testo", "Giorno", "Momento", "Grammi", "Quanti"]
ROW = ["OL-2026-000001", "=1+1", date(2026, 2, 3), AT, Decimal("157.50"), 3]


@pytest.fixture
def export(people):
    def make(format_: str, rows) -> bytes:
        answer = exports.answer(
            format_, "prova", HEADER, rows, filters={"unit": 3}, by=people["pharmacist-1"], at=AT
        )
        assert answer["Content-Disposition"] == f'attachment; filename="prova-2026-11-23.{format_}"'
        assert "no-store" in answer["Cache-Control"]
        return b"".join(answer.streaming_content)

    return make


def test_csv_is_what_italian_excel_opens(export):
    data = export("csv", [ROW])
    assert data.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
    assert header == HEADER
    assert row == ["OL-2026-000001", "'=1+1", "03/02/2026", "23/11/2026 09:30", "157,50", "3"]


@pytest.mark.parametrize("text", ["=1+1", "+39", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_begins_like_a_formula_is_no_formula(export, text):
    (_header, row) = csv.reader(
        io.StringIO(export("csv", [[text]]).decode("utf-8-sig"), newline=""), delimiter=";"
    )
    assert row == ["'" + text]
    cell = load_workbook(io.BytesIO(export("xlsx", [[text]]))).active["A2"]
    assert cell.data_type == "s"
    assert cell.value.strip() == text.strip()


def test_xlsx_keeps_dates_and_numbers_as_such(export):
    sheet = load_workbook(io.BytesIO(export("xlsx", [ROW]))).active
    assert [cell.value for cell in sheet[1]] == HEADER
    assert [cell.value for cell in sheet[2]] == [
        "OL-2026-000001",
        "=1+1",
        datetime(2026, 2, 3),  # noqa: DTZ001 - a sheet knows no time zones
        datetime(2026, 11, 23, 9, 30),  # noqa: DTZ001
        157.5,
        3,
    ]


def test_characters_that_a_file_cannot_hold_do_not_stop_it(export):
    assert load_workbook(io.BytesIO(export("xlsx", [["a\x00b\x0bc"]]))).active["A2"].value == "abc"


def test_each_export_leaves_one_entry_with_its_filters_and_rows(export, people):
    export("csv", [ROW, ROW])
    entry = Entry.objects.get()
    assert (entry.chain, entry.action, entry.at) == (f"export:{people['pharmacist-1'].pk}", "exported", AT)
    assert entry.data == {"list": "prova", "format": "csv", "rows": 2, "filters": {"unit": 3}}


def test_a_list_too_long_says_that_it_stops(export, monkeypatch):
    monkeypatch.setattr(exports, "MOST", 2)
    lines = export("csv", [ROW] * 3).decode().splitlines()
    assert len(lines) == 4
    assert "2" in lines[-1]
    assert not lines[-1].startswith("OL-")
    assert Entry.objects.get().data["rows"] == 2
