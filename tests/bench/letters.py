"""What a letter costs: CPU time of this process, as ratios within one run (`make bench ARGS=letters`)."""

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from django.conf import settings

from tests.bench.measuring import Figure, compared

ROUNDS = 15
ONE_LINE = "<!doctype html><html lang=it><title>Una riga</title><p>Una riga.</p>"


def figures() -> list[Figure]:
    """In the order of design/documents.md."""
    with _authority():
        return [*_ratios(), _growth()]


@contextmanager
def _authority():
    """Keys, and a time-stamp authority in a process of its own: its CPU time is not ours."""
    from django.utils import timezone

    from documents import demo_keys

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "pki"
        demo_keys.make(folder, at=timezone.now())
        environment = os.environ | {"NULLAOSTA_VAR": name, "DJANGO_SETTINGS_MODULE": "config.settings"}
        port = _free_port()
        command = [sys.executable, "-m", "documents.demo_tsa", "--port", str(port)]
        serving = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)
        settings.SEAL_PKCS12, settings.SEAL_PASSPHRASE = str(folder / "seal.p12"), ""
        settings.TIMESTAMP_URL = f"http://127.0.0.1:{port}"
        try:
            _await_port(port)
            yield
        finally:
            serving.terminate()
            serving.wait()


def _ratios() -> list[Figure]:
    import weasyprint

    from documents import letters, signing
    from documents.content import Text
    from tests.documents import samples

    letter = samples.approval()
    worst = replace(letter, sections=(*letter.sections, Text("Testo", ("W" * 20_000,))))
    drawn = letters.draw(letter)
    signing.seal(drawn)
    line, draw, seal, naive, heavy = _cpu(
        lambda: weasyprint.HTML(string=ONE_LINE).write_pdf(pdf_variant="pdf/a-3a"),
        lambda: letters.draw(letter),
        lambda: signing.seal(drawn),
        lambda: _naive(letter),
        lambda: letters.draw(worst),
    )
    whole = draw + seal
    return [
        compared("Two-page letter drawn and sealed B-T ÷ WeasyPrint's one line (CPU)", (whole, line), "≤ 15"),
        compared("The same done naively ÷ ours (CPU)", (naive, whole), "≥ 4"),
        compared("Seal ÷ drawing (CPU)", (seal, draw), "≤ 0.25"),
        compared("Letter with the worst text ÷ letter (CPU)", (heavy, draw), "≤ 16"),
    ]


def _naive(letter) -> None:
    """As one writes it first: fonts by @font-face, everything new and the key parsed at each letter."""
    import weasyprint
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.sign.timestamps import HTTPTimeStamper

    from documents import letters

    faces = "".join(
        f"@font-face {{ font-family: 'Titillium Web{name}'; src: url('{file.as_uri()}') }}"
        for name, file in (
            ("", settings.BASE_DIR / "static/fonts/titillium-web-400.woff2"),
            (" SemiBold", settings.BASE_DIR / "static/fonts/titillium-web-600.woff2"),
        )
    )
    style = (letters.PRINT / "letter.css").read_text()
    fonts = weasyprint.text.fonts.FontConfiguration()
    css = weasyprint.CSS(string=faces + style, font_config=fonts)
    pdf = weasyprint.HTML(string=letters._page(letter)).write_pdf(
        pdf_variant="pdf/a-3a", font_config=fonts, stylesheets=[css], attachments=[letters._decision(letter)]
    )
    signer = SimpleSigner.load_pkcs12(settings.SEAL_PKCS12)
    meta = PdfSignatureMetadata(field_name="Sigillo", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    sealer = PdfSigner(meta, signer, timestamper=HTTPTimeStamper(settings.TIMESTAMP_URL))
    sealer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))


def _growth() -> Figure:
    """Resident memory gained while the 101st to the 400th letter are drawn and sealed."""
    from documents import letters, signing
    from tests.documents import samples

    every_kind = samples.every_kind()

    def make(count: int) -> int:
        for n in range(count):
            signing.seal(letters.draw(every_kind[n % len(every_kind)]))
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    before = make(100)
    grown = (make(300) - before) / 1024**2
    return Figure("Memory gained from the 100th to the 400th letter", f"{grown:.1f} MB", "–", "–", "≤ 5 MB")


def _cpu(*works: Callable[[], object]) -> list[float]:
    """Median CPU seconds of each, in turns, so that a busy moment of the machine meets them all."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            started = time.process_time()
            work()
            taken.append(time.process_time() - started)
    return [statistics.median(taken) for taken in times]


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _await_port(port: int) -> None:
    import socket

    for _ in range(200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the time-stamp authority did not start")
