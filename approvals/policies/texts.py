"""A text that must say something."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.refusals import Shortcoming

LONGEST_TEXT = 20_000
# A shorter reason is none.
LEAST_REASON = 20


def wants_text(field: str, text: str, least: int = 1) -> Iterable[Shortcoming]:
    """A text that must say something, and may not be longer than the record can hold."""
    length = len(text.strip())
    if not length:
        yield Shortcoming("", field, _("Write the text: it cannot be empty."))
    elif length < least:
        yield Shortcoming(
            "",
            field,
            ngettext("Write at least %(n)d character.", "Write at least %(n)d characters.", least)
            % {"n": least},
        )
    elif length > LONGEST_TEXT:
        yield Shortcoming(
            "", field, _("The text is too long: %(n)d characters at most.") % {"n": LONGEST_TEXT}
        )
    if "\x00" in text:
        yield Shortcoming("", field, _("The text holds a character that cannot be stored: type it again."))
