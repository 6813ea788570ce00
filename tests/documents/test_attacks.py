"""What a forger tries, one attack a test: none may pass, and the finding names what was done."""

import re
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils import timezone
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from documents import demo_keys, letters, signing
from documents.verification import Finding, Trust, examine
from tests.documents import samples
from tests.documents.fixtures import use_keys


@pytest.fixture
def look(seal_keys, settings):
    def examined(data: bytes, at=None) -> set[Finding]:
        trust = Trust(
            roots=tuple(settings.SEAL_TRUST_ROOTS),
            certificates=tuple(settings.SEAL_CERTIFICATES),
            crls=tuple(settings.SEAL_CRLS),
            timestamps=True,
            at=(at or timezone.now()).isoformat(),
        )
        return set(examine(data, trust).findings)

    return examined


def updated(data: bytes, change) -> bytes:
    """The file with an incremental update behind the seal, as an honest tool would write it."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    change(writer)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def byte_range(data: bytes) -> list[int]:
    return [int(n) for n in re.search(rb"/ByteRange\s*\[([\d\s]+)\]", data)[1].split()]


def test_the_letter_as_sealed_has_nothing_wrong(look, sealed):
    assert look(sealed) == set()


def test_a_year_later_it_still_has_nothing_wrong(look, sealed):
    assert look(sealed, at=timezone.now() + timedelta(days=365)) == set()


@pytest.mark.parametrize("where", [0.1, 0.3, 0.5])
def test_a_flipped_byte_breaks_the_seal(look, sealed, where):
    at = int(byte_range(sealed)[1] * where)
    forged = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    assert look(forged) & {Finding.ALTERED, Finding.UNREADABLE}


def test_changed_content_behind_the_seal_is_seen(look, sealed):
    def change(writer):
        page = writer.root["/Pages"]["/Kids"][0]
        stream = generic.StreamObject(stream_data=b"BT /F1 40 Tf (900 g) Tj ET")
        page["/Contents"] = writer.add_object(stream)
        writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))

    assert Finding.ADDED_AFTER in look(updated(sealed, change))


def test_changed_resources_behind_the_seal_are_seen(look, sealed):
    def change(writer):
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Resources"] = writer.add_object(generic.DictionaryObject())
        writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))

    assert Finding.ADDED_AFTER in look(updated(sealed, change))


def test_an_annotation_behind_the_seal_is_seen(look, sealed):
    def change(writer):
        page = writer.root["/Pages"]["/Kids"][0]
        note = generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
                generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
                generic.pdf_name("/Contents"): generic.pdf_string("900 g"),
            }
        )
        page["/Annots"] = generic.ArrayObject([writer.add_object(note)])
        writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))

    assert Finding.ADDED_AFTER in look(updated(sealed, change))


def test_another_attachment_behind_the_seal_is_seen(look, sealed):
    def change(writer):
        writer.root["/AF"] = generic.ArrayObject()
        writer.update_root()

    assert Finding.ADDED_AFTER in look(updated(sealed, change))


def test_an_empty_update_behind_the_seal_is_seen(look, sealed):
    assert Finding.ADDED_AFTER in look(updated(sealed, lambda writer: writer.update_root()))


@pytest.mark.parametrize("garbage", [b"\n", b"\x00" * 10, b"%%EOF\n<script>"])
def test_trailing_garbage_is_seen(look, sealed, garbage):
    assert look(sealed + garbage) & {Finding.ADDED_AFTER, Finding.UNREADABLE}


def test_a_stripped_seal_leaves_an_unsealed_file(look, sealed):
    with pikepdf.open(BytesIO(sealed)) as pdf:
        del pdf.Root.AcroForm
        for key in ("/Perms",):
            if key in pdf.Root:
                del pdf.Root[key]
        output = BytesIO()
        pdf.save(output)
    assert look(output.getvalue()) == {Finding.UNSEALED}


def test_an_emptied_form_leaves_an_unsealed_file(look, sealed):
    def change(writer):
        writer.root["/AcroForm"]["/Fields"] = generic.ArrayObject()
        writer.update_container(writer.root["/AcroForm"])

    assert look(updated(sealed, change)) == {Finding.UNSEALED}


def test_an_unsealed_letter_is_unsealed(look, drawn):
    assert look(drawn) == {Finding.UNSEALED}


def test_a_copy_rewritten_by_another_tool_is_not_the_sealed_file(look, sealed):
    output = BytesIO()
    with pikepdf.open(BytesIO(sealed)) as pdf:
        pdf.save(output, linearize=False, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert look(output.getvalue()) & {Finding.ALTERED, Finding.NOT_COVERED}


def test_a_byte_range_that_covers_less_is_seen(look, sealed):
    start, first, after, length = byte_range(sealed)
    old = re.search(rb"/ByteRange\s*\[[\d\s]+\]", sealed)[0]
    new = b"/ByteRange [%d %d %d %d]" % (start, first - 200, after, length)
    forged = sealed.replace(old, new.ljust(len(old)))
    assert {Finding.NOT_COVERED, Finding.ALTERED} <= look(forged)


def test_room_made_between_the_sealed_halves_is_seen(look, sealed):
    """Signature wrapping: the sealed halves stay, foreign bytes move in between, the range points around
    them.
    """
    start, first, after, length = byte_range(sealed)
    old = re.search(rb"/ByteRange\s*\[[\d\s]+\]", sealed)[0]
    foreign = b"\n99 0 obj\n<< /Type /Catalog >>\nendobj\n"
    new = b"/ByteRange [%d %d %d %d]" % (start, first, after + len(foreign), length)
    wrapped = sealed[:after] + foreign + sealed[after:]
    forged = wrapped.replace(old, new.ljust(len(old)))
    assert look(forged) & {Finding.NOT_COVERED, Finding.UNREADABLE}


def test_a_word_written_into_the_room_behind_the_signature_is_seen(look, sealed):
    _, _, after, _ = byte_range(sealed)
    forged = sealed[: after - 9] + b"00c0ffee" + sealed[after - 1 :]
    assert look(forged) == {Finding.NOT_COVERED}


def test_a_signature_object_moved_elsewhere_is_seen(look, sealed):
    """The sealed bytes lie inside another file whose form points at a copy of the signature."""

    def change(writer):
        field = writer.root["/AcroForm"]["/Fields"][0]
        copy = generic.DictionaryObject(dict(field["/V"].items()))
        field["/V"] = writer.add_object(copy)
        writer.mark_update(writer.root["/AcroForm"]["/Fields"].raw_get(0))

    found = look(updated(sealed, change))
    assert found & {Finding.ADDED_AFTER, Finding.NOT_COVERED, Finding.ALTERED}


def test_the_seal_of_another_letter_pasted_in_is_seen(look, sealed, seal_keys):
    other = signing.seal(letters.draw(samples.approval(number="OL-2026-000999/1")))
    _, first, after, _ = byte_range(sealed)
    _, other_first, other_after, _ = byte_range(other)
    assert after - first == other_after - other_first
    forged = sealed[:first] + other[other_first:other_after] + sealed[after:]
    assert Finding.ALTERED in look(forged)


def test_an_authority_of_the_same_names_is_not_ours(look, drawn, settings, pki, tsa_url, tmp_path):
    demo_keys.make(tmp_path, at=timezone.now())
    settings.SEAL_PKCS12 = str(tmp_path / "seal.p12")
    assert {Finding.FOREIGN, Finding.UNTRUSTED} <= look(signing.seal(drawn))


def test_another_certificate_of_our_own_authority_is_not_our_seal(
    drawn, settings, tsa_url, pki, tmp_path, look
):
    authority = demo_keys.Authority("Autorita di prova", timezone.now())
    write_seal(tmp_path, authority)
    settings.SEAL_PKCS12 = str(tmp_path / "seal.p12")
    settings.SEAL_TRUST_ROOTS = [str(pki / "root.pem"), str(tmp_path / "root.pem")]
    assert look(signing.seal(drawn)) == {Finding.FOREIGN}


def test_a_seal_set_after_its_certificate_expired_does_not_count(
    drawn, settings, tsa_url, pki, tmp_path, look
):
    now = timezone.now()
    authority = demo_keys.Authority("Autorita di prova", now - timedelta(days=30))
    write_seal(tmp_path, authority, until=now - timedelta(days=1))
    use_seal(settings, pki, tmp_path, tsa_url)
    assert look(signing.seal(drawn)) == {Finding.EXPIRED}


def test_a_seal_set_after_its_certificate_was_revoked_does_not_count(
    drawn, settings, tsa_url, pki, tmp_path, look
):
    now = timezone.now()
    authority = demo_keys.Authority("Autorita di prova", now)
    certificate = write_seal(tmp_path, authority)
    use_seal(settings, pki, tmp_path, tsa_url)
    sealed_late = signing.seal(drawn)
    (tmp_path / "crl.pem").write_bytes(authority.revoke(certificate, at=now - timedelta(hours=1)))
    settings.SEAL_CRLS = [str(tmp_path / "crl.pem")]
    assert look(sealed_late) == {Finding.REVOKED}


def test_a_seal_set_before_the_revocation_still_counts(drawn, settings, tsa_url, pki, tmp_path, look):
    authority = demo_keys.Authority("Autorita di prova", timezone.now())
    certificate = write_seal(tmp_path, authority)
    use_seal(settings, pki, tmp_path, tsa_url)
    sealed_before = signing.seal(drawn)
    later = timezone.now() + timedelta(days=3)
    (tmp_path / "crl.pem").write_bytes(authority.revoke(certificate, at=later))
    settings.SEAL_CRLS = [str(tmp_path / "crl.pem")]
    assert look(sealed_before, at=later + timedelta(hours=1)) == set()


def test_a_seal_without_time_stamp_does_not_count_where_there_is_an_authority(look, drawn, settings):
    settings.TIMESTAMP_URL = ""
    assert look(signing.seal(drawn)) == {Finding.TIMESTAMP_MISSING}


def test_a_second_signature_is_not_ours(look, sealed):
    def change(writer):
        append_signature_field(writer, SigFieldSpec("Altra"))

    assert Finding.ADDED_AFTER in look(updated(sealed, change))


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (b"", Finding.NOT_A_PDF),
        (b"PK\x03\x04 a zip", Finding.NOT_A_PDF),
        (b"%PDF-1.7\n" + b"\x00" * 1000, Finding.UNREADABLE),
        (b"%PDF-1.7\ntrailer << /Root 1 0 R >>\nstartxref\n999999\n%%EOF", Finding.UNREADABLE),
    ],
)
def test_a_file_that_is_no_pdf_is_named_as_such(look, data, finding):
    assert look(data) == {finding}


def test_an_encrypted_file_is_named_as_such(look, drawn):
    output = BytesIO()
    with pikepdf.open(BytesIO(drawn)) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert look(output.getvalue()) == {Finding.ENCRYPTED}


def test_the_part_before_an_addition_is_recognised(seal_keys, settings, sealed):
    import hashlib

    trust = Trust(
        (str(seal_keys / "root.pem"),), (str(seal_keys / "seal.pem"),), (), True, timezone.now().isoformat()
    )
    examination = examine(updated(sealed, lambda writer: writer.update_root()), trust)
    assert examination.sealed_sha256 == hashlib.sha256(sealed).hexdigest()


def test_the_reader_is_ours_and_finds_one_signature(sealed):
    assert len(PdfFileReader(BytesIO(sealed)).embedded_signatures) == 1


def write_seal(folder, authority, until=None):
    """A seal key and certificate of that authority, as files."""
    key = demo_keys.new_key()
    certificate = authority.issue("Sigillo di prova", key, until=until)
    (folder / "root.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    (folder / "seal.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "seal.p12").write_bytes(demo_keys.bundle(key, certificate, authority.certificate, ""))
    return certificate


def use_seal(settings, pki, folder, tsa_url):
    """Seal with the key in that folder, believe its authority, and keep believing the time-stamp
    authority.
    """
    use_keys(settings, folder, tsa_url)
    settings.SEAL_TRUST_ROOTS = [str(pki / "root.pem"), str(folder / "root.pem")]
