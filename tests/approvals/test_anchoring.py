"""The daily anchor: swept once, sealed with a time-stamp, downloaded by auditors, compared with the trail."""

from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO

import pikepdf
from django.core import mail
from django.db import connection
from django.utils import timezone

from approvals import anchoring
from audit.findings import Fault
from audit.models import Anchor, Entry
from audit.trail import record
from audit.verification import verify_all
from documents.models import Document, Kind
from outbox.keeping import keep_due
from outbox.models import Promise
from tests.documents.fixtures import pki, seal_keys, tsa_url

__all__ = ["pki", "seal_keys", "tsa_url"]


def swept(at):
    record("application:1", "save", by=None, at=at, data={})
    return anchoring.sweep(at=at)


def test_each_day_is_anchored_and_promised_once_and_a_missed_day_is_made_up_for(people):
    at = timezone.now()
    assert [swept(at + timedelta(days=days)) for days in (0, 0, 3)] == [1, 0, 1]
    assert list(Promise.objects.order_by("key").values_list("key", "job", "arguments")) == [
        ("anchor:1", "seal_anchor", {"anchor": 1}),
        ("anchor:2", "seal_anchor", {"anchor": 2}),
    ]
    assert Anchor.objects.first().entries == 3


def test_the_document_is_sealed_with_the_hash_and_an_auditor_downloads_it(client, people, seal_keys):
    at = timezone.now()
    swept(at)
    client.force_login(people["auditor"])
    assert client.get("/registro/ancore/1/").status_code == 404
    assert client.get("/registro/").context["anchors"] == [(Anchor.objects.get(), None)]

    assert keep_due(at=at) == 1
    document = Document.objects.get(kind=Kind.ANCHOR)
    assert document.number == f"AN-{timezone.localdate(at):%Y-%m-%d}"
    answer = client.get("/registro/ancore/1/")
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        told = pdf.attachments["decision.json"].get_file().read_bytes().decode()
    anchor = Anchor.objects.get()
    assert anchor.hash in told
    page = client.get("/registro/").content.decode()
    assert anchor.hash in page and document.number in page
    assert Entry.objects.get(chain="anchor:1").actor == people["auditor"]
    assert mail.outbox == []
    assert list(verify_all()) == []

    with past_every_trigger() as cursor:
        cursor.execute("UPDATE documents_content SET data = set_byte(data, length(data) / 2, 0)")
    (finding,) = verify_all()
    assert (finding.sequence, finding.fault) == (1, Fault.REWRITTEN)
    assert "its seal does not hold" in finding.sentence
    with past_every_trigger() as cursor:
        cursor.execute("UPDATE documents_content SET data = %s", [answer.content])

    contradicted_by_its_document(anchor)


@contextmanager
def past_every_trigger():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def contradicted_by_its_document(anchor):
    """Whoever makes every hash in the database good still has the sealed document against them."""
    with past_every_trigger() as cursor:
        cursor.execute("DELETE FROM audit_anchoredhead")
        cursor.execute("DELETE FROM audit_anchor")
    gone = [(f.chain, f.sequence, f.fault) for f in verify_all()]
    assert gone == [("anchors", 1, Fault.REMOVED)]
    anchoring.sweep(at=anchor.at + timedelta(seconds=1))
    other = [(f.chain, f.sequence, f.fault) for f in verify_all()]
    assert other == [("anchors", 1, Fault.REWRITTEN)]
