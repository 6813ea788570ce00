"""The files of an application: add, correct, remove, read. The one way to each.

Written with the form and by its writers only (`drafts.why_not_write`); what a snapshot froze stays for ever,
by trigger. Bytes lie in the database: a file is there when the transaction says so, and in every backup.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from approvals import drafts
from approvals.acting import lock
from approvals.examining import Finding
from approvals.file_names import tidy
from approvals.models import Application, Attachment, AttachmentContent, AttachmentKind
from approvals.refusals import Refused
from audit import trail

EXAMINATION_SECONDS = 30
# Examinations at once in this web process, and how long one waits for room.
ROOM = BoundedSemaphore(2)
PATIENCE_SECONDS = 20
# The files found fine last, by hash: the same one is not examined again for every draft of a demo.
_fine: dict[str, str] = {}
REMEMBERED = 100
DISK_FULL = "53100"

SENTENCES = {
    Finding.EMPTY: gettext_lazy("the file is empty."),
    Finding.UNKNOWN: gettext_lazy("only PDF, JPEG and PNG files are accepted: save it as one of these."),
    Finding.DAMAGED: gettext_lazy("the file is damaged or incomplete: open it, save it again and retry."),
    Finding.LOCKED: gettext_lazy("the PDF needs a password to open: save it without one."),
    Finding.ACTIVE: gettext_lazy(
        "the PDF holds programs, media or interactive forms: print it to a new PDF and add that."
    ),
    Finding.ENCLOSING: gettext_lazy("the PDF has other files inside: add each of them by itself."),
    Finding.HUGE: gettext_lazy("the picture has too many pixels (50 million at most): make it smaller."),
}


class Damaged(Exception):
    """The stored bytes are not the ones that were given."""


def max_bytes() -> int:
    """The most that one file may have."""
    return int(settings.ATTACHMENT_MEGABYTES * 1024**2)


def too_large() -> str:
    return _("the file is larger than %(limit)s MB.") % {"limit": settings.ATTACHMENT_MEGABYTES}


def add(application: Application, *, name: str, data: bytes, kind: str, by: User, at: datetime) -> Attachment:
    """Keep these bytes. The same file again is the one that is there already: a second click adds nothing.

    Raises `Refused`, nothing written, where the content is not a harmless PDF, JPEG or PNG, the file or all
    of them together are too much, the disk is full, or the person may not write this form now.
    """
    if len(data) > max_bytes():
        raise Refused(too_large())
    content_type, digest = examined(data), sha256(data).hexdigest()
    with room_on_disk(), transaction.atomic():
        locked = _writable(application.pk, by=by, at=at)
        there = {one.sha256: one for one in locked.attachments.all()}
        if digest in there:
            return there[digest]
        _refuse_too_many([*there.values()], len(data))
        attachment = Attachment.objects.create(
            application=locked,
            kind=AttachmentKind(kind),
            name=tidy(name, content_type),
            content_type=content_type,
            size=len(data),
            sha256=digest,
            added_at=at,
            added_by=by,
        )
        AttachmentContent.objects.create(attachment=attachment, data=data)
        locked.saved_at, locked.saved_by = at, by
        locked.save(update_fields=["saved_at", "saved_by"])
        _record(attachment, "attachment_added", by=by, at=at, kind=kind, sha256=digest)
    return attachment


def correct(attachment: Attachment, *, name: str, kind: str, by: User, at: datetime) -> Attachment:
    """Another name or kind for what was never sent; an empty name leaves the old one."""
    with _changing(attachment, by=by, at=at) as kept:
        kept.kind = AttachmentKind(kind)
        kept.name = tidy(name if name.strip() else kept.name, kept.content_type)
        kept.save(update_fields=["kind", "name"])
        _record(kept, "attachment_corrected", by=by, at=at, kind=kind)
    return kept


def remove(attachment: Attachment, *, by: User, at: datetime) -> None:
    """Delete for good what was never sent."""
    with _changing(attachment, by=by, at=at) as kept:
        _record(kept, "attachment_removed", by=by, at=at, sha256=kept.sha256)
        kept.delete()


def read(attachment: Attachment) -> bytes:
    """The bytes as given. Raises `Damaged` where they are not."""
    data = bytes(AttachmentContent.objects.get(pk=attachment.pk).data)
    if sha256(data).hexdigest() != attachment.sha256:
        raise Damaged(str(attachment))
    return data


def listed(attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
    """What a snapshot says about each."""
    names = ("kind", "name", "sha256", "size", "content_type")
    return [{name: getattr(one, name) for name in names} for one in attachments]


def examined(data: bytes) -> str:
    """The content type of bytes that may be kept. Raises `Refused` with what is wrong with the others."""
    digest = sha256(data).hexdigest()
    if digest not in _fine:
        finding, content_type = _examined_apart(data)
        if finding:
            raise Refused(str(SENTENCES[finding]))
        while len(_fine) >= REMEMBERED:
            _fine.pop(next(iter(_fine)), None)
        _fine[digest] = content_type
        return content_type
    return _fine[digest]


def _examined_apart(data: bytes) -> tuple[Finding, str]:
    """See `examining.py`: a process of its own, which a hostile file may break."""
    if not ROOM.acquire(timeout=PATIENCE_SECONDS):
        raise Refused(_("too many files are being checked just now: try again in a minute."))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "approvals.examining"],
            input=data,
            capture_output=True,
            timeout=EXAMINATION_SECONDS,
            cwd=settings.BASE_DIR,
            check=True,
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return Finding.DAMAGED, ""
    finally:
        ROOM.release()
    return Finding(answer["finding"]), answer["content_type"]


@contextmanager
def room_on_disk() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != DISK_FULL:
            raise
        raise Refused(_("there is no room left on the server: call the support.")) from error


def _writable(pk: int, *, by: User, at: datetime) -> Application:
    application = lock(pk)
    if why := drafts.why_not_write(by, application, at=at):
        raise Refused(why)
    return application


@contextmanager
def _changing(attachment: Attachment, *, by: User, at: datetime) -> Iterator[Attachment]:
    """The attachment under the lock of its application, if it may still change."""
    with transaction.atomic():
        application = _writable(attachment.application_id, by=by, at=at)
        kept = application.attachments.filter(pk=attachment.pk).first()
        if kept is None:
            raise Refused(_("The file was removed meanwhile."))
        if kept.is_frozen:
            raise Refused(_("The file was sent with the application: it stays as it was sent."))
        yield kept


def _refuse_too_many(there: list[Attachment], more: int) -> None:
    most, most_together = settings.ATTACHMENTS_PER_APPLICATION, settings.ATTACHMENTS_TOTAL_MEGABYTES
    if len(there) >= most:
        raise Refused(
            ngettext(
                "an application has at most %(n)d attachment.",
                "an application has at most %(n)d attachments.",
                most,
            )
            % {"n": most}
        )
    together = sum(one.size for one in there) + more
    if together > most_together * 1024**2:
        raise Refused(
            _("all attachments together would have %(size)s: %(limit)s MB at most.")
            % {"size": filesizeformat(together), "limit": most_together}
        )


def _record(attachment: Attachment, action: str, *, by: User, at: datetime, **data: Any) -> None:
    chain = attachment.application.chain
    trail.record(chain, action, by=by, at=at, data={"attachment": attachment.pk, **data})
