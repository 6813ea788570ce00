"""Changing a draft edition in the browser. Each act is one transaction and is refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import loading, permissions
from catalogue.changing import changed, changing, one_at_a_time, told
from catalogue.checking import heading_faults, row_faults
from catalogue.choices import EditionStatus
from catalogue.faults import Fault
from catalogue.models import Discarded, Edit, Edition, Indication, Upload
from catalogue.refusals import CatalogueError, Stale
from catalogue.shape import EDITION, canonical, edition_content, fingerprint, object_content, row_content


class Faulty(CatalogueError):
    """What was typed has faults, each with its place in the row or heading."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def start(*, code: str, title: str, effective_on: date | str, by: User, at: datetime) -> Edition:
    """A draft that begins as a copy of the edition in force."""
    with one_at_a_time():
        if reason := permissions.why_not_write(by, at=at):
            raise CatalogueError(reason)
        current = Edition.objects.filter(status=EditionStatus.PUBLISHED).first()
        if current is None:
            raise CatalogueError(_("No edition is in force to start from: import a file."))
        heading = {"code": code, "title": title, "effective_on": str(effective_on)}
        if faults := heading_faults(heading | {"printed_title": current.printed_title}):
            raise Faulty(faults)
        if Edition.objects.filter(code=code).exists():
            raise Faulty([Fault(("code",), _("There is an edition with this code already."))])
        edition = Edition.objects.create(
            **heading, printed_title=current.printed_title, loaded_at=at, loaded_by=by
        )
        for position, row in enumerate(edition_content(current)["indications"], 1):
            loading.write_row(edition, position, row)
        changed(edition, Edit.What.COPIED, by=by, at=at, copied_from=current.code)
    edition.refresh_from_db()
    return edition


def change_heading(
    edition: Edition, heading: Mapping[str, Any], *, seen: str, by: User, at: datetime
) -> None:
    """Title, printed title and day of a draft; its code stays."""
    with changing(edition, by=by, at=at):
        before = object_content(edition, EDITION)
        if seen != fingerprint(before):
            raise Stale(_("Somebody changed the heading while you were writing."))
        after = {**before, **heading}
        if faults := heading_faults(after):
            raise Faulty(faults)
        fields = [name for name in EDITION if before.get(name) != after.get(name)]
        if fields:
            Edition.objects.filter(pk=edition.pk).update(**{name: after[name] for name in fields})
            changed(edition, Edit.What.HEADING, by=by, at=at, fields=fields)
    edition.refresh_from_db()


def save_row(
    edition: Edition, row: Mapping[str, Any], *, code: str = "", seen: str = "", by: User, at: datetime
) -> None:
    """Writes a row in the shape of a file: the one with this code as it was `seen`, or a new one.

    Raises Faulty with every fault, Stale where the row was changed or taken out since it was seen.
    """
    with changing(edition, by=by, at=at):
        codes = list(edition.indications.values_list("code", flat=True))
        given = {**row, "code": code or row.get("code")}
        faults = list(row_faults(given, codes if code else [*codes, given["code"]]))
        if not code and given["code"] in codes:
            faults.append(Fault(("code",), _("This edition holds a row with this code already.")))
        if faults:
            raise Faulty(faults)
        old = find(edition, code, seen) if code else None
        before, after = row_content(old) if old else {}, canonical(given)
        if before == after:
            return
        if old is not None:
            loading.empty(edition.indications.filter(code=code))
        loading.write_row(edition, old.position if old else _last(edition) + 1, given)
        what = Edit.What.ROW_CHANGED if old else Edit.What.ROW_ADDED
        fields = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        changed(edition, what, by=by, at=at, row=given["code"], **({"fields": fields} if old else {}))


def remove_row(edition: Edition, code: str, *, seen: str, by: User, at: datetime) -> None:
    """Takes a row out of a draft; refused while another row says that it overlaps with it."""
    with changing(edition, by=by, at=at):
        old = find(edition, code, seen)
        naming = edition.indications.filter(overlaps_with__contains=[code]).values_list("code", flat=True)
        if naming:
            sentence = _("Row %(code)s cannot go: these rows say that they overlap with it: %(others)s.")
            raise CatalogueError(sentence % {"code": code, "others": ", ".join(naming)})
        loading.empty(edition.indications.filter(code=code))
        old.delete()
        changed(edition, Edit.What.ROW_REMOVED, by=by, at=at, row=code)


def discard(edition: Edition, *, by: User, at: datetime) -> None:
    """Throws a draft away; its code may be used again, the installation does not bring it back."""
    with changing(edition, by=by, at=at):
        told(edition, "edition_discarded", by=by, at=at)
        loading.empty(edition.indications.all())
        edition.indications.all().delete()
        Discarded.objects.update_or_create(
            code=edition.code, defaults={"discarded_at": at, "discarded_by": by}
        )
        edition.delete()


def take(upload: Upload, *, seen: str, by: User, at: datetime) -> Edition:
    """Makes a previewed file the draft it describes. `seen`: what was there when the preview was drawn."""
    with one_at_a_time():
        target = Edition.objects.filter(code=upload.content["edition"]["code"]).first()
        if seen != seen_of(target):
            raise Stale(_("The catalogue changed since this preview: look at it again."))
        edition = loading.load(upload.content, by=by, at=at).edition
        upload.delete()
    return edition


def seen_of(edition: Edition | None) -> str:
    """What a page saw of a whole edition."""
    return fingerprint(edition_content(edition)) if edition else "nothing"


def find(edition: Edition, code: str, seen: str) -> Indication:
    """The row as the page saw it. Raises Stale."""
    row = edition.indications.with_everything().filter(code=code).first()
    if row is None:
        raise Stale(_("Row %(code)s was taken out of the draft meanwhile.") % {"code": code})
    if seen != fingerprint(row_content(row)):
        sentence = _("%(who)s changed this row while you were writing: nothing of yours was saved.")
        last = Edit.objects.filter(edition=edition, row=code, edited_by__isnull=False).last()
        raise Stale(sentence % {"who": last.edited_by if last else _("Somebody")})
    return row


def _last(edition: Edition) -> int:
    return edition.indications.order_by("-position").values_list("position", flat=True).first() or 0
