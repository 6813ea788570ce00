"""The pages of the files: added by plain POST, opened by whoever may, told beside the field what is wrong."""

import logging
import re
from pathlib import Path
from tempfile import mkdtemp

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import actions, attachments
from approvals.forms.attachments import AT_ONCE
from approvals.models import Application, AttachmentContent
from approvals.uploading import CappedUploads
from approvals.workflow import Status
from audit.models import Entry
from tests.approvals import files
from tests.approvals.walk import NOW, draft, walk
from tests.people import PASSWORD


@pytest.fixture
def form(people, catalogue):
    return draft(people, at=timezone.now())


def browser_of(user, **options) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


@pytest.fixture
def client(form):
    return browser_of(form.author)


def upload(client, form, *given, kind="tests", **more):
    sent = [SimpleUploadedFile(name, data) for name, data in given]
    address = reverse("attachments", args=[form.pk])
    return client.post(address, {"kind": kind, "file": sent, **more})


def names(form):
    return list(form.attachments.values_list("name", flat=True))[1:]


def file_page(attachment):
    return reverse("attachment", args=[attachment.pk])


def test_several_files_are_added_at_once_and_one_returns_to_the_section(client, form):
    answer = upload(client, form, ("a.pdf", files.pdf(1)), ("b.png", files.image()), back="consent")
    assert answer.url == reverse("section", args=[form.pk, "consent"]) + "#attachments"
    assert names(form) == ["a.pdf", "b.png"]
    assert "2 file" in client.get(answer.url).text


def test_a_place_to_return_to_that_is_none_is_the_page_of_the_files(client, form):
    answer = upload(client, form, ("a.pdf", files.pdf(1)), back="//example.invalid")
    assert answer.url == reverse("attachments", args=[form.pk]) + "#attachments"


def test_good_files_stay_and_each_bad_one_is_named_beside_the_field(client, form):
    answer = upload(client, form, ("bene.pdf", files.pdf(1)), ("male.pdf", b"MZ\x90"), ("vuoto.pdf", b""))
    assert answer.status_code == 422
    assert names(form) == ["bene.pdf"]
    told = answer.context["form"].errors["file"]
    assert [sentence.split(":")[0] for sentence in told] == ["male.pdf", "vuoto.pdf"]
    assert "id_attachment_file_error" in answer.text


def test_without_a_kind_or_a_file_nothing_is_kept_and_both_are_asked_for(client, form):
    answer = client.post(reverse("attachments", args=[form.pk]))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"kind", "file"}
    assert upload(client, form, ("a.pdf", files.pdf(1)), kind="x").status_code == 422
    assert names(form) == []


def test_one_byte_too_many_is_refused_in_words_and_the_others_are_kept(client, form, settings):
    settings.ATTACHMENT_MEGABYTES = 1
    big = files.image() + bytes(1024**2)
    answer = upload(client, form, ("grande.png", big), ("a.pdf", files.pdf(1)))
    assert answer.status_code == 422
    assert [one.split(":")[0] for one in answer.context["form"].errors["file"]] == ["grande.png"]
    assert names(form) == ["a.pdf"]


def test_twenty_megabytes_and_a_byte_are_refused_as_shipped(client, form):
    answer = upload(client, form, ("grande.pdf", b"%PDF-" + bytes(20 * 1024**2 - 4)))
    assert answer.status_code == 422 and "20 MB" in answer.text
    assert names(form) == []


def test_more_files_than_fit_in_one_upload_are_refused_beyond_the_limit(client, form):
    answer = upload(client, form, *((f"{n}.pdf", files.pdf(n)) for n in range(AT_ONCE + 1)))
    assert answer.status_code == 422
    assert len(names(form)) == AT_ONCE


def test_a_second_click_adds_nothing(client, form):
    for _click in range(2):
        assert upload(client, form, ("a.pdf", files.pdf(1))).status_code == 302
    assert names(form) == ["a.pdf"]


@pytest.mark.parametrize(
    "what", ["a program", "a page with a PDF in it", "a drawing that runs", "an archive"]
)
def test_forged_files_are_never_kept(client, form, what):
    assert upload(client, form, ("referto.pdf", files.FORGED[what])).status_code == 422
    assert AttachmentContent.objects.count() == 1


def test_nothing_is_left_on_the_disk(client, form, settings):
    settings.FILE_UPLOAD_TEMP_DIR = folder = mkdtemp()
    upload(client, form, ("a.pdf", files.pdf(1)), ("b.pdf", b"no"))
    assert list(Path(folder).iterdir()) == []


