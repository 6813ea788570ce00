"""An invented certificate authority for the demo and the tests: root, seal, time stamps. Never for a
hospital.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

FILES = ("root.pem", "seal.pem", "seal.p12", "tsa.pem", "tsa.key")
YEARS = 10


class Authority:
    """A root that signs certificates; tests make a second one of the same name to forge with."""

    def __init__(self, name: str, at: datetime) -> None:
        self.key = new_key()
        self.at = at
        self.name = named(name)
        builder = self._builder(self.name, self.key, at - timedelta(days=1), at + timedelta(days=365 * YEARS))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.certificate = builder.add_extension(
            usage(key_cert_sign=True, crl_sign=True), critical=True
        ).sign(self.key, SHA256())

    def _builder(
        self, subject: x509.Name, key: RSAPrivateKey, since: datetime, until: datetime
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(since).not_valid_after(until)
        builder = builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        return builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )

    def issue(
        self, name: str, key: RSAPrivateKey, *, until: datetime | None = None, timestamps: bool = False
    ) -> x509.Certificate:
        """A certificate for sealing, or (`timestamps`) for a time-stamp authority."""
        builder = self._builder(
            named(name), key, self.at - timedelta(days=1), until or self.at + timedelta(days=365 * YEARS - 1)
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(
            usage(digital_signature=True, content_commitment=not timestamps), critical=True
        )
        if timestamps:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(purpose, critical=True)
        return builder.sign(self.key, SHA256())

    def revoke(self, certificate: x509.Certificate, *, at: datetime) -> bytes:
        """A revocation list (PEM) naming that certificate."""
        revoked = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.name)
        builder = builder.last_update(at).next_update(at + timedelta(days=30))
        builder = builder.add_revoked_certificate(revoked.revocation_date(at).build())
        return builder.sign(self.key, SHA256()).public_bytes(Encoding.PEM)


def new_key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "IT"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "AOU Esempio (dimostrazione)"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def bundle(
    key: RSAPrivateKey, certificate: x509.Certificate, root: x509.Certificate, passphrase: str
) -> bytes:
    """Key and certificates as PKCS#12."""
    encryption: KeySerializationEncryption = NoEncryption()
    if passphrase:
        encryption = BestAvailableEncryption(passphrase.encode())
    return pkcs12.serialize_key_and_certificates(b"sigillo", key, certificate, [root], encryption)


def make(folder: Path, *, at: datetime, passphrase: str = "") -> bool:
    """Write what is missing of `FILES` (all or nothing, readable by the owner only); False if all was
    there.
    """
    if all((folder / name).exists() for name in FILES):
        return False
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = Authority("Autorita di certificazione di prova", at)
    seal_key, tsa_key = new_key(), new_key()
    seal = authority.issue("Sigillo elettronico di prova", seal_key)
    tsa = authority.issue("Marca temporale di prova", tsa_key, timestamps=True)
    _write(folder / "root.pem", authority.certificate.public_bytes(Encoding.PEM))
    _write(folder / "seal.pem", seal.public_bytes(Encoding.PEM))
    _write(folder / "seal.p12", bundle(seal_key, seal, authority.certificate, passphrase))
    _write(folder / "tsa.pem", tsa.public_bytes(Encoding.PEM))
    _write(folder / "tsa.key", tsa_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return True


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    part = path.with_suffix(path.suffix + ".part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(data)
    part.replace(path)
