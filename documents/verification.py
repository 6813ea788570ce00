"""A seal examined, strictly: what is wrong with a PDF that says it is ours.

`examine` reads files from strangers. It runs in a process of its own with little memory and time
(`python -m documents.verification`, the trust as one line of JSON and then the file on standard input), so
that a file made to exhaust the reader exhausts nothing else; `documents/authenticity.py` is the caller. Knows
no database.
"""

import asyncio
import hashlib
import json
import re
import resource
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from asn1crypto import parser, pem, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.general import SigningError, UnacceptableSignerError
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 15


class Finding(StrEnum):
    """One thing that is wrong; a sealed letter as issued has none."""

    NOT_A_PDF = "not_a_pdf"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    UNSEALED = "unsealed"
    SEVERAL_SEALS = "several_seals"
    ADDED_AFTER = "added_after"
    NOT_COVERED = "not_covered"
    ALTERED = "altered"
    FOREIGN = "foreign"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    REVOKED = "revoked"
    TIMESTAMP_MISSING = "timestamp_missing"
    TIMESTAMP_INVALID = "timestamp_invalid"


@dataclass(frozen=True, slots=True)
class Trust:
    """What is believed (paths of PEM files) and when; `timestamps` says that a seal without one does not
    count.
    """

    roots: tuple[str, ...]
    certificates: tuple[str, ...]
    crls: tuple[str, ...]
    timestamps: bool
    at: str


@dataclass(frozen=True, slots=True)
class Examination:
    """What is wrong, and when something was added behind a good seal, the SHA-256 of the part in front of
    it.
    """

    findings: tuple[Finding, ...]
    sealed_sha256: str = ""

    @property
    def passed(self) -> bool:
        return not self.findings


def examine(data: bytes, trust: Trust) -> Examination:
    """Every reason why these bytes are not a file the hospital sealed; none means that they are, byte for
    byte.
    """
    if not data.startswith(b"%PDF-"):
        return Examination((Finding.NOT_A_PDF,))
    try:
        reader = PdfFileReader(BytesIO(data))
        if reader.encrypted:
            return Examination((Finding.ENCRYPTED,))
        signatures = list(reader.embedded_signatures)
        if not signatures:
            return Examination((Finding.UNSEALED,))
        return _examined(data, signatures, trust)
    except (PdfError, SigningError, ValueError, KeyError):
        # What else a stranger's file may break ends this process, which its caller takes for the same answer.
        return Examination((Finding.UNREADABLE,))


def _examined(data: bytes, signatures: list[EmbeddedPdfSignature], trust: Trust) -> Examination:
    ours = {certificate.sha256 for certificate in _certificates(trust.certificates)}
    mine = [s for s in signatures if s.signer_cert.sha256 in ours]
    signature = (mine or signatures)[0]
    findings = [Finding.SEVERAL_SEALS] if len(signatures) > 1 else []
    if not mine:
        findings.append(Finding.FOREIGN)
    end = _end_of_cover(data, signature)
    if end is None:
        findings.append(Finding.NOT_COVERED)
    elif end < len(data):
        findings.append(Finding.ADDED_AFTER)
    problems = asyncio.run(_validated(signature, trust))
    findings += problems
    whole_before = end is not None and end < len(data) and Finding.ALTERED not in problems
    return Examination(tuple(findings), hashlib.sha256(data[:end]).hexdigest() if whole_before else "")


def _end_of_cover(data: bytes, signature: EmbeddedPdfSignature) -> int | None:
    """Where the sealed bytes end, or None if anything before that but the seal's own digits is not sealed.

    pyHanko compares lengths; here the very bytes left out must be one hexadecimal string, and be this
    signature: a copy of it elsewhere in the file, or a word written into the room beside it, does not count.
    """
    byte_range = [int(number) for number in signature.byte_range]
    if len(byte_range) != 4 or byte_range[0] != 0:
        return None
    _, gap, after, length = byte_range
    left_out = data[gap:after]
    if length < 0 or after + length > len(data) or not re.fullmatch(rb"<[0-9A-Fa-f]+>", left_out):
        return None
    if len(left_out) % 2 or not _only_this(bytes.fromhex(left_out[1:-1].decode()), signature):
        return None
    return after + length


def _only_this(contents: bytes, signature: EmbeddedPdfSignature) -> bool:
    """These bytes are the signature and nothing but zeros behind it."""
    return contents == bytes(signature.pkcs7_content) and not contents[parser.peek(contents) :].strip(b"\0")


async def _validated(signature: EmbeddedPdfSignature, trust: Trust) -> list[Finding]:
    now = datetime.fromisoformat(trust.at)
    stamped = next(extract_tst_data_iter(signature.signer_info, signed=False), None)
    findings = [Finding.TIMESTAMP_MISSING] if stamped is None and trust.timestamps else []
    moment = now
    if stamped is not None:
        moment = min(now, stamped["encap_content_info"]["content"].parsed["gen_time"].native)
    try:
        status = await async_validate_pdf_signature(
            signature,
            # Where revocation lists are configured, the seal's certificate must be answered for by one.
            signer_validation_context=_context(trust, moment, "require" if trust.crls else "soft-fail"),
            ts_validation_context=_context(trust, now, "soft-fail"),
            skip_diff=True,  # our own rule is stricter: nothing at all may follow
        )
    except (SignatureValidationError, UnacceptableSignerError):
        return [*findings, Finding.UNTRUSTED]
    return findings + _problems(status)


def _problems(status: PdfSignatureStatus) -> list[Finding]:
    found = []
    if not (status.intact and status.valid):
        found.append(Finding.ALTERED)
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.intact and stamp.valid and stamp.trusted):
        found.append(Finding.TIMESTAMP_INVALID)
    if status.revoked:
        found.append(Finding.REVOKED)
    elif status.trust_problem_indic in (
        AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
    ):
        found.append(Finding.EXPIRED)
    elif status.trust_problem_indic is not None or status.validation_path is None:
        found.append(Finding.UNTRUSTED)
    if not found and not status.bottom_line:
        found.append(Finding.ALTERED)
    return found


def _context(trust: Trust, moment: datetime, revocation_mode: str) -> ValidationContext:
    crls = [der for path in trust.crls for der in _armoured(path)]
    return ValidationContext(
        trust_roots=_certificates(trust.roots),
        other_certs=_certificates(trust.certificates),
        moment=moment,
        crls=crls or None,
        revocation_mode=revocation_mode,
        retroactive_revinfo=True,  # today's list also says since when
    )


def _armoured(path: str) -> list[bytes]:
    return [bytes(der) for _, _, der in pem.unarmor(Path(path).read_bytes(), multiple=True)]


def _certificates(paths: tuple[str, ...]) -> list[x509.Certificate]:
    return [x509.Certificate.load(der) for path in paths for der in _armoured(path)]


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    asked = json.loads(sys.stdin.buffer.readline())
    roots, certificates, crls = (tuple(asked[name]) for name in ("roots", "certificates", "crls"))
    trust = Trust(roots, certificates, crls, asked["timestamps"], asked["at"])
    examination = examine(sys.stdin.buffer.read(), trust)
    json.dump(asdict(examination), sys.stdout)


if __name__ == "__main__":
    main()
