"""A lot was searched that masked patients received too: the list leaves them out, and they must be reached.

Those who treat them are told by mail, number only, once a day for each lot: they see the ledger, and act on
the recall. Whoever searched learns nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Upper
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.people import day, holders
from outbox.telling import Text, mail, tell
from treatments.models import Authorisation, Dispensing


def tell_those_who_treat(lot: str, *, hospitals: Iterable[int], at: datetime) -> None:
    received = (
        Dispensing.objects.alias(printed=Upper("lot"))
        .filter(printed=lot, authorisation__hospital__in=hospitals, authorisation__is_masked=True)
        .order_by()
    )
    pks = received.values_list("authorisation", flat=True).distinct()
    for period in Authorisation.objects.filter(pk__in=pks).select_related("prescriber").order_by("pk"):
        key = f"lot:{period.pk}:{sha256(lot.encode()).hexdigest()[:16]}:{day(at).isoformat()}"
        heads = holders(Role.HEAD_OF_UNIT, at=at, hospital_id=period.hospital_id, unit_id=period.unit_id)
        people = {one.pk: one for one in (*heads, period.prescriber) if one.is_active}
        with transaction.atomic():
            told = {"authorisation": period.pk}
            tell("mail_masked_lot", key, told, to=people.values(), at=at, is_urgent=True)


@mail("mail_masked_lot")
def mail_masked_lot(*, at: datetime, to: User, authorisation: int) -> Text:
    period = Authorisation.objects.get(pk=authorisation)
    link = reverse("authorisation", args=[period.address])
    number = period.number.rsplit("/", 1)[0]
    context = {"number": number, "link": settings.SITE_URL + link}
    body = render_to_string("treatments/mail/masked_lot.txt", context)
    return Text(_("%(number)s: the pharmacy is looking for who received a lot") % context, body, link)
