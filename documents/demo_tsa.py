"""A time-stamp authority (RFC 3161 over HTTP) for the demo and the tests, on this machine only.

    python -m documents.demo_tsa --port 8318

It needs the keys of `manage.py make_demo_keys`; its address is `TIMESTAMP_URL=http://127.0.0.1:8318`. Stops
on SIGTERM.
"""

import argparse
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from asn1crypto import keys, pem, tsp, x509
from certomancer.services import TimeStamper
from django.conf import settings

MAX_REQUEST = 64 * 1024


def stamper(folder: Path) -> TimeStamper:
    """The authority whose key and certificate lie in that folder."""

    def loaded(name: str) -> bytes:
        _, _, der = pem.unarmor((folder / name).read_bytes())
        return bytes(der)

    certificate = x509.Certificate.load(loaded("tsa.pem"))
    root = x509.Certificate.load(loaded("root.pem"))
    return TimeStamper(certificate, keys.PrivateKeyInfo.load(loaded("tsa.key")), certs_to_embed=[root])


class _Handler(BaseHTTPRequestHandler):
    authority: TimeStamper

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        if not 0 < length <= MAX_REQUEST:
            self.send_error(400)
            return
        try:
            request = tsp.TimeStampReq.load(self.rfile.read(length))
            answer = self.authority.request_tsa_response(request).dump()
        except (ValueError, KeyError):
            self.send_error(400)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: one line per letter says nothing."""


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """The server, bound and not yet serving; port 0 takes a free one (`server_port`)."""
    handler = type("Handler", (_Handler,), {"authority": stamper(folder)})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


def main() -> None:
    parser = argparse.ArgumentParser(description="Local time-stamp authority of the demo")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    serving = server(settings.VAR_DIR / "pki", port)

    def stop(*_: object) -> None:
        Thread(target=serving.shutdown).start()  # waits for serve_forever: not in the thread that runs it

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    serving.serve_forever()
    sys.exit(0)


if __name__ == "__main__":
    main()
