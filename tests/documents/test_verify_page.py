"""The authenticity page: no sign-in, no clinical data, an answer in words for whatever comes."""

import zlib
from datetime import date, timedelta
from threading import BoundedSemaphore

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from documents import authenticity, filing, issuing, wording
from documents.models import Kind
from documents.verification import Finding
from tests.documents import samples

pytestmark = pytest.mark.django_db
NUMBER = "OL-2026-000321/1"
CLINICAL = ("Prova Ada", "PRVDAA71C52L219K", "persona rigida", "155 g", "Diazepam", "Anna Verdi")


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()


@pytest.fixture
def document(seal_keys):
    return issuing.issue(
        "approval:321",
        kind=Kind.APPROVAL,
        number=NUMBER,
        at=timezone.now(),
        by=None,
        compose=lambda made: samples.approval(number=made.number, code=made.printed_code),
        valid_until=timezone.localdate() + timedelta(days=90),
    )


def ask(client, number, code):
    return client.get(reverse("verify"), {"number": number, "code": code})


def upload(client, data, name="lettera.pdf"):
    return client.post(reverse("verify-file"), {"file": SimpleUploadedFile(name, data)})


def test_the_empty_page_needs_no_sign_in_and_asks_nothing_yet(client):
    page = client.get(reverse("verify"))
    assert page.status_code == 200
    assert "notice-error" not in page.text


def test_number_and_code_find_the_letter_however_they_are_typed(client, document):
    sloppy = f" {document.code[:3].lower()} {document.code[3:]}."
    page = ask(client, f" {NUMBER.lower()} ", sloppy)
    assert page.status_code == 200
    assert page.context["answer"].title == "Lettera presente nel nostro registro"
    assert document.sha256 in page.text


def test_the_address_in_the_qr_code_answers_at_once(client, document, settings):
    page = client.get(issuing.verify_url(document).removeprefix(settings.SITE_URL))
    assert "Lettera presente nel nostro registro" in page.text


def test_the_pharmacy_s_code_of_the_letter_is_its_number_too(client, document):
    assert "Lettera presente nel nostro registro" in ask(client, f"{NUMBER}-K", document.printed_code).text


def test_a_wrong_code_and_an_unknown_number_answer_alike(client, document):
    wrong = ask(client, NUMBER, "AAAAA-AAAAA")
    unknown = ask(client, "OL-2026-999999/1", document.printed_code)
    assert wrong.context["answer"] == unknown.context["answer"] == wording.VERDICTS["unknown"]
    assert document.sha256 not in wrong.text + unknown.text


def test_a_reserved_number_without_a_letter_is_not_a_letter(client):
    reserved = filing.reserve("k", kind=Kind.APPROVAL, number=NUMBER, at=timezone.now(), by=None)
    assert ask(client, NUMBER, reserved.code).context["answer"] == wording.VERDICTS["unknown"]


def test_an_empty_field_is_an_error_with_its_sentence(client):
    page = ask(client, "", "x")
    assert page.status_code == 422
    assert "Inserisci il numero stampato sulla lettera" in page.text


def test_the_file_as_issued_is_authentic(client, document):
    page = upload(client, filing.read(document))
    assert page.context["answer"] == wording.VERDICTS["authentic"]
    assert page.context["standing"] == wording.STANDINGS["valid"]


@pytest.mark.parametrize("standing", ["superseded", "revoked", "suspended", "expired"])
def test_an_authentic_letter_says_what_it_is_worth_today(client, document, standing):
    if standing == "superseded":
        later = filing.reserve(
            "k", kind=Kind.REASSESSMENT, number="OL-2026-000321/2", at=timezone.now(), by=None
        )
        filing.supersede(document, successor=later)
    elif standing == "revoked":
        filing.revoke(document, by=User.objects.create(username="director"), at=timezone.now())
    elif standing == "suspended":
        filing.suspend(document, by=User.objects.create(username="director"), at=timezone.now())
    else:
        filing.move_end(document, valid_until=date(2020, 1, 1))
    page = upload(client, filing.read(document))
    assert page.context["answer"] == wording.VERDICTS["authentic"]
    assert page.context["standing"] == wording.STANDINGS[standing]


