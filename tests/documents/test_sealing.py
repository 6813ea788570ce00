"""The seal: what happens when the key or the time-stamp authority is away, and what the demo's keys are."""

import socket
import stat
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from documents import demo_keys, signing


def test_a_missing_key_is_said_and_can_be_tried_again(settings, drawn, seal_keys, tmp_path):
    settings.SEAL_PKCS12 = str(tmp_path / "seal.p12")
    with pytest.raises(signing.SealingFailed, match=r"seal\.p12"):
        signing.seal(drawn)
    settings.SEAL_PKCS12 = str(seal_keys / "seal.p12")
    assert signing.seal(drawn).startswith(drawn)


def test_a_wrong_passphrase_is_said(settings, drawn, tmp_path):
    demo_keys.make(tmp_path, at=timezone.now(), passphrase="giusta")
    settings.SEAL_PKCS12, settings.SEAL_PASSPHRASE = str(tmp_path / "seal.p12"), "sbagliata"
    with pytest.raises(signing.SealingFailed):
        signing.seal(drawn)
    settings.SEAL_PASSPHRASE, settings.TIMESTAMP_URL = "giusta", ""
    assert signing.seal(drawn)


def test_a_silent_time_stamp_authority_fails_the_seal_and_not_the_worker(settings, drawn, seal_keys):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.TIMESTAMP_URL = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(signing.SealingFailed):
            signing.seal(drawn)


def test_a_renewed_key_counts_without_a_restart(settings, drawn, tmp_path):
    demo_keys.make(tmp_path, at=timezone.now())
    settings.SEAL_PKCS12 = str(tmp_path / "seal.p12")
    first = signing.sealer().signing_cert.serial_number
    for file in tmp_path.iterdir():
        file.unlink()
    demo_keys.make(tmp_path, at=timezone.now() + timedelta(seconds=1))
    assert signing.sealer().signing_cert.serial_number != first


def test_demo_keys_are_made_once_and_readable_by_the_owner_only(settings, tmp_path):
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    call_command("make_demo_keys")
    made = {file.name: file.read_bytes() for file in (tmp_path / "pki").iterdir()}
    call_command("make_demo_keys")
    assert {file.name: file.read_bytes() for file in (tmp_path / "pki").iterdir()} == made
    assert set(made) == set(demo_keys.FILES)
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "pki").iterdir()} == {0o600}


def test_demo_keys_are_refused_outside_the_demo(settings, tmp_path):
    settings.DEMO, settings.VAR_DIR = False, tmp_path
    with pytest.raises(CommandError):
        call_command("make_demo_keys")
    assert not (tmp_path / "pki").exists()
    call_command("make_demo_keys", force=True)
    assert (tmp_path / "pki" / "seal.p12").exists()
