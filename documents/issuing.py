"""A letter issued: reserve, compose, draw, seal, file. Called by jobs, any number of times, for one
letter.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from documents import filing
from documents.content import Address, Letter
from documents.models import Document, Kind

if TYPE_CHECKING:
    from accounts.models import User


def issue(
    key: str,
    *,
    kind: Kind,
    number: str,
    at: datetime,
    by: "User | None",
    compose: Callable[[Document], Letter],
    valid_until: date | None = None,
) -> Document:
    """The letter of that key, filed: drawn and sealed the first time, found every time after.

    `compose` gets the reserved document (its number, printed code and date belong on the page) and returns
    the letter. Raises `letters.DrawingFailed` or `signing.SealingFailed` when it cannot be made now; asking
    again later is safe.
    """
    # Drawing and sealing weigh some 60 MB: only the worker that issues letters loads them.
    from documents import letters, signing

    document = filing.reserve(key, kind=kind, number=number, at=at, by=by, valid_until=valid_until)
    if document.is_filed:
        return document
    return filing.file(document, signing.seal(letters.draw(compose(document))))


def verify_url(document: Document) -> Address:
    """Where anybody checks this document; printed on it as a QR code."""
    query = urlencode({"number": document.number, "code": document.printed_code})
    return Address(f"{settings.SITE_URL.rstrip('/')}{reverse('verify')}?{query}")
