"""Files of an application: who may, how many, all or nothing, and frozen once sent."""

import hashlib

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction

from approvals import actions, attachments, drafts, snapshots
from approvals.models import Application, Attachment, AttachmentContent
from approvals.refusals import Refused
from approvals.workflow import Status
from audit.models import Entry
from tests.approvals import files
from tests.approvals.test_at_once import all_at_once
from tests.approvals.walk import NOW, draft, walk


@pytest.fixture
def author(people):
    return people["prescriber-w3"]


@pytest.fixture
def form(people, catalogue):
    """A draft with its consent and nothing else."""
    return draft(people)


def add(application, data=None, *, name="esami.pdf", kind="tests", by=None, at=NOW):
    data = files.pdf(1) if data is None else data
    return attachments.add(application, name=name, data=data, kind=kind, by=by or application.author, at=at)


def names(application):
    return sorted(application.attachments.values_list("name", flat=True))


def test_what_is_added_comes_back_byte_for_byte(form):
    data = files.image("JPEG", (300, 200))
    added = add(form, data, name="foto.bin")
    kept = Attachment.objects.get(pk=added.pk)
    assert attachments.read(kept) == data
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    assert (kept.size, kept.content_type, kept.name) == (len(data), "image/jpeg", "foto.bin.jpg")
    assert (kept.added_by, kept.added_at) == (form.author, NOW)


