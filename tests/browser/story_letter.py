"""The letter of the story before every judge: veraPDF, pdfsig, qpdf, and our own strict verification."""

from __future__ import annotations

import subprocess
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from documents.verification import Trust, examine
from tests.documents import verapdf


def faults_of(*letters: bytes, folder: Path) -> list[str]:
    """What any of them finds wrong; an empty list is a pass."""
    files = []
    for position, letter in enumerate(letters):
        files.append(folder / f"letter-{position}.pdf")
        files[-1].write_bytes(letter)
    broken = verapdf.failures(*files)
    assert len(broken) == 2 * len(letters)
    found = [f"{path.name} {standard}: {rules}" for (path, standard), rules in broken.items() if rules]
    for file in files:
        found += [f"{file.name} {fault}" for fault in faults_of_the_seal(file)]
    return found


def faults_of_the_seal(file: Path) -> list[str]:
    found = [finding.value for finding in examine(file.read_bytes(), trust()).findings]
    said = subprocess.run(["pdfsig", file], capture_output=True, text=True).stdout
    found += [words for words in ("Signature is Valid.", "Total document signed") if words not in said]
    checked = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True)
    return found + ([checked.stdout] if checked.returncode else [])


def trust() -> Trust:
    return Trust(
        roots=tuple(settings.SEAL_TRUST_ROOTS),
        certificates=tuple(settings.SEAL_CERTIFICATES),
        crls=tuple(settings.SEAL_CRLS),
        timestamps=True,
        at=timezone.now().isoformat(),
    )


def flipped(letter: bytes) -> bytes:
    """One bit of one byte in the middle of the text is another."""
    data = bytearray(letter)
    data[5000] ^= 1
    return bytes(data)
