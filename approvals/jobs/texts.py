"""What a mail about an application says: a number, a sentence and a link, in the recipient's language."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise

from approvals.models import Application
from outbox.telling import Text


def written(application: Application, subject: Promise | str, sentence: Promise | str) -> Text:
    """Never who the patient is: mail travels and stays in the open."""
    link = reverse("application", args=[application.number])
    context = {"number": application.number, "sentence": sentence, "link": settings.SITE_URL + link}
    body = render_to_string("approvals/mail/notice.txt", context)
    return Text(f"{application.number}: {subject}", body, link)
