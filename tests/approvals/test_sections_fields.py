"""What clinicians type, and how it is read."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from catalogue.fields import Day, Number, Text, Ticks, Whole


def number(**limits):
    return Number(**{"least": "-1000", "most": "5000", "places": 3, "required": False, **limits})


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("82,5", "82.5"),
        ("82.5", "82.5"),
        (" 82,50 ", "82.50"),
        ("3,200", "3.200"),
        ("0.250", "0.250"),
        ("-2", "-2"),
        ("−2", "-2"),
        ("1 000", "1000"),
        ("", None),
        (None, None),
    ],
)
def test_numbers_are_read_the_italian_and_the_english_way(typed, read):
    assert number().clean(typed) == (None if read is None else Decimal(read))


@pytest.mark.parametrize(
    "typed",
    [
        "1.250",
        "12.500",
        "1.250.000",
        "1.250,5",
        "1e3",
        "NaN",
        "infinity",
        "82,5 kg",
        "٣",
        "８２",
        "--1",
        ",5",
        "5,",
        "1" * 400,
    ],
)
def test_what_is_no_clear_number_is_refused(typed):
    with pytest.raises(ValidationError):
        number().clean(typed)


def test_an_ambiguous_number_names_both_readings():
    with pytest.raises(ValidationError) as refused:
        number().clean("1.250")
    assert "1,25" in str(refused.value.message) and "1250" in str(refused.value.message)


@pytest.mark.parametrize("typed", ["5000,1", "-1001", "1,0001"])
def test_a_number_beyond_its_limits_is_refused(typed):
    with pytest.raises(ValidationError):
        number().clean(typed)


def test_a_whole_number_takes_no_decimals():
    assert Whole(least="1", most="10").clean("5") == 5
    with pytest.raises(ValidationError):
        Whole(least="1", most="10").clean("2,5")


@pytest.mark.parametrize(
    "typed", ["1/2/2026", "01/02/2026", "1.2.2026", "01-02-2026", "2026-02-01", " 1/2/2026 "]
)
def test_dates_are_day_month_year(typed):
    assert Day().clean(typed) == date(2026, 2, 1)


@pytest.mark.parametrize(
    "typed", ["1/2/26", "31/2/2026", "2/1", "1 febbraio 2026", "1/2/0026", "1/2/9999", "\x00"]
)
def test_what_is_no_clear_date_is_refused(typed):
    with pytest.raises(ValidationError):
        Day().clean(typed)


def test_a_text_too_long_says_how_long_it_is():
    with pytest.raises(ValidationError) as refused:
        Text(max_length=5).clean("abcdef")
    assert "6" in refused.value.messages[0]


def test_a_text_keeps_strange_letters_and_refuses_nul():
    strange = "𝕬 é \u0301 👩‍⚕️ ẞ"
    assert Text().clean(strange) == strange
    with pytest.raises(ValidationError):
        Text().clean("a\x00b")


def test_ticks_no_longer_on_offer_are_dropped():
    assert Ticks([("a", "A"), ("b", "B")]).clean(["b", "z"]) == ["b"]
