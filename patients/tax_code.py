"""The Italian tax code (codice fiscale) and the temporary codes that stand for it.

The check character, the omocodia letters and the encoded birth date come from python-stdnum;
STP and ENI codes (foreigners without residence) are three letters and thirteen digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.it import codicefiscale

# A woman's day of birth is written plus forty; the letters are the omocodia forms of 4 to 7.
# (stdnum's own reading of the sex fails where the day is written in letters.)
TENS_OF_A_WOMANS_DAY = "4567QRST"
TEMPORARY = re.compile(r"(STP|ENI)\d{13}")


class TaxCodeError(ValueError):
    """The text is no tax code; the message says what is wrong with it, in the user's language."""


@dataclass(frozen=True)
class TaxCode:
    """A well-formed code. Birth date and sex are `None` where the code does not carry them."""

    text: str
    born_on: date | None
    sex: str | None


def read(text: str, *, today: date) -> TaxCode:
    """Read what a person typed. `today` resolves the two-digit year: nobody is born in the future."""
    code = re.sub(r"\s", "", text).upper()
    if TEMPORARY.fullmatch(code):
        return TaxCode(code, None, None)
    if len(code) != 16:
        raise TaxCodeError(_("A tax code has 16 characters: this one has %(count)d.") % {"count": len(code)})
    try:
        code = codicefiscale.validate(code)
        born_on = codicefiscale.get_birth_date(code, minyear=today.year - 99)
    except InvalidChecksum:
        raise TaxCodeError(
            _("The last letter does not match the others: check the tax code for a typing mistake.")
        ) from None
    except ValidationError:
        raise TaxCodeError(_("This is not a tax code: check it against the health card.")) from None
    return TaxCode(code, born_on, "F" if code[9] in TENS_OF_A_WOMANS_DAY else "M")
