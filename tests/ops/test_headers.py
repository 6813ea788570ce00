"""What every answer tells the browser, whatever it is: a page, an error, a static file, a download."""

import pytest
from django.test import Client
from django.utils import timezone

from approvals.workflow import Status
from documents import filing
from documents.models import Kind
from tests.approvals import files
from tests.approvals.walk import catalogue, draft, walk
from tests.people import people

__all__ = ["catalogue", "people"]

YEAR = 31_536_000


@pytest.fixture
def browser(people, settings):
    """A hospital's settings: https; the signed-in prescriber."""
    settings.SECURE_HSTS_SECONDS, settings.SECURE_SSL_REDIRECT = YEAR, True
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    client = Client(raise_request_exception=False)
    client.force_login(people["prescriber-w3"])
    return client


PATHS = {
    "/accedi/": 302,
    "/guida/": 200,
    "/": 200,
    "/no-such-page/": 404,
    "/healthz": 503,
    "/static/css/nullaosta.css": 200,
    "/static/img/mark.svg": 200,
    "/verifica/": 200,
}


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(browser, path):
    answer = browser.get(path, secure=True)
    assert answer.status_code == PATHS[path]
    guarded(answer)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy


def guarded(answer):
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Strict-Transport-Security"] == f"max-age={YEAR}; includeSubDomains; preload"
    assert "camera=()" in answer["Permissions-Policy"] and "geolocation=()" in answer["Permissions-Policy"]
    assert answer["X-Request-ID"]


def test_without_https_one_is_sent_there(browser):
    answer = browser.get("/guida/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/guida/")


def test_a_letter_is_saved_not_shown_and_an_attachment_does_nothing(browser, people, catalogue):
    application = walk(people, Status.APPROVED, at=timezone.now())
    told = {"kind": Kind.APPROVAL, "number": "OL-1/1", "at": timezone.now(), "by": None}
    document = filing.file(filing.reserve("test:1", **told), files.pdf(1))
    letter = application.letters.create(step=application.steps.get(action="approve"), document=document)
    saved = browser.get(f"/richieste/{application.number}/lettere/{letter.pk}/", secure=True)
    assert saved["Content-Disposition"].startswith("attachment; ")
    guarded(saved)

    shown = browser.get(f"/allegati/{draft(people).attachments.get().pk}/", secure=True)
    assert "default-src 'none'" in shown["Content-Security-Policy"]
    guarded(shown)


def test_a_cookie_leaves_by_https_only_and_is_for_no_script(browser):
    browser.get("/", secure=True)
    cookie = browser.cookies["csrftoken"]
    assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Lax"


def test_more_text_than_a_form_may_hold_is_refused_in_words(browser, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = browser.post("/lingua/", {"next": "x" * 2000}, secure=True)
    assert answer.status_code == 413
    assert answer["X-Request-ID"] in answer.content.decode()
    guarded(answer)


def test_more_fields_than_any_form_has_are_refused_in_words(browser):
    answer = browser.post("/lingua/", {f"f{n}": "1" for n in range(1001)}, secure=True)
    assert answer.status_code == 413


def test_what_no_browser_sends_is_refused_in_words(browser):
    answer = browser.post(
        "/lingua/", b"--x\r\nnonsense", content_type="multipart/form-data; boundary=" + "y" * 300, secure=True
    )
    assert answer.status_code == 400
    assert "<h1>" in answer.content.decode()
