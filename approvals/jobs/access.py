"""Mails about accesses: a number, a sentence, a link. Why somebody opened a file is read where it is kept."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from accounts.models import User
from approvals.jobs.texts import written
from approvals.models import AccessReview, EmergencyAccess
from outbox.jobs import Superseded
from outbox.telling import Text, mail

OPENED = gettext_lazy("Opened by somebody outside the unit")
SENTENCE = gettext_lazy(
    "A clinician of another unit has opened this file and said why. Read who and why, and say whether it was"
    " justified."
)


@mail("mail_glass")
def mail_glass(*, at: datetime, to: User, access: int) -> Text:
    opened = EmergencyAccess.objects.select_related("application").get(pk=access)
    if AccessReview.objects.filter(access=opened).exists():
        raise Superseded("Somebody has looked at it already.")
    return written(opened.application, OPENED, SENTENCE)
