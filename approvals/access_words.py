"""What an access entry says (`opening.py`, `treatments/opening.py`), in words: what was opened, and why."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from approvals.opening import BROKEN, CARE, COMMITTEE, DIRECTION, ON_CALL, PHARMACY, REASONS

# Actions of the trail that only read a file.
READING = ("opened", "identity_shown", "letter_downloaded", "attachment_opened")

WHAT: dict[str, Promise] = {
    "file": _("The file"),
    "act": _("The file, on the page of an action"),
    "confirm": _("The file, on the page that asks to confirm"),
    "draft": _("The form: list of sections"),
    "section": _("The form: a section"),
    "emergency": _("The form of an emergency"),
    "check": _("The form: all answers"),
    "hand_over": _("The form, to hand it over"),
    "sent": _("The confirmation that it was sent"),
    "files": _("The list of attachments"),
    "attachment": _("An attachment"),
    "letter": _("A letter"),
    "events": _("The adverse events"),
    "event": _("An adverse event"),
    "identity": _("The page to ask who the patient is"),
    "masking": _("The page on masking"),
    "copy": _("Copied into a new application"),
    "found": _("Search by tax code"),
    "ledger": _("The ledger of what was dispensed"),
    "dispensings": _("The list of treatments to be dispensed"),
    "lot": _("Who received a lot"),
    "export": _("A list as a file, with initials only"),
    "trail": _("The patient's name, beside the access log"),
}
WHY: dict[str, Promise] = {
    CARE: _("Care: the unit that treats"),
    PHARMACY: _("Pharmacy: review and dispensing"),
    DIRECTION: _("Medical direction"),
    COMMITTEE: _("Committee: judgement of the case"),
    ON_CALL: _("On call: emergency"),
    BROKEN: _("With a reason, from outside the unit"),
    "audit": _("Audit"),
}
ROLES: dict[str, Any] = {**dict(Role.choices), "appointed": _("Appointed substitute")}


def what(action: str, data: dict[str, Any]) -> Promise | str:
    """Older entries have no word of their own: the action tells."""
    by_action = {"letter_downloaded": "letter", "attachment_opened": "attachment", "identity_shown": "file"}
    word = str(data.get("what") or data.get("page") or by_action.get(action, "file")).partition(":")[0]
    return WHAT.get(word, word)


def why(data: dict[str, Any]) -> Promise | str:
    word = str(data.get("why") or "").partition(":")[0]
    if not word:
        word = next((why for role, why in REASONS.items() if role in data.get("roles", [])), "")
    return WHY.get(word, word)


def glass(data: dict[str, Any]) -> int | None:
    """The id of the access with a reason under which it was opened."""
    word, _sep, pk = str(data.get("why") or "").partition(":")
    return int(pk) if word == BROKEN and pk.isdigit() else None


def roles(data: dict[str, Any]) -> list[Any]:
    return [ROLES.get(role, role) for role in data.get("roles", [])]
