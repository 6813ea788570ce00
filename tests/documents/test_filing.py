"""A letter is filed once, under one number and one code, whoever tries and however often."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.utils import timezone

from accounts.models import User
from documents import filing
from documents.models import Content, Document, Kind, Standing

AT = timezone.now()
REFUSED = (InternalError, IntegrityError, DatabaseError)


def reserved(key="approval:1", number="OL-2026-000001/1", **more) -> Document:
    return filing.reserve(key, kind=Kind.APPROVAL, number=number, at=AT, by=None, **more)


@pytest.mark.django_db
def test_a_second_reservation_finds_the_first_with_its_code_and_date():
    first = reserved()
    again = filing.reserve(
        "approval:1", kind=Kind.APPROVAL, number="OL-2026-000001/1", at=AT + timedelta(days=2), by=None
    )
    assert (again.pk, again.code, again.issued_at) == (first.pk, first.code, AT)


@pytest.mark.django_db
def test_one_number_is_never_given_to_two_letters():
    reserved()
    with pytest.raises(IntegrityError), transaction.atomic():
        reserved(key="approval:2")


@pytest.mark.django_db
def test_codes_differ_and_use_no_signs_that_look_alike():
    codes = {filing.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert not set("".join(codes)) & set("0O1IL2Z5S8BV")


@pytest.mark.django_db
def test_what_is_filed_is_read_back_with_its_hash():
    document = filing.file(reserved(), b"%PDF first")
    assert filing.read(document) == b"%PDF first"
    assert document.sha256 == hashlib.sha256(b"%PDF first").hexdigest()
    assert document.size == len(b"%PDF first")


@pytest.mark.django_db
def test_bytes_that_come_second_are_dropped():
    document = reserved()
    filing.file(document, b"%PDF first")
    kept = filing.file(document, b"%PDF second")
    assert filing.read(kept) == b"%PDF first"


@pytest.mark.django_db(transaction=True)
def test_two_workers_filing_at_once_leave_one_letter():
    document = reserved()

    def work(n: int) -> str:
        try:
            return filing.file(document, b"%%PDF %d" % n).sha256
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as workers:
        hashes = set(workers.map(work, range(32)))
    assert len(hashes) == 1
    assert Content.objects.count() == 1
    assert hashlib.sha256(filing.read(Document.objects.get())).hexdigest() in hashes


@pytest.mark.django_db(transaction=True)
def test_two_workers_reserving_at_once_get_one_number_and_code():
    def work(_: int) -> tuple[int, str]:
        try:
            document = reserved()
            return document.pk, document.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as workers:
        assert len(set(workers.map(work, range(32)))) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE documents_content SET data = 'x'",
        "DELETE FROM documents_content",
        "TRUNCATE documents_content",
        "DELETE FROM documents_document",
        "TRUNCATE documents_document CASCADE",
        "UPDATE documents_document SET code = 'AAAAAAAAAA'",
        "UPDATE documents_document SET number = 'OL-2026-000009/1'",
        "UPDATE documents_document SET sha256 = repeat('a', 64)",
        "UPDATE documents_document SET sha256 = '', size = 0",
        "UPDATE documents_document SET size = size + 1",
        "UPDATE documents_document SET issued_at = now()",
        "UPDATE documents_document SET kind = 'rejection'",
    ],
)
def test_the_database_refuses_to_change_what_was_issued(sql):
    filing.file(reserved(valid_until=date(2027, 1, 1)), b"%PDF")
    with pytest.raises(REFUSED, match="issued"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


@pytest.mark.django_db
def test_the_database_refuses_bytes_that_are_not_the_recorded_ones():
    document = reserved()
    Document.objects.filter(pk=document.pk).update(sha256="a" * 64, size=4)
    with pytest.raises(REFUSED, match="not the ones recorded"), transaction.atomic():
        Content.objects.create(document=document, data=b"%PDF")


@pytest.mark.django_db
def test_a_list_of_documents_loads_no_content(django_assert_num_queries):
    filing.file(reserved(), b"%PDF")
    with django_assert_num_queries(1) as queries:
        list(Document.objects.filed())
    assert "documents_content" not in queries[0]["sql"]


@pytest.mark.django_db
def test_a_letter_expires_after_its_last_day():
    document = filing.file(reserved(valid_until=date(2027, 2, 22)), b"%PDF")
    assert document.standing(date(2027, 2, 22)) == Standing.VALID
    assert document.standing(date(2027, 2, 23)) == Standing.EXPIRED


@pytest.mark.django_db
def test_the_first_successor_stays():
    old, new, other = (reserved(f"k{n}", f"OL-2026-00000{n}/1") for n in (1, 2, 3))
    filing.supersede(old, successor=new)
    filing.supersede(old, successor=other)
    old.refresh_from_db()
    assert old.superseded_by == new
    assert old.standing(AT) == Standing.SUPERSEDED


@pytest.mark.django_db
def test_a_revocation_outweighs_everything_and_stays():
    by = User.objects.create(username="director")
    document = reserved(valid_until=date(2020, 1, 1))
    filing.revoke(document, by=by, at=AT)
    filing.revoke(document, by=by, at=AT + timedelta(days=1))
    document.refresh_from_db()
    assert document.standing(AT) == Standing.REVOKED
    assert document.revoked_at == AT
