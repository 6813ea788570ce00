"""The letters are what they say they are: PDF/A-3a, PDF/UA-1, PAdES; and the checks can fail."""

import json
import subprocess
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec

from documents import letters, signing
from tests.documents import samples, verapdf


@pytest.fixture(scope="session")
def checked(tmp_path_factory, pki, tsa_url, drawn):
    """Every letter and every spoilt one, through veraPDF in one go: name and standard → broken rules."""
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("letters")
    with override_settings(SEAL_PKCS12=str(pki / "seal.p12"), SEAL_PASSPHRASE="", TIMESTAMP_URL=tsa_url):
        files = {letter.kind.value: signing.seal(letters.draw(letter)) for letter in samples.every_kind()}
        files["hostile"] = signing.seal(letters.draw(samples.hostile()))
        files["with_logo"] = signing.seal(letters.draw(samples.with_logo()))
        files["hidden_widget"] = sealed_hidden(drawn)
    files["no_alt"] = without_alt(drawn)
    files["opacity"] = spoilt_by_css(".hospital { opacity: .5 }")
    for name, data in files.items():
        (folder / f"{name}.pdf").write_bytes(data)
    found = verapdf.failures(*(folder / f"{name}.pdf" for name in files))
    assert len(found) == 2 * len(files)
    return {(path.stem, standard): broken for (path, standard), broken in found.items()}, folder


def sealed_hidden(pdf: bytes) -> bytes:
    """Sealed with the library's usual hidden field."""
    output = BytesIO()
    spec = SigFieldSpec("Sigillo", invis_sig_settings=InvisSigSettings(set_hidden_flag=True))
    signer = PdfSigner(PdfSignatureMetadata(field_name="Sigillo"), signing.sealer(), new_field_spec=spec)
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=16384, output=output)
    return output.getvalue()


def without_alt(pdf: bytes) -> bytes:
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        figures = [
            o for o in opened.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"
        ]
        assert figures
        for figure in figures:
            del figure["/Alt"]
        opened.save(output)
    return output.getvalue()


def spoilt_by_css(rule: str) -> bytes:
    letters.warm_up()
    press = letters._press
    style = press.style
    import weasyprint

    try:
        press.style = weasyprint.CSS(
            string=(letters.PRINT / "letter.css").read_text() + rule, font_config=press.fonts
        )
        return letters.draw(samples.approval())
    finally:
        press.style = style


@pytest.mark.parametrize("standard", ["3a", "ua1"])
@pytest.mark.parametrize(
    "name",
    [
        *("approval", "rejection", "information_request", "reassessment", "provisional", "minutes"),
        *("inadmissibility", "dose_change"),
        *("hostile", "with_logo"),
    ],
)
def test_every_sealed_letter_conforms(checked, name, standard):
    assert checked[0][name, standard] == ""


def test_a_picture_without_words_fails(checked):
    assert checked[0]["no_alt", "ua1"]


def test_a_hidden_seal_field_fails(checked):
    assert checked[0]["hidden_widget", "3a"]


def test_transparency_fails(checked):
    assert checked[0]["opacity", "ua1"] or checked[0]["opacity", "3a"]


def test_other_tools_find_no_fault(checked):
    folder = checked[1]
    done = subprocess.run(["qpdf", "--check", folder / "approval.pdf"], capture_output=True, text=True)
    assert (done.returncode, "No syntax or stream encoding errors" in done.stdout) == (0, True)
    signature = subprocess.run(["pdfsig", folder / "approval.pdf"], capture_output=True, text=True).stdout
    assert "Signature Validation: Signature is Valid." in signature
    assert "Signature Type: ETSI.CAdES.detached" in signature
    assert "Total document signed" in signature


def test_pdfsig_sees_a_flipped_byte(checked, tmp_path):
    data = bytearray((checked[1] / "approval.pdf").read_bytes())
    data[5000] ^= 1
    (tmp_path / "forged.pdf").write_bytes(data)
    signature = subprocess.run(["pdfsig", tmp_path / "forged.pdf"], capture_output=True, text=True).stdout
    assert "Signature is Valid" not in signature


def test_the_decision_travels_inside_once(drawn):
    with pikepdf.open(BytesIO(drawn)) as pdf:
        (associated,) = pdf.Root.AF
        assert associated.AFRelationship == "/Data"
        decision = json.loads(pdf.attachments["decision.json"].get_file().read_bytes())
    assert decision["number"] == "OL-2026-000123/1"
    assert decision["dose"]["grams_total"] == "465"
    assert decision["votes"]["approve"] == 2
