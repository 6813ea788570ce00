"""Codes of authorisations: found however they are typed, and never the wrong one."""

import pytest

from treatments import numbers

CODE = numbers.code("OL-2026-000123/1")


@pytest.mark.parametrize(
    "typed", [CODE, CODE.lower(), CODE.replace("-", " "), CODE.replace("/", ""), f" {CODE} "]
)
def test_it_is_found_however_it_is_typed(typed):
    assert numbers.number_of(typed) == "OL-2026-000123/1"


def test_any_one_wrong_character_and_any_two_exchanged_are_found():
    plain = "".join(filter(str.isalnum, CODE))
    wrong = {plain[:i] + other + plain[i + 1 :] for i in range(2, len(plain)) for other in "0123456789"}
    wrong |= {plain[:i] + plain[i + 1] + plain[i] + plain[i + 2 :] for i in range(2, len(plain) - 2)}
    for one in wrong - {plain}:
        with pytest.raises(numbers.Mistyped):
            numbers.number_of(one)


@pytest.mark.parametrize(
    "typed", ["", "OL-2026-000123", "ciao", "OL-2026-000123/1-", "١٢٣", "OL" + "9" * 400]
)
def test_what_is_no_code_says_how_one_looks(typed):
    with pytest.raises(numbers.Mistyped, match=r"OL-2026-000123/1-."):
        numbers.number_of(typed)
