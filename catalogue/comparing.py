"""Which edition another is compared with, and what changed since."""

from __future__ import annotations

from catalogue.choices import EditionStatus
from catalogue.differences import Differences, differences
from catalogue.models import Edition
from catalogue.shape import edition_content


def before(edition: Edition) -> Edition | None:
    """A draft is compared with the edition in force, another with the one it replaced."""
    others = Edition.objects.exclude(pk=edition.pk).exclude(status=EditionStatus.DRAFT)
    if edition.published_at is not None:
        others = others.filter(published_at__lt=edition.published_at)
    return others.order_by("-published_at").first()


def between(old: Edition | None, new: Edition) -> Differences | None:
    """None where there is nothing to compare with."""
    return differences(edition_content(old), edition_content(new)) if old else None
