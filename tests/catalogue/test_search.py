"""Finding a row as a clinician types it."""

import json

import pytest

from catalogue import loading
from catalogue.management.commands.load_catalogue import PATH
from catalogue.models import Indication
from catalogue.search import matching
from tests.catalogue.rows import NOON

pytestmark = pytest.mark.django_db


EXPECTED = {
    "APS": ["IMM-01"],
    "caps": ["IMM-01"],
    "prca": ["EMA-01"],
    "HLH": ["EMA-06"],
    "linfoistiocitosi": ["EMA-06"],
    "NMOSD": ["NEU-01", "NEU-03"],
    "MOG": ["NEU-01", "NEU-02", "NEU-03"],
    "PANDAS": ["PED-06"],
    "basedow": ["OFT-01"],
    "cmv retinite": ["TRA-01", "OFT-02"],
    "retinite CMV": ["TRA-01", "OFT-02"],
    "aicardi goutieres": ["PED-07"],
    "Aicardi-Goutières": ["PED-07"],
    "immunità": ["IMM-01"],
    "immunita": ["IMM-01"],
    "opsoclono-mioclono": ["NEU-05"],
    "von willebrand": ["EMA-05"],
    "pure red cell": ["EMA-01"],
    "c. difficile": ["PED-01"],
    "sydenham": ["PED-02"],
    "ema-03": ["EMA-03"],
    "uveit": ["OFT-03"],
    "veite": [],
    "APS uveite": [],
}


@pytest.fixture
def rows() -> list[Indication]:
    loading.load(json.loads(PATH.read_text(encoding="utf-8")), by=None, at=NOON)
    return list(Indication.objects.current().with_everything())


def test_a_row_is_found_by_name_acronym_or_synonym(rows: list[Indication]) -> None:
    assert {text: [row.code for row in matching(rows, text)] for text in EXPECTED} == EXPECTED


def test_an_empty_text_finds_all_rows(rows: list[Indication]) -> None:
    assert [len(matching(rows, text)) for text in ("", "  ", "…")] == [len(rows)] * 3
