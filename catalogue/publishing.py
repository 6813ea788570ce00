"""From a draft to the edition in force; the one before is superseded. Never undone: publish another one."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import day
from catalogue import permissions
from catalogue.changing import one_at_a_time, told
from catalogue.choices import EditionStatus
from catalogue.models import Edition
from catalogue.refusals import CatalogueError, Stale
from catalogue.shape import edition_content, fingerprint


def publish(
    edition: Edition, *, by: User | None, at: datetime, effective_on: date | None = None, seen: str = ""
) -> None:
    """Makes a draft the current edition. `by` None is the installation, for the first edition ever.

    `seen` is what the publisher looked at (`seen_of`): what was changed since is not published unread, nor is
    it compared with an edition that another one replaced meanwhile. `effective_on` (not later than today: it
    is in force from now on) replaces the draft's own day. Raises CatalogueError.
    """
    with one_at_a_time():
        edition.refresh_from_db()
        reason = permissions.why_not_publish(by, edition, at=at) if by else permissions.not_a_draft(edition)
        if reason:
            raise CatalogueError(reason)
        if seen and seen != seen_of(edition):
            raise Stale(
                _(
                    "The draft, or the edition in force, was changed while you were reading: read the "
                    "differences again."
                )
            )
        edition.effective_on = effective_on or edition.effective_on
        if by is not None and edition.effective_on > day(at):
            raise CatalogueError(
                _("An edition is in force as soon as it is published: not from a later day.")
            )
        before = Edition.objects.filter(status=EditionStatus.PUBLISHED).first()
        if before is not None:
            before.status, before.superseded_at, before.superseded_by = EditionStatus.SUPERSEDED, at, by
            before.save()
            told(before, "edition_superseded", by=by, at=at, next=edition.code)
        edition.status, edition.published_at, edition.published_by = EditionStatus.PUBLISHED, at, by
        edition.save()
        told(edition, "edition_published", by=by, at=at, effective_on=edition.effective_on.isoformat())


def seen_of(draft: Edition) -> str:
    """What the page of a publisher shows: the draft, beside the edition in force."""
    in_force = Edition.objects.filter(status=EditionStatus.PUBLISHED).values_list("code", flat=True).first()
    return fingerprint({"draft": edition_content(draft), "in_force": in_force})
