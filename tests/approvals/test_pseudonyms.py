"""Taking a patient out of texts that people typed."""

import pytest

from approvals.pseudonyms import HIDDEN, as_is, eraser

ROSA = {
    "patient": {
        "surname": "De Rossi",
        "name": "Rosa",
        "tax_code": "DRSRSO80A41X000K",
        "born_on": "1980-01-05",
    }
}
NOBODY = {"patient": {"surname": None, "name": None, "tax_code": None, "born_on": None}}


@pytest.mark.parametrize(
    "text",
    [
        "La sig.ra Rossi rifiuta.",
        "ROSSI ROSA",
        "Rosa riferisce",
        "cf DRSRSO80A41X000K, drsrso80a41x000k",
        "nata il 05/01/1980",
        "nata il 5/1/1980",
        "nata il 05.01.1980",
        "(Rossi)",
        "Rossi's",
    ],
)
def test_names_codes_and_birth_dates_are_taken_out(text):
    erased = eraser(ROSA)(text)
    assert HIDDEN in erased
    assert not any(word in erased.lower() for word in ("rossi", "drsrso", "1980"))


@pytest.mark.parametrize(
    "text", ["Pitiriasi rosa di Gibert", "eritema rosaceo", "Derossificazione", "de novo", "05/01/1981"]
)
def test_ordinary_words_stay(text):
    assert eraser(ROSA)(text) == text


def test_a_name_corrected_since_is_still_taken_out_of_older_texts():
    corrected = {"patient": {**ROSA["patient"], "surname": "Bianchi"}}
    assert eraser(ROSA, corrected)("Rossi, poi Bianchi") == f"{HIDDEN}, poi {HIDDEN}"


def test_where_nothing_is_known_nothing_is_changed():
    assert eraser(NOBODY) is as_is


@pytest.mark.parametrize("name", ["A.+*", "(", "\\", "[a-z]"])
def test_a_name_is_text_and_never_a_pattern(name):
    odd = {"patient": {**ROSA["patient"], "surname": name * 3}}
    assert eraser(odd)("qualunque testo") == "qualunque testo"
