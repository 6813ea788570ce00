"""Documents filed: the number and code first, the bytes once, and never drawn again.

Safe under a kill at any point and under two workers at once: `reserve` finds what an earlier attempt reserved
(so the letter shows the same number and code), `file` keeps the first bytes that arrive and answers with them
ever after.
"""

import hashlib
import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from documents.models import Content, Document, Kind

if TYPE_CHECKING:
    from accounts.models import User

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: read over the telephone and typed from paper. 24 signs, ten of them: 45
# bits.
ALPHABET = "34679ACDEFGHJKMNPQRTUWXY"
CODE_LENGTH = 10


class Damaged(Exception):
    """The stored bytes are not the ones that were filed."""


def new_code() -> str:
    """A fresh random code for the authenticity check, without its hyphen."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def reserve(
    key: str, *, kind: Kind, number: str, at: datetime, by: "User | None", valid_until: date | None = None
) -> Document:
    """The document of that key, with its number and code, its bytes still to come.

    Asked again with the same key, the first answer counts, its `at` included: nothing on the letter moves.
    Raises IntegrityError if another key holds the number.
    """
    document, _ = Document.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "number": number,
            "code": new_code(),
            "issued_at": at,
            "issued_by": by,
            "valid_until": valid_until,
        },
    )
    return document


def file(document: Document, data: bytes) -> Document:
    """Keep these bytes as the document, unless it has some already; answers with the document as filed."""
    with transaction.atomic():
        kept = Document.objects.select_for_update().get(pk=document.pk)
        if kept.is_filed:
            return kept
        kept.sha256, kept.size = hashlib.sha256(data).hexdigest(), len(data)
        kept.save(update_fields=["sha256", "size"])
        Content.objects.create(document=kept, data=data)
    return kept


def read(document: Document) -> bytes:
    """The bytes as filed. Raises `Damaged` where they are not, `Content.DoesNotExist` where there are none
    yet.
    """
    data = bytes(Content.objects.get(pk=document.pk).data)
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise Damaged(document.number)
    return data


def supersede(document: Document, *, successor: Document) -> None:
    """From now on the successor counts. The first successor stays; a document never succeeds itself."""
    if document.pk == successor.pk:
        raise ValueError("a document cannot succeed itself")
    Document.objects.filter(pk=document.pk, superseded_by=None).update(superseded_by=successor)


def revoke(document: Document, *, by: "User", at: datetime) -> None:
    """The document is worth nothing any more. The first revocation stays."""
    Document.objects.filter(pk=document.pk, revoked_at=None).update(revoked_at=at, revoked_by=by)


def suspend(document: Document, *, by: "User", at: datetime) -> None:
    """What the document allows is interrupted from now on."""
    Document.objects.filter(pk=document.pk, suspended_at=None).update(suspended_at=at, suspended_by=by)


def resume(document: Document) -> None:
    Document.objects.filter(pk=document.pk).update(suspended_at=None, suspended_by=None)


def move_end_of(number: str, *, valid_until: date) -> None:
    """The same for the document with that number, where it is issued already, and for the letter that says
    how its dose was changed since."""
    document = Document.objects.filter(number=number).first()
    while document is not None:
        move_end(document, valid_until=valid_until)
        later = document.superseded_by
        document = later if later and later.kind == Kind.DOSE_CHANGE else None


def move_end(document: Document, *, valid_until: date) -> None:
    """What the document allows now ends on that day: the first infusion, or the end of treatment, moved
    it.
    """
    Document.objects.filter(pk=document.pk).update(valid_until=valid_until)
