"""Letters drawn as PDF/A-3a and PDF/UA-1 with `decision.json` inside. The only importer of WeasyPrint.

The same letter gives the same bytes, whatever the process. Traps met on the way, each kept by a test: fonts
come through fontconfig and never `@font-face` (a forked child that exits deletes the shared temporary fonts
of its parent); one font configuration and one parsed stylesheet per process (a fresh one leaks at every
letter); only `data:` may be fetched (a `file:` link would embed any file of the server); PDF/UA is declared
inside the one RDF block (a second fails).
"""

import base64
import json
import os
import threading
from functools import cached_property
from pathlib import Path
from typing import Any

import weasyprint
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from fontTools.ttLib import TTFont
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from documents.cleaning import cleaned
from documents.content import Letter
from documents.qr import picture

PRINT = Path(__file__).parent / "print"
VARIANT = "pdf/a-3a"
# PDF/UA identification and, because PDF/A knows only its own schemas, the schema that declares it.
PDFUA_RDF = (PRINT / "pdfua.rdf").read_bytes()


class DrawingFailed(Exception):
    """The letter could not be drawn; the sentence says why."""


class _OnlyData(URLFetcher):  # type: ignore[misc]
    """Opens nothing but `data:` URIs, and stops the drawing at anything else."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)


class _Press:
    """What drawing needs and can be kept: made once per process, never shared across a fork."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(PRINT / "fonts.conf")
        try:
            self.fonts = FontConfiguration()
        finally:
            # Read once, above: a browser or another child of this process keeps the system's fonts.
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
        self.fetcher = _OnlyData()
        self.style = weasyprint.CSS(
            string=(PRINT / "letter.css").read_text(), font_config=self.fonts, url_fetcher=self.fetcher
        )

    @cached_property
    def drawable(self) -> frozenset[int]:
        """Code points that every style of the letter can show: Titillium Web's, else DejaVu's."""
        maps = {path.stem: set(TTFont(path, lazy=True).getBestCmap()) for path in PRINT.glob("fonts/*.ttf")}
        titillium = set.intersection(*(held for name, held in maps.items() if name.startswith("Titillium")))
        dejavu = set.intersection(*(held for name, held in maps.items() if name.startswith("DejaVu")))
        return frozenset(titillium | dejavu)


_press: _Press | None = None
_lock = threading.Lock()


def _ready() -> _Press:
    global _press
    if _press is None or _press.pid != os.getpid():
        _press = _Press()
    return _press


def warm_up() -> None:
    """Load fonts and stylesheet now, so that a worker's first letter is as quick as its second."""
    _ready().drawable  # noqa: B018


def draw(letter: Letter) -> bytes:
    """The letter as an unsealed PDF. Raises `DrawingFailed` when something in it asks for a file or an
    address.
    """
    with _lock:  # Pango's font map serves one thread at a time.
        return _drawn(letter, _ready())


def _drawn(letter: Letter, press: _Press) -> bytes:
    letter = cleaned(letter, press.drawable)
    try:
        html = weasyprint.HTML(string=_page(letter), url_fetcher=press.fetcher, base_url=None)
        document = html.render(font_config=press.fonts, stylesheets=[press.style], pdf_variant=VARIANT)
        _declare_ua(document)
        pdf: bytes = document.write_pdf(
            finisher=_list_attachments_once, pdf_variant=VARIANT, attachments=[_decision(letter)]
        )
    except FatalURLFetchingError as error:  # a BaseException: it would end the worker
        raise DrawingFailed(f"The letter {letter.number} asks for an outside file.") from error
    return pdf


def _page(letter: Letter) -> str:
    logo = letter.letterhead.logo
    with translation.override(letter.language), timezone.override(None):
        return render_to_string(
            "documents/letter.html",
            {
                "letter": letter,
                "logo": f"data:image/png;base64,{base64.b64encode(logo).decode()}" if logo else "",
                "qr": picture(letter.verify_url),
                "site": letter.verify_url.partition("?")[0].partition("://")[2],
                "timestamped": bool(settings.TIMESTAMP_URL),
                "day": date_format(timezone.localdate(letter.issued_at), "j F Y"),
                "iso": letter.issued_at.isoformat(timespec="seconds"),
            },
        )


def _decision(letter: Letter) -> weasyprint.Attachment:
    """`decision.json`: what the letter decides, for programs."""
    content = {"number": letter.number, "kind": letter.kind.value, "issued_at": letter.issued_at.isoformat()}
    return weasyprint.Attachment(
        string=json.dumps(content | dict(letter.decision), ensure_ascii=False, indent=1, sort_keys=True),
        name="decision.json",
        description=letter.title,
        created=letter.issued_at,
        modified=letter.issued_at,
        relationship="Data",
    )


def _declare_ua(document: Any) -> None:
    generate = document.metadata.generate_rdf_metadata

    def with_ua(*args: Any) -> bytes:
        rdf: bytes = generate(*args)
        return rdf.replace(b"</rdf:RDF>", PDFUA_RDF + b"</rdf:RDF>")

    document.metadata.generate_rdf_metadata = with_ua


def _list_attachments_once(document: Any, pdf: Any) -> None:
    """WeasyPrint names each associated file twice in `/AF`."""
    listed = pdf.catalog["AF"]
    listed[:] = list(dict.fromkeys(listed))
