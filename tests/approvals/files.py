"""Files for the tests of attachments: small, valid ones, and forged ones."""

import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

import pikepdf
from PIL import Image


def saved(pdf, **options) -> bytes:
    written = BytesIO()
    pdf.save(written, **options)
    return written.getvalue()


def pdf(n=0, **root) -> bytes:
    """A PDF of one page; another `n`, other bytes; `root` goes into its catalogue."""
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(200 + n, 200))
        for name, value in root.items():
            made.Root[f"/{name}"] = made.make_indirect(value)
        return saved(made, deterministic_id=True)


def doing(**action) -> bytes:
    return pdf(OpenAction=pikepdf.Dictionary(**action))


def clicking(kind) -> bytes:
    """Acts when somebody clicks on the page; nothing of it in the catalogue."""
    with pikepdf.new() as made:
        page = made.add_blank_page()
        action = pikepdf.Dictionary(S=pikepdf.Name(kind), F="https://example.invalid")
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action
        )
        page.Annots = pikepdf.Array([link])
        return saved(made)


def enclosing(name, data) -> bytes:
    with pikepdf.new() as made:
        made.add_blank_page()
        made.attachments[name] = pikepdf.AttachedFileSpec(made, data, filename=name)
        return saved(made)


def locked(user) -> bytes:
    """With a password to open; where that is empty, only printing and copying are restricted."""
    with pikepdf.new() as made:
        made.add_blank_page()
        return saved(made, encryption=pikepdf.Encryption(owner="padrone", user=user))


def image(kind="PNG", size=(8, 8), colour="red") -> bytes:
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, kind)
    return written.getvalue()


def png_bomb(side=30_000) -> bytes:
    """Nine hundred million pixels in a few hundred bytes: the header says so, the data are not even there."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def archive() -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as zipped:
        zipped.writestr("referto.pdf", pdf())
    return written.getvalue()


FORGED = {
    "a program": b"MZ\x90\x00" + bytes(200),
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a page with a PDF in it": b"<html><!--" + pdf() + b"--></html>",
    "a drawing that runs": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "an archive": archive(),
    "a GIF": b"GIF89a" + bytes(20),
    "a line before the PDF": b"\n" + pdf(),
    "the beginning of a PDF": pdf()[:-40],
    "only a PDF's first line": b"%PDF-1.7\n",
    "half a picture": image(size=(400, 400))[:200],
    "half a photograph": image("JPEG", size=(400, 400))[:400],
    "only a photograph's first bytes": b"\xff\xd8\xff\xe0" + bytes(50),
    "a picture with a bomb": png_bomb(),
    "a locked PDF": locked("segreta"),
    "a PDF with a program": doing(S=pikepdf.Name.JavaScript, JS="app.alert(1)"),
    "a PDF that starts a program": doing(S=pikepdf.Name.Launch, F="cmd.exe"),
    "a PDF that sends a form": clicking("/SubmitForm"),
    "a PDF with a dynamic form": pdf(AcroForm=pikepdf.Dictionary(XFA="x")),
    "a PDF with a file inside": enclosing("listino.zip", archive()),
    "a PDF with a page inside": enclosing("x.xml", b"<html><script>"),
    "a PDF without pages": saved(pikepdf.new()),
}
FINE = {
    "a PDF": (pdf(), "application/pdf"),
    "a picture": (image(), "image/png"),
    "a photograph": (image("JPEG"), "image/jpeg"),
    "a PDF that may not be printed": (locked(""), "application/pdf"),
    "a report with its data inside": (
        enclosing("cda.xml", b"\xef\xbb\xbf<?xml version='1.0'?><a/>"),
        "application/pdf",
    ),
    "a PDF with a link": (clicking("/URI"), "application/pdf"),
}
