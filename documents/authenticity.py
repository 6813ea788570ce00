"""Is this letter ours, is it unchanged, and what is it worth today: the answers of the authenticity page."""

import hashlib
import json
import logging
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from secrets import compare_digest
from threading import BoundedSemaphore

from django.conf import settings

from documents.models import Document

MAX_BYTES = 10 * 1024 * 1024
EXAMINATION_SECONDS = 30
# Examinations at once in this web process, and how long one waits for room: strangers never take all threads.
ROOM = BoundedSemaphore(2)
PATIENCE_SECONDS = 5
logger = logging.getLogger(__name__)


class Verdict(StrEnum):
    AUTHENTIC = "authentic"  # the very bytes on our register
    REGISTERED = "registered"  # number and code belong together; the paper itself was not seen
    UNKNOWN = "unknown"  # no such number with such a code
    ALTERED = "altered"  # our seal is there, and what it covers is not what we issued
    NOT_OURS = "not_ours"  # no seal of ours
    UNREADABLE = "unreadable"  # not a PDF, encrypted, or made to break the reader


class Busy(Exception):
    """Too many files are being examined; asking again in a while is right."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`document` is the one on our register: the file itself, or what an altered file once was. `findings`
    say what is wrong, in the words of `verification.Finding`."""

    verdict: Verdict
    document: Document | None = None
    findings: tuple[str, ...] = ()


def check_code(number: str, code: str) -> Answer:
    """The document with that number, if the code is its code; a wrong code and an unknown number answer
    alike.
    """
    tidy = re.sub(r"[^0-9A-Z]", "", code.upper())
    # The pharmacy's code on the letter is its number and a check character: either is what somebody types.
    typed = re.sub(r"(/[0-9]+)-[0-9A-Z]$", r"\1", number.strip().upper())
    document = Document.objects.filed().filter(number=typed).select_related("superseded_by").first()
    if document is None or not compare_digest(document.code.encode(), tidy.encode()):
        return Answer(Verdict.UNKNOWN)
    return Answer(Verdict.REGISTERED, document)


def check_file(data: bytes, *, at: datetime) -> Answer:
    """Authentic means: the same bytes as filed. Anything else is examined, to say what differs.

    Raises `Busy`; a file as issued never does.
    """
    document = _on_register(sha256=hashlib.sha256(data).hexdigest())
    if document is not None:
        return Answer(Verdict.AUTHENTIC, document)
    findings, sealed_sha256 = _examination(data, at)
    return Answer(_verdict(findings), _on_register(sha256=sealed_sha256), findings)


def _on_register(**by: str) -> Document | None:
    return Document.objects.filed().filter(**by).select_related("superseded_by").first()


def _verdict(findings: tuple[str, ...]) -> Verdict:
    if {"not_a_pdf", "encrypted", "unreadable"} & set(findings):
        return Verdict.UNREADABLE
    if {"unsealed", "foreign", "untrusted", "expired", "revoked"} & set(findings):
        return Verdict.NOT_OURS
    # A faultless seal on bytes that are not on our register: still not a letter we issued.
    return Verdict.ALTERED


def _examination(data: bytes, at: datetime) -> tuple[tuple[str, ...], str]:
    if not ROOM.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        return _examined_apart(data, at)
    finally:
        ROOM.release()


def _examined_apart(data: bytes, at: datetime) -> tuple[tuple[str, ...], str]:
    trust = {
        "roots": settings.SEAL_TRUST_ROOTS,
        "certificates": settings.SEAL_CERTIFICATES,
        "crls": settings.SEAL_CRLS,
        "timestamps": bool(settings.TIMESTAMP_URL),
        "at": at.isoformat(),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "documents.verification"],
            input=json.dumps(trust).encode() + b"\n" + data,
            capture_output=True,
            timeout=EXAMINATION_SECONDS,
            cwd=settings.BASE_DIR,
            check=True,
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        logger.warning("a file could not be examined: %s", type(error).__name__)
        return ("unreadable",), ""
    return tuple(answer["findings"]), answer["sealed_sha256"]
