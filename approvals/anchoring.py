"""The daily anchor of the trail, sealed: made by a sweep, drawn and filed by a job, compared by
`verify_trail`.

Here and not in `audit/`, which lies below documents and outbox and may import neither: this is the lowest
place where the trail, a sealed document and a promise meet, beside the page that shows them.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from accounts.clock import now
from accounts.people import day
from approvals import anchor_letter
from audit import anchor_verification, anchors
from audit.models import Anchor
from documents.issuing import issue
from documents.models import Document, Kind
from outbox import sweeping
from outbox.jobs import job
from outbox.promises import promise

SWEEP = gettext_noop("anchors of the trail")
OF_TIME = {"expired", "revoked"}
SEALED = """
SELECT document.key, content.data FROM documents_document document JOIN documents_content content
ON content.document_id = document.id WHERE document.kind = 'anchor'
"""
# The auditor's role of the database sees no letters, but these through a view (audit/roles.py).
MAY_READ = """
SELECT has_table_privilege('documents_content', 'SELECT'), EXISTS (
    SELECT FROM pg_namespace WHERE nspname = 'auditing' AND has_schema_privilege(oid, 'USAGE'))
"""
SEEN_BY_AUDITORS = "SELECT key, data FROM auditing.anchor_documents"


@sweeping.sweep(SWEEP)
def sweep(*, at: datetime) -> int:
    """Anchor the day, once, and promise its document in the same transaction.

    A day on which nothing ran has no anchor: its entries are in the next one, made as soon as anything runs.
    """
    with transaction.atomic():
        number = anchors.anchor(day(at), at=at)
        if number is None:
            return 0
        promise("seal_anchor", key(number), {"anchor": number}, at=at)
    return 1


@job("seal_anchor")
def seal_anchor(*, key: str, at: datetime, anchor: int) -> None:
    made = Anchor.objects.get(pk=anchor)
    issue(
        key,
        kind=Kind.ANCHOR,
        number=number_of(made.day),
        at=at,
        by=None,
        compose=lambda reserved: anchor_letter.compose(made, reserved),
    )


def key(number: int) -> str:
    return f"anchor:{number}"


def number_of(on: date) -> str:
    """The number of the document: the day tells more than a count."""
    return f"AN-{on:%Y-%m-%d}"


def document(number: int) -> Document | None:
    return Document.objects.filed().filter(key=key(number)).first()


def latest(count: int) -> list[tuple[Anchor, Document | None]]:
    """The last anchors, each with its sealed document once there is one."""
    found = list(Anchor.objects.all()[:count])
    filed = Document.objects.filed().in_bulk([key(one.number) for one in found], field_name="key")
    return [(one, filed.get(key(one.number))) for one in found]


def hashes_sealed(after: int) -> dict[int, str]:
    """What each sealed document says the hash of its anchor is; nothing where this role may not read them."""
    with connection.cursor() as cursor:
        cursor.execute(MAY_READ)
        is_whole, is_view = cursor.fetchone()
        if not is_whole and not is_view:
            return {}
        cursor.execute(SEALED if is_whole else SEEN_BY_AUDITORS)
        kept = {int(key.partition(":")[2]): data for key, data in cursor}
    return {number: said_by(bytes(data)) for number, data in kept.items() if number > after}


def said_by(pdf: bytes) -> str:
    """The hash in a document's own `decision.json`, or what is wrong with the document."""
    import pikepdf  # of no use to the pages

    if wrong := faults_of_the_seal(pdf):
        return f"its seal does not hold ({', '.join(wrong)})"
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            told = json.loads(opened.attachments["decision.json"].get_file().read_bytes())
    except (pikepdf.PdfError, KeyError, ValueError):
        return "nothing readable"
    return str(told.get("hash"))


def faults_of_the_seal(pdf: bytes) -> list[str]:
    """What is wrong with the seal, on a machine that knows our certificates. That one of them has expired
    since is no fault of a document that was sealed before."""
    from documents.verification import Trust, examine

    roots, certificates = tuple(settings.SEAL_TRUST_ROOTS), tuple(settings.SEAL_CERTIFICATES)
    if not all(Path(path).is_file() for path in (*roots, *certificates)):
        return []
    trust = Trust(roots, certificates, tuple(settings.SEAL_CRLS), timestamps=False, at=now().isoformat())
    return [str(finding) for finding in examine(pdf, trust).findings if finding not in OF_TIME]


anchor_verification.witness("the sealed document", hashes_sealed)
