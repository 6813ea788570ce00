"""The sealed document of an anchor: to nobody in particular, without patients, without chains' names."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import Hospital
from audit.models import Anchor
from documents.content import Facts, Letter, Letterhead, Text
from documents.issuing import verify_url
from documents.models import Document, Kind


def compose(anchor: Anchor, document: Document) -> Letter:
    """In the hospital's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _compose(anchor, document)


def letterhead() -> Letterhead:
    """One installation has one trail: with several hospitals all of them are named."""
    hospitals = list(Hospital.objects.order_by("pk"))
    address = (hospitals[0].address, hospitals[0].city) if len(hospitals) == 1 else ()
    return Letterhead(
        hospital=" · ".join(one.name for one in hospitals), office=_("Access log"), address=address
    )


def _compose(anchor: Anchor, document: Document) -> Letter:
    at = localtime(anchor.at)
    told = {"day": date_format(at, "j F Y").lower(), "time": date_format(at, "H:i:s")}
    return Letter(
        kind=Kind.ANCHOR,
        number=document.number,
        code=document.printed_code,
        issued_at=document.issued_at,
        verify_url=verify_url(document),
        letterhead=letterhead(),
        title=_("Anchor of the trail"),
        subject=_("State of the trail on %(day)s at %(time)s.") % told,
        verdict=_("Anchor number %(number)d") % {"number": anchor.number},
        summary=_(
            "Whoever changes an entry that was written before that moment contradicts this document,"
            " even if every hash in the database is computed anew."
        ),
        sections=(
            Facts(
                _("What is anchored"),
                (
                    (_("Chains"), str(anchor.chains)),
                    (_("Entries"), str(anchor.entries)),
                    (_("Chains grown since the anchor before"), str(anchor.moved)),
                    (_("Hash of their heads"), anchor.heads_hash),
                    (_("Hash of the anchor before"), anchor.previous_hash),
                    (_("Hash of this anchor"), anchor.hash),
                ),
            ),
            Text(
                _("How to check it"),
                (
                    _(
                        "Keep this file outside the house. The command verify_trail recomputes every chain"
                        " and every anchor; the hash it finds for this number must be the one above."
                    ),
                ),
            ),
        ),
        recipients=(_("For the auditors"),),
        decision={
            "anchor": anchor.number,
            "day": anchor.day.isoformat(),
            "at": anchor.at.isoformat(),
            "chains": anchor.chains,
            "entries": anchor.entries,
            "moved": anchor.moved,
            "heads_hash": anchor.heads_hash,
            "previous_hash": anchor.previous_hash,
            "hash": anchor.hash,
        },
        language=settings.LANGUAGE_CODE,
    )
