"""Issuing survives a kill at any point: in the end there is one letter, with its number and code on it."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings as project
from django.db import connection
from django.utils import timezone

from documents import filing, issuing, letters
from documents.models import Content, Document, Kind
from tests.documents import samples

KEY = "approval:7"

# The same job in a process of its own, which kills itself at the point named on the command line.
DYING = """
import os, signal, sys
import django
django.setup()
from django.utils import timezone
from documents import filing, issuing, letters, signing
from tests.documents import test_issuing

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

point = sys.argv[1]
if point == "reserved":
    test_issuing.compose = die
elif point == "drawn":
    signing.seal = die
elif point == "sealed":
    filing.file = die
elif point == "filing":
    filing.Content.objects.create = die
test_issuing.issue()
if point == "filed":
    die()
"""


def compose(document: Document):
    return samples.approval(number=document.number, code=document.printed_code)


def issue() -> Document:
    return issuing.issue(
        KEY,
        kind=Kind.APPROVAL,
        number="OL-2026-000007/1",
        at=timezone.now(),
        by=None,
        compose=lambda document: compose(document),
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", ["reserved", "drawn", "sealed", "filing", "filed"])
def test_after_a_kill_the_next_attempt_leaves_one_letter(point, seal_keys, settings):
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"])
    environment = os.environ | {
        "DATABASE_URL": url.geturl(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SEAL_PKCS12": str(seal_keys / "seal.p12"),
        "TIMESTAMP_URL": settings.TIMESTAMP_URL,
    }
    died = subprocess.run(
        [sys.executable, "-c", DYING, point], cwd=project.BASE_DIR, env=environment, capture_output=True
    )
    assert died.returncode == -9, died.stderr.decode()
    reserved = Document.objects.get(key=KEY)

    document = issue()

    assert Document.objects.count() == Content.objects.count() == 1
    assert (document.number, document.code) == (reserved.number, reserved.code)
    assert document.printed_code.encode() in text_of(filing.read(document))


@pytest.mark.django_db
def test_a_filed_letter_is_never_drawn_again(seal_keys, monkeypatch):
    first = issue()
    monkeypatch.setattr(letters, "draw", lambda letter: pytest.fail("drawn again"))
    assert issue().sha256 == first.sha256


@pytest.mark.django_db
def test_the_address_on_the_letter_names_number_and_code_only(settings):
    settings.SITE_URL = "https://nullaosta.ospedale.example/"
    document = filing.reserve(KEY, kind=Kind.APPROVAL, number="OL-2026-000007/1", at=timezone.now(), by=None)
    assert issuing.verify_url(document) == (
        f"https://nullaosta.ospedale.example/verifica/?number=OL-2026-000007%2F1&code={document.printed_code}"
    )


def text_of(pdf: bytes) -> bytes:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout
