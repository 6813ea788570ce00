"""A real OpenID Connect provider in a process of its own, and a browser that walks through it."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from django.urls import reverse

from ops.servers import free_port, wait_until

HEADERS = {"Content-Type": "application/json"}


@contextmanager
def running():
    """Its address. It demands a nonce, as providers may."""
    port = free_port()
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "1",
    ]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1"},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        assert wait_until(lambda: answers(address) or process.poll() is not None, 60)
        assert process.poll() is None
        yield address
    finally:
        process.terminate()
        process.wait()


def answers(address) -> bool:
    try:
        return requests.get(f"{address}/.well-known/openid-configuration", timeout=5).ok
    except requests.ConnectionError:
        return False


def person(address, sub, **claims) -> None:
    requests.put(
        f"{address}/users/{sub}", data=json.dumps(claims), headers=HEADERS, timeout=10
    ).raise_for_status()


def leads_to(client, **fields) -> str:
    """Where the page between our sign-in and the provider's leads."""
    page = client.post(reverse("hospital-sign-in"), fields)
    assert page.status_code == 200, page.text
    return page.context["address"]


def says_yes(there, sub) -> str:
    """The person signs in at the provider: the address, on our side, it sends the browser back to."""
    answer = requests.post(there, data={"sub": sub}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def comes_by_provider(client, sub, **fields):
    return client.get(says_yes(leads_to(client, **fields), sub))
