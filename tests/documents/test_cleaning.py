"""People's text, made safe to draw."""

import time

import pytest

from documents.cleaning import MAX_CHARACTERS, clean, cleaned
from documents.letters import _Press
from tests.documents import samples

DRAWABLE = frozenset(range(0x20, 0x250)) | {0x301, 0xFFFD, 0x2026}


def test_ordinary_italian_stays_as_it_is():
    text = "Perché l’età è «≥ 18 anni»: 2 g/kg × 5 giorni."
    assert clean(text, DRAWABLE | set(map(ord, text))) == text


def test_composed_and_decomposed_accents_are_the_same():
    assert clean("e\u0301", DRAWABLE) == clean("\u00e9", DRAWABLE) == "é"


@pytest.mark.parametrize(
    "hidden", ["\x00", "\x07", "\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\ud800"]
)
def test_what_nobody_sees_is_dropped(hidden):
    assert clean(f"a{hidden}b", DRAWABLE) == "ab"


def test_a_sign_without_glyph_is_shown_as_missing():
    assert clean("😀\ue000", DRAWABLE) == "\ufffd\ufffd"


def test_more_than_three_marks_on_a_letter_are_dropped():
    assert clean("x" + "\u0301" * 100, DRAWABLE) == "x" + "\u0301" * 3


def test_runs_of_spaces_are_one_and_a_single_no_break_space_stays():
    assert clean("a \t \u2003 b", DRAWABLE) == "a b"
    assert clean("155\u00a0g", DRAWABLE | {0xA0}) == "155\u00a0g"
    assert clean("a\u00a0\u00a0b", DRAWABLE) == "a b"


def test_line_breaks_stay_and_blank_lines_are_at_most_one():
    assert clean("a\r\nb\n\n\n\nc\u2028d", DRAWABLE) == "a\nb\n\nc\nd"


def test_a_cut_is_shown():
    text = clean("parola " * MAX_CHARACTERS, DRAWABLE)
    assert MAX_CHARACTERS <= len(text) <= MAX_CHARACTERS + 4
    assert text.endswith(" […]")


def test_a_very_long_word_may_break_and_an_address_stays_whole():
    address = "https://doi.org/10.1212/WNL.0000000000001234"
    assert clean(address, DRAWABLE) == address
    assert clean("W" * 200, DRAWABLE).split("\u200b") == ["W" * 60, "W" * 60, "W" * 60, "W" * 20]


def test_thousands_of_lines_run_on():
    assert clean("a\n" * 9_000, DRAWABLE).count("\n") == 199


def test_every_text_of_a_letter_is_cleaned():
    letter = cleaned(samples.hostile(), _Press().drawable)
    for field in (
        letter.title,
        letter.subject,
        letter.sections[0].paragraphs[0],
        letter.sections[1].rows[0][1],
    ):
        assert "\u202e" not in field
        assert "\x07" not in field


def test_cleaning_is_quick_whatever_comes():
    started = time.process_time()
    for text in (" " * 100_000, "a" + "\u0301" * 100_000, "\n" * 100_000, "a\u00a0" * 50_000):
        clean(text, DRAWABLE)
    assert time.process_time() - started < 1
