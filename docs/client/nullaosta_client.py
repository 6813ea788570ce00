"""How another system of the hospital uses nullaosta: an example to read, to run and to take from.

    export NULLAOSTA_URL=https://nullaosta.hospital.example
    export NULLAOSTA_CLIENT_ID=… NULLAOSTA_CLIENT_SECRET=… NULLAOSTA_ACTING_FOR=e.conti
    python nullaosta_client.py submit answers.json consent.pdf     → OL-2026-000123
    python nullaosta_client.py status OL-2026-000123
    python nullaosta_client.py answer OL-2026-000123 replies.json  {"1": "…"}
    python nullaosta_client.py letter OL-2026-000123 letter.pdf

Standard library only, Python 3.11 or later. `answers.json` holds the form by section, as `PATCH` takes it
(GET /api/v1/applications/{number}/form says what is asked).
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

ATTEMPTS, PATIENCE_SECONDS = 4, 30


class Problem(Exception):
    """The API said no, and why (RFC 9457): `told["errors"]` points at what is wrong in the body."""

    def __init__(self, status: int, told: dict[str, Any]) -> None:
        super().__init__(f"{status}: {told.get('detail', told)} {told.get('errors', '')}")
        self.status, self.told = status, told


class Nullaosta:
    def __init__(self, url: str, client_id: str, secret: str, acting_for: str) -> None:
        self.url, self.client_id, self.secret, self.acting_for = url, client_id, secret, acting_for
        self._token, self._until = "", 0.0

    def submit(self, sections: dict[str, Any], consent: bytes) -> str:
        """A new application, filled in, with its consent, signed for the prescriber; its number."""
        draft, _tag = self.call("POST", "applications", {"sections": sections})
        self._attach(draft["id"], consent)
        sent = self.act(draft["id"], "submit", {})
        return str(sent["number"])

    def answer(self, number: str, replies: dict[str, str]) -> str:
        """Reply to every open question, by its number; the status afterwards."""
        return str(self.act(number, "answer", {"answers": replies})["status"])

    def open_questions(self, number: str) -> dict[str, str]:
        told, _tag = self.call("GET", f"applications/{number}/questions")
        return {str(one["number"]): one["text"] for one in told if one["answered_at"] is None}

    def letter(self, number: str) -> bytes:
        """The latest letter as it was sealed. It is drawn some seconds after the decision."""
        letters, _tag = self.call("GET", f"applications/{number}/letters")
        if not letters:
            raise LookupError("No letter has been issued yet.")
        pdf, _tag = self.call("GET", f"applications/{number}/letters/{letters[-1]['id']}")
        return bytes(pdf)

    def act(self, number: str, action: str, body: dict[str, Any]) -> Any:
        """Read first: the tag says what was seen, and nobody else's change is overruled (412)."""
        _seen, tag = self.call("GET", f"applications/{number}")
        told, _tag = self.call("POST", f"applications/{number}/{action}", body, tag=tag)
        return told

    def call(self, method: str, path: str, body: Any = None, *, tag: str = "") -> tuple[Any, str]:
        """What was answered, and its tag."""
        data = None if body is None else json.dumps(body).encode()
        return self._send(method, path, data, "application/json", tag)

    def _attach(self, number: str, pdf: bytes) -> None:
        edge = uuid.uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nconsent\r\n--{edge}\r\n'
        head += 'Content-Disposition: form-data; name="file"; filename="consent.pdf"\r\n'
        data = f"{head}Content-Type: application/pdf\r\n\r\n".encode() + pdf + f"\r\n--{edge}--\r\n".encode()
        self._send(
            "POST", f"applications/{number}/attachments", data, f"multipart/form-data; boundary={edge}"
        )

    def _send(self, method: str, path: str, data: bytes | None, kind: str, tag: str = "") -> tuple[Any, str]:
        headers = {"Content-Type": kind, "Nullaosta-Acting-For": self.acting_for}
        if tag:
            headers["If-Match"] = tag
        if method == "POST":
            # One key for all attempts: however often the network fails, it happens once.
            headers["Idempotency-Key"] = str(uuid.uuid4())
        for attempt in range(1, ATTEMPTS + 1):
            bearing = headers | {"Authorization": f"Bearer {self._fresh_token()}"}
            request = Request(f"{self.url}/api/v1/{path}", data, bearing, method=method)  # noqa: S310
            try:
                return _answer(request)
            except HTTPError as error:
                if error.code not in (429, 503) or attempt == ATTEMPTS:
                    raise Problem(error.code, json.load(error)) from None
                time.sleep(min(int(error.headers.get("Retry-After", "1")), 60))
            except URLError:
                if attempt == ATTEMPTS:
                    raise
                time.sleep(2**attempt)
        raise AssertionError

    def _fresh_token(self) -> str:
        """The token, asked for anew when its time is nearly over."""
        if time.monotonic() > self._until:
            told = {"grant_type": "client_credentials", "client_id": self.client_id}
            form = urlencode(told | {"client_secret": self.secret}).encode()
            answer, _tag = _answer(Request(f"{self.url}/api/v1/oauth/token", form))  # noqa: S310
            self._token, self._until = answer["access_token"], time.monotonic() + answer["expires_in"] - 30
        return self._token


def _answer(request: Request) -> tuple[Any, str]:
    with urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
        content, is_json = answer.read(), "json" in answer.headers.get("Content-Type", "")
        return json.loads(content) if is_json else content, answer.headers.get("ETag", "")


def main(what: str, *told: str) -> str:
    names = ("URL", "CLIENT_ID", "CLIENT_SECRET", "ACTING_FOR")
    api = Nullaosta(*(os.environ[f"NULLAOSTA_{name}"] for name in names))
    match what, *told:
        case "submit", answers, consent:
            return api.submit(json.loads(Path(answers).read_text()), Path(consent).read_bytes())
        case "status", number:
            found, _tag = api.call("GET", f"applications/{number}")
            return f"{found['status']} {api.open_questions(number) or ''}".strip()
        case "answer", number, replies:
            return api.answer(number, json.loads(Path(replies).read_text()))
        case "letter", number, pdf:
            Path(pdf).write_bytes(api.letter(number))
            return pdf
    raise SystemExit(__doc__)


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:]) + "\n")