def test_a_full_disk_is_told_and_nothing_is_kept(client, form, monkeypatch):
    """The disk that is always full: /dev/full refuses every write, as the real one does."""

    def begin(self, *args, **kwargs):
        new_file(self, *args, **kwargs)
        self.part.file = open("/dev/full", "wb", buffering=0)  # noqa: SIM115 - closed by the handler

    new_file = CappedUploads.new_file
    monkeypatch.setattr(CappedUploads, "new_file", begin)
    answer = upload(client, form, ("a.pdf", files.pdf(1)))
    assert answer.status_code == 422
    assert len(answer.context["form"].errors["file"]) == 1
    assert names(form) == []


def test_a_form_without_the_token_is_refused(form):
    answer = upload(browser_of(form.author, enforce_csrf_checks=True), form, ("a.pdf", files.pdf(1)))
    assert answer.status_code == 403
    assert names(form) == []


@pytest.mark.parametrize(
    "who", ["prescriber-w5", "head-w3", "pharmacist-1", "chair", "administrator", "auditor"]
)
def test_the_files_of_a_draft_exist_for_its_author_only(form, people, who):
    stranger, there = browser_of(people[who]), form.attachments.get()
    answers = [
        stranger.get(reverse("attachments", args=[form.pk])),
        upload(stranger, form, ("a.pdf", files.pdf(1))),
        stranger.post(
            reverse("attachment-correct", args=[form.pk, there.pk]), {"name": "a", "kind": "other"}
        ),
        stranger.post(reverse("attachment-remove", args=[form.pk, there.pk]), {"confirmed": "1"}),
        stranger.get(file_page(there)),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert form.attachments.count() == 1


def test_a_delegate_of_the_unit_adds_and_opens_the_files_of_a_draft(form, people):
    delegate = browser_of(people["delegate-w3"])
    assert upload(delegate, form, ("a.pdf", files.pdf(1))).status_code == 302
    added = form.attachments.last()
    assert added.added_by == people["delegate-w3"]
    assert delegate.get(file_page(added)).status_code == 200
    actions.submit(form.pk, by=form.author, at=timezone.now())
    assert delegate.get(file_page(added)).status_code == 404


def test_a_file_of_another_form_is_not_changed_through_ones_own(client, form, people):
    other = draft(people, author="prescriber-w5", code="OFT-03").attachments.get()
    for name in ("attachment-correct", "attachment-remove"):
        client.post(reverse(name, args=[form.pk, other.pk]), {"name": "x", "kind": "other", "confirmed": "1"})
    other.refresh_from_db()
    assert (other.name, other.kind) == ("consenso-inventato.pdf", "consent")


def test_renaming_and_deleting(client, form):
    added = form.attachments.get()
    address = reverse("attachment-correct", args=[form.pk, added.pk])
    assert client.post(address, {"name": "", "kind": "other"}).status_code == 422
    client.post(address, {"name": "Firmato <b>.exe", "kind": "other"})
    added.refresh_from_db()
    assert (added.name, added.kind) == ("Firmato -b-.pdf", "other")
    address = reverse("attachment-remove", args=[form.pk, added.pk])
    assert "Firmato -b-.pdf" in client.post(address).text
    assert form.attachments.count() == 1
    client.post(address, {"confirmed": "1"})
    assert form.attachments.count() == 0
    assert client.post(address, {"confirmed": "1"}).status_code == 302  # the second click


# Opening


def test_a_pdf_is_shown_in_the_browser_and_can_do_nothing(client, form):
    there = form.attachments.get()
    page = client.get(file_page(there))
    assert page.content == attachments.read(there)
    assert page["Content-Type"] == "application/pdf"
    assert page["Content-Disposition"] == 'inline; filename="consenso-inventato.pdf"'
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Cache-Control"] == "no-store, private"
    assert page["X-Frame-Options"] == "DENY"
    policy = page["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ") and "script" not in policy


def test_a_picture_is_served_in_a_sandbox(client, form):
    upload(client, form, ("b.jpg", files.image("JPEG")))
    page = client.get(file_page(form.attachments.last()))
    assert page["Content-Type"] == "image/jpeg"
    assert page["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"


def test_any_name_travels_safely_in_the_header(client, form):
    added = form.attachments.get()
    for name in ('a"; b\\.pdf', "Però – 結果\u202e.pdf", "x" * 300):
        attachments.correct(added, name=name, kind="tests", by=form.author, at=NOW)
        header = client.get(file_page(added))["Content-Disposition"]
        assert header.isascii() and header.startswith("inline; filename")
        assert "\n" not in header and "\\" not in header


def test_each_opening_leaves_an_entry_and_no_name_anywhere(client, form, caplog):
    upload(client, form, ("consenso Mario Rossi.pdf", files.pdf(1)))
    added = form.attachments.last()
    with caplog.at_level(logging.DEBUG):
        client.get(file_page(added))
        client.get(file_page(added))
    entries = Entry.objects.filter(chain=form.chain, action="attachment_opened")
    assert [one.data["attachment"] for one in entries] == [added.pk] * 2
    assert {one.actor for one in entries} == {form.author}
    assert "Rossi" not in caplog.text + str([one.data for one in Entry.objects.filter(chain=form.chain)])


@pytest.fixture
def voting(people, catalogue):
    return walk(people, Status.COMMITTEE_REVIEW)


@pytest.mark.parametrize("who", ["prescriber-w3", "head-w3", "pharmacist-1", "director"])
def test_whoever_reads_the_patients_name_reads_the_files(voting, people, who):
    page = browser_of(people[who]).get(file_page(voting.attachments.get()))
    assert page.status_code == 200
    entry = Entry.objects.filter(chain=voting.chain).latest("sequence")
    assert (entry.action, entry.actor) == ("attachment_opened", people[who])


@pytest.mark.parametrize("who", ["chair", "member-1", "prescriber-w5", "administrator", "auditor"])
def test_for_the_committee_and_strangers_the_files_do_not_exist(voting, people, who):
    assert browser_of(people[who]).get(file_page(voting.attachments.get())).status_code == 404
    assert not Entry.objects.filter(chain=voting.chain, action="attachment_opened").exists()


def test_the_committee_reads_what_there_is_but_no_name_of_a_file(voting, people):
    page = browser_of(people["member-1"]).get(reverse("application", args=[voting.number])).text
    assert "Consenso firmato" in page
    assert "consenso-inventato" not in page and "/allegati/" not in page


def test_the_page_of_the_application_lists_the_files_for_its_readers(voting, people):
    page = browser_of(people["pharmacist-1"]).get(reverse("application", args=[voting.number])).text
    consent = voting.attachments.get()
    assert file_page(consent) in page and consent.name in page and consent.sha256 in page


def test_a_file_that_was_not_sent_yet_is_for_its_author_only(people, catalogue):
    application = walk(people, Status.PHARMACY_REVIEW)
    actions.ask(application.pk, questions=["?"], by=people["pharmacist-1"], at=timezone.now())
    application = Application.objects.get(pk=application.pk)
    author = application.author
    later = attachments.add(
        application, name="a.pdf", data=files.pdf(1), kind="tests", by=author, at=timezone.now()
    )
    assert browser_of(author).get(file_page(later)).status_code == 200
    pharmacist = browser_of(people["pharmacist-1"])
    assert pharmacist.get(file_page(later)).status_code == 404
    assert later.name not in pharmacist.get(reverse("application", args=[application.number])).text


# The form


def test_written_consent_needs_its_file(client, form):
    form.attachments.get().delete()
    page = client.get(reverse("check", args=[form.pk]))
    assert "Allega il consenso firmato" in page.text and 'name="password"' not in page.text
    upload(client, form, ("altro.pdf", files.pdf(1)), kind="other")
    assert "Allega il consenso firmato" in client.get(reverse("check", args=[form.pk])).text
    upload(client, form, ("consenso.pdf", files.pdf(2)), kind="consent")
    page = client.get(reverse("check", args=[form.pk]))
    assert 'name="password"' in page.text and "consenso.pdf" in page.text


def test_a_file_added_in_another_window_is_not_signed_unread(client, form):
    page = client.get(reverse("check", args=[form.pk])).text
    seen = re.search(r'name="answers" value="(\w+)"', page)[1]
    upload(client, form, ("a.pdf", files.pdf(1)))
    answer = client.post(reverse("check", args=[form.pk]), {"answers": seen, "password": PASSWORD})
    assert answer.status_code == 422
    assert Application.objects.get(pk=form.pk).status == Status.DRAFT


def test_the_sections_page_counts_them(client, form):
    assert "1 file" in client.get(reverse("draft", args=[form.pk])).text
