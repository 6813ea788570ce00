"""What the pharmacy scans or types before it hands anything out."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from documents.content import Address, Scan
from treatments.models import Authorisation


def for_the_pharmacy(period: Authorisation) -> Scan:
    return Scan(
        code=period.code,
        address=Address(f"{settings.SITE_URL.rstrip('/')}{reverse('authorisation', args=[period.address])}"),
    )
