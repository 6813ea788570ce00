"""The last line of a job that tells somebody something: one plain mail to one person."""

import hashlib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage


def message_id(key: str) -> str:
    """The Message-ID that every mail for this key carries, so that a repeated one is seen to be the same."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def send(key: str, to: str, subject: str, body: str) -> None:
    """Hand one mail to the mail server; `OSError` if it does not take it, `ValueError` without an address.

    `key` is the promise's: a retry sends the same Message-ID. The text says where to look (a link) and
    never who the patient is or what for: mail travels and stays in the open.
    """
    if not to:
        raise ValueError("The recipient has no e-mail address.")
    headers = {"Message-ID": message_id(key), "Auto-Submitted": "auto-generated"}
    EmailMessage(subject=subject, body=body, to=[to], headers=headers).send()
