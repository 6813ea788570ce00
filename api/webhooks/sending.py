"""One POST to one address, with as little trust as possible in whoever answers.

Of the standard library, because what matters here is what others hide: the connection goes to the very number
that was looked at (no second look-up that could say something else), redirects are not followed, ten seconds
are all there is however slowly they are filled, and of the answer only its status is read.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any

from django.conf import settings

from api.webhooks.addresses import Target

CONNECT_SECONDS, TOTAL_SECONDS = 3.0, 10.0
# Status line and headers; of the body nothing is read.
LONGEST_ANSWER = 4096


class NoAnswer(OSError):
    """It answered, but not as HTTP does, or too long."""


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer. Raises `OSError` (time-outs, certificates, refused connections included)."""
    ends = time.monotonic() + TOTAL_SECONDS
    with _connected(target, ends) as connection:
        asking = HTTPConnection(target.host, target.port)
        asking.default_port = 443 if target.is_https else 80  # in the Host header
        asking.auto_open = 0  # never a connection of its own
        asking.sock = connection
        connection.settimeout(_left(ends))
        asking.request("POST", target.path, body, {**headers, "Connection": "close"})
        answer = HTTPResponse(_Guarded(connection, ends), method="POST")  # type: ignore[arg-type]
        try:
            answer.begin()
        except (HTTPException, ValueError) as error:
            raise NoAnswer(type(error).__name__) from None
        return answer.status


def _connected(target: Target, ends: float) -> socket.socket:
    plain = socket.create_connection((target.ip, target.port), timeout=CONNECT_SECONDS)
    if not target.is_https:
        return plain
    try:
        plain.settimeout(min(CONNECT_SECONDS, _left(ends)))
        return _context().wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings.WEBHOOK_CA_FILE:
        context.load_verify_locations(settings.WEBHOOK_CA_FILE)
    return context


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("No answer in time.")
    return left


class _Guarded(io.RawIOBase):
    """What the answer is read from: so many bytes at most, and not a moment longer."""

    def __init__(self, connection: socket.socket, ends: float) -> None:
        self.connection, self.ends, self.left = connection, ends, LONGEST_ANSWER

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self, 1024)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self.left <= 0:
            raise NoAnswer("Its headers do not end.")
        self.connection.settimeout(_left(self.ends))
        got = self.connection.recv_into(buffer, min(len(buffer), self.left))
        self.left -= got
        return got