def test_lists_never_load_bytes(form, django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        list(form.attachments.all())
    assert "approvals_attachmentcontent" not in asked.captured_queries[0]["sql"]


def test_bytes_that_were_changed_behind_our_back_are_not_handed_out(form):
    added = add(form)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE approvals_attachmentcontent SET data = 'x' WHERE attachment_id = %s", [added.pk]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    with pytest.raises(attachments.Damaged):
        attachments.read(added)


def test_the_same_file_again_is_the_one_that_is_there(form):
    first = add(form)
    assert add(form, name="altro nome.pdf", kind="other").pk == first.pk
    assert names(form) == ["consenso-inventato.pdf", "esami.pdf"]


@pytest.mark.parametrize(
    "who", ["prescriber-w5", "head-w3", "pharmacist-1", "chair", "administrator", "auditor"]
)
def test_only_who_writes_the_form_adds_and_changes_its_files(form, people, who):
    stranger, there = people[who], form.attachments.get()
    for forbidden in (
        lambda: add(form, by=stranger),
        lambda: attachments.correct(there, name="a", kind="other", by=stranger, at=NOW),
        lambda: attachments.remove(there, by=stranger, at=NOW),
    ):
        with pytest.raises(Refused):
            forbidden()
    assert names(form) == ["consenso-inventato.pdf"]


def test_a_file_of_exactly_the_limit_fits_and_one_byte_more_does_not(form, settings):
    settings.ATTACHMENT_MEGABYTES = 1
    picture = files.image()
    fits = picture + bytes(1024**2 - len(picture))
    assert len(fits) == 1024**2
    assert add(form, fits).size == 1024**2
    with pytest.raises(Refused, match="1 MB"):
        add(form, fits + b" ")


def test_the_hospital_says_how_many_and_how_much(form, settings):
    settings.ATTACHMENTS_PER_APPLICATION = 2
    add(form)
    with pytest.raises(Refused, match="2"):
        add(form, files.pdf(2))
    settings.ATTACHMENTS_PER_APPLICATION, settings.ATTACHMENTS_TOTAL_MEGABYTES = 20, 0
    with pytest.raises(Refused, match="0 MB"):
        add(form, files.pdf(2))
    assert len(names(form)) == 2


def test_twenty_megabytes_is_the_limit_as_shipped():
    assert settings.ATTACHMENT_MEGABYTES == 20 and attachments.max_bytes() == 20_971_520


def test_a_corrected_name_is_tidied_and_an_empty_one_leaves_the_old(form):
    added = add(form)
    attachments.correct(added, name="../Esami\u202e di Rossi.exe", kind="other", by=form.author, at=NOW)
    added.refresh_from_db()
    assert (added.name, added.kind) == ("Esami di Rossi.pdf", "other")
    attachments.correct(added, name=" ", kind="tests", by=form.author, at=NOW)
    added.refresh_from_db()
    assert (added.name, added.kind) == ("Esami di Rossi.pdf", "tests")


def test_removing_leaves_neither_row_nor_bytes(form):
    added = add(form)
    attachments.remove(added, by=form.author, at=NOW)
    assert not AttachmentContent.objects.filter(pk=added.pk).exists()
    assert names(form) == ["consenso-inventato.pdf"]


def test_removing_twice_says_so(form):
    added = add(form)
    attachments.remove(added, by=form.author, at=NOW)
    with pytest.raises(Refused):
        attachments.remove(added, by=form.author, at=NOW)


def test_a_deleted_draft_takes_its_files_with_it(form):
    pk = add(form).pk
    drafts.discard(form.pk, by=form.author, at=NOW)
    assert not AttachmentContent.objects.filter(pk=pk).exists()


def test_a_transaction_that_is_undone_leaves_nothing(form):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        add(form)
        1 / 0  # noqa: B018
    assert names(form) == ["consenso-inventato.pdf"]
    assert AttachmentContent.objects.count() == 1
    assert not Entry.objects.filter(chain=form.chain, data__kind="tests").exists()


def test_the_trail_knows_files_by_number_and_hash_never_by_name(form):
    added = add(form, name="consenso Mario Rossi.pdf")
    attachments.correct(added, name="Rossi Mario.pdf", kind="other", by=form.author, at=NOW)
    attachments.remove(added, by=form.author, at=NOW)
    told = list(Entry.objects.filter(chain=form.chain, data__attachment=added.pk).order_by("sequence"))
    assert [one.action for one in told] == ["attachment_added", "attachment_corrected", "attachment_removed"]
    assert told[0].data["sha256"] == told[2].data["sha256"] == added.sha256
    assert "Rossi" not in str([one.data for one in told])


class Full(Exception):
    sqlstate = "53100"


def test_a_full_disk_is_a_sentence_and_another_fault_stays_a_fault():
    with pytest.raises(Refused), attachments.room_on_disk():
        raise OperationalError from Full()
    with pytest.raises(OperationalError), attachments.room_on_disk():
        raise OperationalError


# Frozen with the snapshot


def sent(people):
    application = walk(people, Status.SUBMITTED)
    return application, application.attachments.get()


def asked(people):
    application = walk(people, Status.PHARMACY_REVIEW)
    actions.ask(application.pk, questions=["Il consenso?"], by=people["pharmacist-1"], at=NOW)
    return Application.objects.get(pk=application.pk)


def test_the_snapshot_names_every_file_and_freezes_it(people, catalogue):
    application, consent = sent(people)
    assert application.snapshot.content["attachments"] == [
        {
            "kind": "consent",
            "name": consent.name,
            "sha256": consent.sha256,
            "size": consent.size,
            "content_type": "application/pdf",
        }
    ]
    assert consent.frozen_in == application.snapshot


def test_what_was_sent_is_no_longer_written(people, catalogue):
    application, _consent = sent(people)
    with pytest.raises(Refused):
        add(application)


def test_while_questions_are_open_files_may_come_but_the_sent_ones_stay(people, catalogue):
    application = asked(people)
    consent, added = application.attachments.get(), add(application)
    for forbidden in (
        lambda: attachments.remove(consent, by=application.author, at=NOW),
        lambda: attachments.correct(consent, name="a", kind="other", by=application.author, at=NOW),
    ):
        with pytest.raises(Refused):
            forbidden()
    attachments.remove(added, by=application.author, at=NOW)
    assert application.attachments.get() == consent


def test_a_file_sent_with_the_answers_is_frozen_and_shown_as_a_change(people, catalogue):
    application = asked(people)
    before = application.snapshot.content
    add(application, name="IgA di oggi.pdf")
    actions.answer(application.pk, answers={1: "Allegato."}, by=application.author, at=NOW)
    after = Application.objects.get(pk=application.pk).snapshot.content
    changed = snapshots.changes(before, after)
    assert [(one.section, one.before) for one in changed] == [("attachments", "")]
    assert changed[0].after.startswith("IgA di oggi.pdf, PDF, ")
    assert application.attachments.filter(frozen_in=None).count() == 0


def test_contents_from_before_there_were_files_compare_without_any(people, catalogue):
    application, _consent = sent(people)
    content = application.snapshot.content
    older = {name: value for name, value in content.items() if name != "attachments"}
    assert snapshots.changes(older, older) == []
    assert [one.section for one in snapshots.changes(older, content)] == ["attachments"]


FORBIDDEN = (
    "UPDATE approvals_attachment SET name = 'altro.pdf'",
    "UPDATE approvals_attachment SET frozen_in_id = NULL",
    "DELETE FROM approvals_attachment",
    "DELETE FROM approvals_attachmentcontent",
    "UPDATE approvals_attachmentcontent SET data = 'x'",
    "TRUNCATE approvals_attachmentcontent",
    "TRUNCATE approvals_attachment CASCADE",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_refuses_to_touch_a_sent_file(people, catalogue, statement):
    _application, consent = sent(people)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing is left to do for the rows themselves
        cursor.execute(statement)
    consent.refresh_from_db()
    assert attachments.read(consent)


@pytest.mark.parametrize("column", ["sha256 = repeat('0', 64)", "size = 1", "content_type = 'image/png'"])
def test_even_before_it_is_sent_a_file_never_becomes_another(form, column):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE approvals_attachment SET {column}")


def test_a_snapshot_that_leaves_out_a_file_is_refused(form, monkeypatch):
    whole = snapshots.content
    monkeypatch.setattr(
        snapshots, "content", lambda *args, **more: {**whole(*args, **more), "attachments": []}
    )
    with pytest.raises(IntegrityError, match="does not name its attachments"):
        actions.submit(form.pk, by=form.author, at=NOW)


def test_another_content_type_is_refused_by_the_database(form):
    there = form.attachments.get()
    with pytest.raises(IntegrityError, match="attachment_is_pdf_jpeg_or_png"), transaction.atomic():
        Attachment.objects.create(
            application=form,
            kind="other",
            name="a.svg",
            content_type="image/svg+xml",
            size=1,
            sha256="0" * 64,
            added_at=NOW,
            added_by=there.added_by,
        )


# At once


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_pass_the_limit_together(people, catalogue, settings):
    settings.ATTACHMENTS_PER_APPLICATION = 3
    for n in range(10):
        form = draft(people, person=n)
        happened = all_at_once(*[(m, lambda m=m, f=form: add(f, files.pdf(m))) for m in range(4)])
        assert len(happened) == 2
        assert form.attachments.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_at_once_is_there_once(people, catalogue):
    form = draft(people)
    assert len(all_at_once(*[(n, lambda: add(form)) for n in range(4)])) == 4
    assert form.attachments.count() == 2


@pytest.mark.django_db(transaction=True)
def test_sent_while_a_file_is_added_it_is_in_the_snapshot_or_nowhere(people, catalogue):
    results = set()
    for n in range(12):
        form = draft(people, person=n)
        works = [
            ("add", lambda f=form: add(f)),
            ("send", lambda f=form: actions.submit(f.pk, by=f.author, at=NOW)),
        ]
        happened = all_at_once(*(works if n % 2 else works[::-1]))
        content = Application.objects.get(pk=form.pk).snapshot.content
        assert len(content["attachments"]) == form.attachments.count() == (2 if "add" in happened else 1)
        assert not form.attachments.filter(frozen_in=None).exists()
        results.add(len(happened))