def test_a_file_with_something_added_says_so_and_names_the_letter_it_was(client, document):
    page = upload(client, filing.read(document) + b"\n% note\n")
    assert page.context["answer"] == wording.VERDICTS["altered"]
    assert page.context["findings"] == [wording.FINDINGS["added_after"]]
    assert page.context["document"] == document
    assert not page.context["standing"]


def test_a_changed_byte_says_that_something_was_changed(client, document):
    data = bytearray(filing.read(document))
    data[3000] ^= 1
    page = upload(client, bytes(data))
    assert page.context["answer"] == wording.VERDICTS["altered"]
    assert wording.FINDINGS["altered"] in page.context["findings"]


def test_a_sealed_letter_that_is_on_no_register_is_not_authentic(client, seal_keys, sealed):
    page = upload(client, sealed)
    assert page.context["answer"] == wording.VERDICTS["altered"]
    assert page.context["document"] is None


def test_a_letter_without_seal_is_not_ours(client, seal_keys, drawn):
    page = upload(client, drawn)
    assert page.context["answer"] == wording.VERDICTS["not_ours"]
    assert page.context["findings"] == [wording.FINDINGS["unsealed"]]


@pytest.mark.parametrize("data", [b"GIF89a", b"%PDF-1.7 cut", b"%PDF-1.7\n" + b"(" * 200_000])
def test_what_is_no_letter_at_all_is_answered_politely(client, seal_keys, data):
    page = upload(client, data)
    assert page.status_code == 200
    assert page.context["answer"] == wording.VERDICTS["unreadable"]


def test_a_bomb_of_a_pdf_ends_its_own_process_only(client, seal_keys):
    page = upload(client, bomb())
    assert page.context["answer"] == wording.VERDICTS["unreadable"]


def test_a_file_over_the_limit_is_refused_in_words(client):
    page = upload(client, b"%PDF" + b"0" * (10 * 1024 * 1024))
    assert page.status_code == 422
    assert "Il file supera 10 MB" in page.text


def test_an_empty_file_and_no_file_are_refused_in_words(client):
    assert "Il file è vuoto" in upload(client, b"").text
    assert "Scegli il file PDF" in client.post(reverse("verify-file")).text


def test_no_answer_shows_clinical_data(client, document):
    pages = [
        ask(client, NUMBER, document.code),
        upload(client, filing.read(document)),
        upload(client, filing.read(document) + b"x"),
    ]
    assert not [word for word in CLINICAL for page in pages if word in page.text]


def test_many_questions_in_a_minute_have_to_wait(client, document):
    answers = [ask(client, NUMBER, "AAAAA-AAAAA").status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]
    refused = ask(client, NUMBER, document.code)
    assert "Troppe verifiche" in refused.text
    assert document.sha256 not in refused.text
    assert client.get(reverse("verify")).status_code == 200


def test_when_too_many_files_are_examined_only_authentic_ones_are_answered(client, document, monkeypatch):
    monkeypatch.setattr(authenticity, "ROOM", BoundedSemaphore(1))
    monkeypatch.setattr(authenticity, "PATIENCE_SECONDS", 0.01)
    with authenticity.ROOM:
        assert upload(client, filing.read(document) + b"x").status_code == 429
        assert upload(client, filing.read(document)).status_code == 200


def test_one_address_waiting_does_not_stop_another(client, document):
    for _ in range(21):
        ask(client, NUMBER, "AAAAA-AAAAA")
    other = client.get(
        reverse("verify"), {"number": NUMBER, "code": document.code}, headers={}, REMOTE_ADDR="10.0.0.9"
    )
    assert other.status_code == 200


def test_with_redis_away_the_check_still_answers(client, document, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    assert ask(client, NUMBER, document.code).status_code == 200


def test_every_finding_has_its_sentence():
    assert set(wording.FINDINGS) == {finding.value for finding in Finding}


def bomb() -> bytes:
    """A PDF whose cross-reference stream unfolds to more than the examining process may hold."""
    squeezed = zlib.compressobj(9)
    stream = b"".join(squeezed.compress(bytes(1 << 24)) for _ in range(80)) + squeezed.flush()
    head = b"%PDF-1.7\n"
    body = (
        b"1 0 obj\n<< /Type /XRef /Size 2 /W [1 2 1] /Root 1 0 R /Filter /FlateDecode /Length %d >>\nstream\n"
        % len(stream)
    )
    return head + body + stream + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)
