"""Short prints of what a form says. A page carries the print of what it showed; what was stored since gives
another one, and nobody signs or sends what they have not seen."""

from __future__ import annotations

import json
from hashlib import sha256

from approvals.models import Application
from approvals.sections import SECTIONS


def fingerprint(application: Application, slug: str) -> str:
    """A short print of the stored answers of a section."""
    stored = json.dumps(application.answers.get(slug) or {}, sort_keys=True)
    return sha256(stored.encode()).hexdigest()[:16]


def all_answers(application: Application) -> str:
    """A short print of everything stored, files included."""
    prints = "".join(fingerprint(application, slug) for slug in SECTIONS)
    for file in application.attachments.values_list("sha256", "kind", "name"):
        prints += "".join(file)
    return sha256(prints.encode()).hexdigest()[:16]
