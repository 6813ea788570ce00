"""`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a call sent twice happens once.

The call and its answer are one transaction, under a lock of the database on (caller, key). Killed at any
moment, either both are there or neither is; whoever calls again gets the answer, or makes the call. Only what
happened is kept: a refused call changed nothing and may be sent again under the same key.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.models import Answer
from api.problems import Problem

HEADER = "Idempotency-Key"
LONGEST = 100
# Headers of an answer that belong to it.
KEPT = ("Location", "ETag")
REPLAYED = "Idempotency-Replayed"


def key_of(request: Request) -> str:
    """The key that was sent. Raises `Problem` where there is none, or one that is none."""
    key = request.headers.get(HEADER, "").strip('"')
    if not key:
        detail = _(
            "Send an Idempotency-Key, new for each thing to be done: a call repeated by it happens once."
        )
        raise Problem(400, "no-idempotency-key", detail)
    if len(key) > LONGEST or not key.isascii() or not key.isprintable():
        detail = _("An Idempotency-Key has up to %(n)d printable characters.") % {"n": LONGEST}
        raise Problem(400, "no-idempotency-key", detail)
    return key


def print_of(request: Request, content: bytes) -> str:
    """Method, address and body, hashed."""
    told = f"{request.method} {request.get_full_path()}\n".encode() + content
    return sha256(told).hexdigest()


def once(
    do: Callable[[], Response], *, caller: str, key: str, asked: str, user: User, at: datetime
) -> Response | Answer:
    """What `do` answers, or what it answered the first time."""
    with transaction.atomic():
        if not _lock(f"{caller} {key}"):
            detail = _("A call with this Idempotency-Key is under way: wait for its answer.")
            raise Problem(409, "in-flight", detail)
        known = Answer.objects.filter(caller=caller, key=key).first()
        if known is not None:
            if known.request != asked:
                detail = _("This Idempotency-Key was used for another call: take a new one.")
                raise Problem(422, "idempotency-key-reused", detail)
            return known
        response = do()
        if response.status_code < 300:
            Answer.objects.create(
                caller=caller,
                key=key,
                request=asked,
                user=user,
                status=response.status_code,
                headers={"Content-Type": "application/json"}
                | {name: response[name] for name in KEPT if name in response},
                body=rendered(response),
                answered_at=at,
            )
        return response


def rendered(response: Response) -> bytes:
    """The bytes that the framework will make of it."""
    return b"" if response.data is None else bytes(JSONRenderer().render(response.data))


def _lock(name: str) -> bool:
    """Until the transaction ends; False where somebody else holds it."""
    number = int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def forget(*, before: datetime) -> int:
    """Delete answers that nobody will ask for again."""
    deleted, _by_model = Answer.objects.filter(answered_at__lt=before).delete()
    return deleted
