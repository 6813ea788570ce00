"""The hospital's electronic seal: PAdES B-T where a time-stamp server is configured, else B-B.

Bytes in, sealed bytes out. With `documents/verification.py` the only importer of pyHanko.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Sigillo"
# Hexadecimal digits kept free in the file: room for a real authority's time-stamp chain.
RESERVED = 24_576
TIMESTAMP_SECONDS = 10


class SealingFailed(Exception):
    """The seal could not be set now (key missing, time-stamp server silent); trying later is right."""


class _Sealer(Signer):
    """Holds its key ready; pyHanko's own signer parses (and for RSA checks) it again at every signature."""

    def __init__(
        self, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, chain: list[x509.Certificate]
    ) -> None:
        store = SimpleCertificateStore.from_certs(chain)  # type: ignore[no-untyped-call]
        super().__init__(signing_cert=chain[0], cert_registry=store, embed_roots=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != "sha256":
            raise SigningError(f"The seal is made with SHA-256, not {digest_algorithm}.")
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), SHA256())
        return self._key.sign(data, ec.ECDSA(SHA256()))


@lru_cache(maxsize=2)
def _sealer(path: str, passphrase: str, changed: int) -> _Sealer:
    """The key of that PKCS#12 file; `changed` (its modification time) makes a renewed key count at once."""
    key, certificate, others = pkcs12.load_key_and_certificates(
        Path(path).read_bytes(), passphrase.encode() or None
    )
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SealingFailed(f"{path} holds no RSA or EC key with its certificate.")
    ders = [found.public_bytes(Encoding.DER) for found in (certificate, *others)]
    return _Sealer(key, [x509.Certificate.load(der) for der in ders])


def sealer() -> Signer:
    """The hospital's signer as configured. Raises `SealingFailed` where the file is absent or does not
    open.
    """
    path = settings.SEAL_PKCS12
    try:
        return _sealer(path, settings.SEAL_PASSPHRASE, Path(path).stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise SealingFailed(f"The seal's key {path} cannot be opened: {error}") from error


@lru_cache(maxsize=2)
def _timestamper(url: str) -> HTTPTimeStamper:
    return HTTPTimeStamper(url, timeout=TIMESTAMP_SECONDS)


def seal(pdf: bytes) -> bytes:
    """The PDF with the hospital's seal over all of it, certified against any change (DocMDP level 1).

    Still PDF/A and PDF/UA: the field is outside the page yet neither hidden nor unprintable. Raises
    `SealingFailed`.
    """
    signer = sealer()
    name = signer.signing_cert.subject.native.get("organization_name", "") if signer.signing_cert else ""
    pdf_signer = PdfSigner(
        PdfSignatureMetadata(
            field_name=FIELD,
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        ),
        signer,
        timestamper=_timestamper(settings.TIMESTAMP_URL) if settings.TIMESTAMP_URL else None,
        new_field_spec=SigFieldSpec(
            FIELD,
            readable_field_name=f"Sigillo elettronico {name}".strip(),
            invis_sig_settings=InvisSigSettings(
                set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True
            ),
        ),
    )
    output = BytesIO()
    try:
        pdf_signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=RESERVED, output=output)
    except (SigningError, TimestampRequestError, OSError, TimeoutError) as error:
        raise SealingFailed(f"The letter could not be sealed: {error}") from error
    return output.getvalue()
