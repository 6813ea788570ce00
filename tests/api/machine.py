"""A caller in the tests: sends what a machine sends, and remembers the tag of what it read."""

from __future__ import annotations

import time
import uuid

from django.test import Client

BASE = "/api/v1"


class Machine:
    def __init__(self, user, *, is_proved=True, **headers) -> None:
        self.http = Client()
        self.http.force_login(user)
        if is_proved:
            session = self.http.session
            session["proved_at"] = int(time.time())
            session.save()
        self.headers = headers

    def get(self, path, **headers):
        return self.http.get(BASE + path, headers={**self.headers, **headers})

    def tag(self, path) -> str:
        return self.get(path).headers["ETag"]

    def post(self, path, body=None, *, key=None, tag=None, **headers):
        sent = {"Idempotency-Key": key or str(uuid.uuid4()), **self.headers, **headers}
        if tag is not None:
            sent["If-Match"] = tag
        return self.http.post(BASE + path, body or {}, content_type="application/json", headers=sent)

    def act(self, number, action, body=None, **options):
        """An action on what was just read."""
        tag = options.pop("tag", None) or self.tag(f"/applications/{number}")
        return self.post(f"/applications/{number}/{action}", body, tag=tag, **options)

    def patch(self, number, sections, *, tag=None):
        path = f"/applications/{number}"
        sent = {**self.headers, "If-Match": tag or self.tag(path)}
        body = {"sections": sections}
        return self.http.patch(BASE + path, body, content_type="application/json", headers=sent)


def errors(answer) -> dict[str, str]:
    """What was wrong, by its place."""
    return {one.get("pointer", one.get("parameter")): one["detail"] for one in answer.json()["errors"]}


def problem(answer) -> str:
    """The word of a problem; whatever is none fails."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["title"] and told["detail"]
    return told["type"].removeprefix("urn:nullaosta:problem:")
