"""What somebody sent after their session had ended: kept on the page that asks them to sign in again.

It never lies on the server: hidden fields carry it through the sign-in and back to where it was going.
"""

from __future__ import annotations

import json

from django.http import HttpRequest

# Never kept: tokens end with the session, and a proof of who one is is given each time.
NEVER = ("csrfmiddlewaretoken", "password", "otp", "credential")

Fields = list[tuple[str, str]]


def keep(request: HttpRequest) -> str:
    """The posted fields as one text."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in NEVER]
    return json.dumps(fields)


def kept(text: str) -> Fields | None:
    """The fields in such a text, none for a bare button; None where nothing was kept, or it was tampered
    with."""
    try:
        found = json.loads(text)
        return [(str(name), str(value)) for name, value in found]
    except (ValueError, TypeError, RecursionError):
        return None
