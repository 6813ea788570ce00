"""The number of an authorisation as people type and scanners read it: with a check character.

`OL-2026-000123/1` (application and period) is printed as `OL-2026-000123/1-K`; the last character is that of
ISO 7064 MOD 37,36 over the letters and digits, which finds any one wrong character and any two exchanged.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from stdnum.iso7064 import mod_37_36

SHAPE = re.compile(r"OL([0-9]{4})([0-9]{6})([0-9]{1,2})([0-9A-Z])")


class Mistyped(ValueError):
    """What was typed is no code; the message says why, in the user's language."""


def code(number: str) -> str:
    """The number with its check character: "OL-2026-000123/1" → "OL-2026-000123/1-K"."""
    return f"{number}-{mod_37_36.calc_check_digit(_plain(number))}"


def in_address(number: str) -> str:
    """The same as part of an address: without the slash."""
    return code(number).replace("/", "-")


def number_of(typed: str) -> str:
    """The number of a code, however it was typed: lower case, spaces, other marks. Raises Mistyped."""
    found = SHAPE.fullmatch(_plain(typed))
    if found is None:
        raise Mistyped(
            _("An authorisation's code looks like %(example)s: check what you typed.")
            % {"example": code("OL-2026-000123/1")}
        )
    if not mod_37_36.is_valid(found[0]):
        raise Mistyped(_("The last character does not fit the code: one of the others is mistyped."))
    return f"OL-{found[1]}-{found[2]}/{int(found[3])}"


def _plain(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())
