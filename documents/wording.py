"""The answers of the authenticity check in words."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.authenticity import Verdict
from documents.models import Standing


@dataclass(frozen=True, slots=True)
class Words:
    """`tone` and `icon` are those of the pages (frontend/README.md)."""

    tone: str
    icon: str
    title: Promise | str
    sentence: Promise | str


VERDICTS: Final = {
    Verdict.AUTHENTIC: Words(
        "success",
        "check-circle",
        _("Authentic letter"),
        _("The file is, byte for byte, the letter on our register."),
    ),
    Verdict.REGISTERED: Words(
        "success",
        "check-circle",
        _("Letter on our register"),
        _(
            "A letter with this number and code was issued. Compare the data below with what you hold;"
            " to have every word of it checked, upload the PDF file."
        ),
    ),
    Verdict.UNKNOWN: Words(
        "error",
        "close-circle",
        _("No such letter"),
        _(
            "No letter was issued with this number and this code. Check what you typed:"
            " if it is what the letter says, do not rely on the letter."
        ),
    ),
    Verdict.ALTERED: Words(
        "error",
        "close-circle",
        _("Not the letter as issued"),
        _("The file carries our seal, but it is not a file on our register. Do not rely on it."),
    ),
    Verdict.NOT_OURS: Words(
        "error",
        "close-circle",
        _("Not a letter of this hospital"),
        _("The file carries no valid seal of this hospital. Do not rely on it."),
    ),
    Verdict.UNREADABLE: Words(
        "error",
        "warning-circle",
        _("The file cannot be checked"),
        _("Upload the PDF file exactly as received: not a scan, a photograph or a print."),
    ),
}

STANDINGS: Final = {
    Standing.VALID: Words(
        "success", "check-circle", pgettext_lazy("letter", "Valid"), _("The letter is in force today.")
    ),
    Standing.SUPERSEDED: Words(
        "warning",
        "warning-circle",
        pgettext_lazy("letter", "Superseded"),
        _("A later letter took its place: it is no longer in force."),
    ),
    Standing.REVOKED: Words(
        "error",
        "close-circle",
        pgettext_lazy("letter", "Revoked"),
        _("The hospital revoked it: it is no longer in force."),
    ),
    Standing.SUSPENDED: Words(
        "warning",
        "warning-circle",
        pgettext_lazy("letter", "Suspended"),
        _("The treatment is interrupted: nothing is given until it is resumed."),
    ),
    Standing.EXPIRED: Words(
        "warning",
        "clock",
        pgettext_lazy("letter", "Expired"),
        _("Its period is over: it is no longer in force."),
    ),
}

# Keys: verification.Finding (not imported: it brings the PDF reader along).
FINDINGS: Final = {
    "not_a_pdf": _("The file is not a PDF."),
    "encrypted": _("The file is protected by a password; our letters never are."),
    "unreadable": _("The file is damaged, or built in a way our letters never are."),
    "unsealed": _("The file has no electronic seal: it was never there, or somebody removed it."),
    "several_seals": _("The file has more than one signature; our letters have one seal."),
    "added_after": _("Something was added to the file after it was sealed."),
    "not_covered": _("The seal does not cover the whole file."),
    "altered": _("The content is not what was sealed: something was changed."),
    "foreign": _("The seal is not one of this hospital's."),
    "untrusted": _("The authority that issued the seal's certificate is not one we trust."),
    "expired": _("The seal was set with a certificate that had expired."),
    "revoked": _("The seal was set with a certificate that had been revoked."),
    "timestamp_missing": _("The seal has no time stamp; our letters have one."),
    "timestamp_invalid": _("The time stamp is not valid."),
}
