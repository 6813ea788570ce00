"""Keys, a live time-stamp authority and a sealed letter; other apps' tests import `seal_keys` from here."""

from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings as project
from django.utils import timezone

from documents import demo_keys, demo_tsa, letters, signing
from tests.documents import samples


@pytest.fixture(scope="session")
def pki(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pki")
    demo_keys.make(folder, at=timezone.now())
    return folder


@pytest.fixture(scope="session")
def tsa_url(pki):
    serving = demo_tsa.server(pki, 0)
    Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()


def use_keys(settings, folder: Path, tsa_url: str = "") -> None:
    settings.SEAL_PKCS12 = str(folder / "seal.p12")
    settings.SEAL_PASSPHRASE = ""
    settings.SEAL_TRUST_ROOTS = [str(folder / "root.pem")]
    settings.SEAL_CERTIFICATES = [str(folder / "seal.pem")]
    settings.SEAL_CRLS = []
    settings.TIMESTAMP_URL = tsa_url


@pytest.fixture
def seal_keys(settings, pki, tsa_url) -> Path:
    """Settings as in an installation that has its keys; answers with their folder."""
    use_keys(settings, pki, tsa_url)
    return pki


@pytest.fixture(scope="session")
def drawn() -> bytes:
    return letters.draw(samples.approval())


@pytest.fixture(scope="session")
def sealed(drawn, pki, tsa_url) -> bytes:
    from django.test import override_settings

    with override_settings(
        SEAL_PKCS12=str(pki / "seal.p12"), SEAL_PASSPHRASE="", TIMESTAMP_URL=tsa_url, VAR_DIR=project.VAR_DIR
    ):
        return signing.seal(drawn)
