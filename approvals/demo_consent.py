"""The signed consent of people who do not exist: one page, the same for everybody in demo and tests."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from io import BytesIO

import pikepdf

from accounts.models import User
from approvals import attachments
from approvals.models import Application, Attachment, AttachmentKind

NAME = "consenso-inventato.pdf"
LINES = (
    "CONSENSO INFORMATO ALL'USO FUORI INDICAZIONE",
    "",
    "Fac-simile inventato per la dimostrazione: nessuna persona reale.",
    "Il paziente, informato di natura, benefici attesi e rischi del trattamento,",
    "acconsente all'uso del medicinale fuori indicazione e al medicinale derivato dal plasma.",
    "",
    "Firma del paziente: (inventata)          Firma del medico: (inventata)",
)


def attach(application: Application, *, by: User, at: datetime) -> Attachment:
    """Add the consent to a draft, as its writer would."""
    return attachments.add(application, name=NAME, data=consent(), kind=AttachmentKind.CONSENT, by=by, at=at)


@cache
def consent() -> bytes:
    """The PDF, the same bytes in every process."""
    shown = "".join(f"({line.replace('(', '[').replace(')', ']')}) Tj T*\n" for line in LINES)
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
        text = f"BT /F1 11 Tf 16 TL 60 770 Td\n{shown}ET\n"
        page.obj.Contents = pdf.make_stream(text.encode("latin-1"))
        written = BytesIO()
        pdf.save(written, deterministic_id=True)
    return written.getvalue()
