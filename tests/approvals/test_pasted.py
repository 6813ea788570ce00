"""Texts that arrive from a word processor."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.fields import Text
from catalogue.pasted import TABLE, clean_text


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("\uf0b7\u00a0Hb 6,8\u00a0g/dL\r\n\uf0b7 LDH", "• Hb 6,8 g/dL\n• LDH"),
        ("im\u00admuno\u00adglobu\u00adlina", "immunoglobulina"),
        ("riga\x0bsotto\u2028ancora\u2029fine", "riga\nsotto\nancora\nfine"),
        ("\ufeffa\u200bb\u2060c", "abc"),
        ("cos\u0300i\u0300", "così".replace("s", "s\u0300")),
        ("perche\u0301", "perché"),
        ("\x93citato\x94 \x96 l\x92et\x85", "“citato” – l’et…"),
        ("dose \uf0b3 2 g/kg, \uf0a3 5 gg, \uf061, 5 \uf06dg", "dose ≥ 2 g/kg, ≤ 5 gg, α, 5 µg"),
        ("non\x1espezzare qui\x1f", "non-spezzare qui"),
        ("prima\u202eatrevni\u202c", "primaatrevni"),
        ("12\u2009000\u202fUI", "12 000 UI"),
        ("cella\x07cella", "cella cella"),
    ],
)
def test_what_only_a_word_processor_understands_is_read_as_it_was_seen(pasted, kept):
    assert clean_text(pasted) == kept


@pytest.mark.parametrize(
    "text", ["“x” ‘y’ «z»", "a – b — c", "β₂-GPI, α, µg/mL, ≥ 5 × 10⁹/L", "l’età", "👩‍⚕️", "\t1\n2"]
)
def test_what_means_something_stays(text):
    assert clean_text(text) == text


def test_a_line_takes_no_line_breaks_and_a_text_area_keeps_them():
    assert Text(required=False).clean("De\u2028Rossi") == "De Rossi"
    assert Text(rows=3, required=False).clean("uno\u2028due") == "uno\ndue"


def test_a_field_of_nothing_visible_is_empty():
    assert Text(required=False).clean("\u200b\u00a0\ufeff") == ""


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from([chr(code) for code in TABLE]))))
def test_cleaning_never_fails_and_twice_is_once(text):
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not {ord(character) for character in once} & set(TABLE)


@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"], exclude_characters="\u00a0\u00ad")))
def test_ordinary_western_text_is_untouched(text):
    assert clean_text(text) == text
