"""From a file to an edition. All or nothing, in one transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import files, permissions
from catalogue.changing import changed, one_at_a_time
from catalogue.checking import problems
from catalogue.choices import EditionStatus
from catalogue.faults import Fault
from catalogue.models import (
    Discarded,
    Edit,
    Edition,
    Indication,
    IndicationQuerySet,
    Reference,
    ReferenceTherapy,
    SubCriterion,
)
from catalogue.publishing import publish
from catalogue.refusals import CatalogueError
from catalogue.shape import CHILDREN, EDITION, ROW, canonical, default_of, object_content, row_content

__all__ = ["CatalogueError", "Loaded", "load", "publish", "read", "refusal"]


@dataclass
class Loaded:
    """What a load did, by code of row."""

    edition: Edition
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def read(path: Path) -> Any:
    """The content of a file, JSON or XLSX. Raises CatalogueError when it cannot be read or has faults."""
    try:
        with path.open("rb") as file:
            found = files.read(file)
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read: {error.strerror}.") from error
    if found.faults:
        raise _faulty(found.faults)
    return found.content


def why_not_offered(code: str) -> str:
    """Why the edition that comes with a release is not loaded again at a start; "" where it is."""
    if Edition.objects.filter(code=code).exclude(status=EditionStatus.DRAFT).exists():
        return f"Edition {code} is here already."
    if Discarded.objects.filter(code=code).exists():
        return f"Edition {code} was discarded here: it is not brought again."
    if Edit.objects.filter(edition__code=code, edited_by__isnull=False, edition__status="draft").exists():
        return f"Edition {code} is a draft that people have changed: it is left as it is."
    return ""


def _faulty(faults: list[Fault]) -> CatalogueError:
    lines = [_("Nothing was loaded. The file has faults:"), *map(str, faults)]
    return CatalogueError("\n".join(lines))


def load(content: Any, *, by: User | None, at: datetime) -> Loaded:
    """Brings the edition of this content into the database, as a draft. `by` None is the installation itself.

    The first edition ever is published at once: nobody could choose an indication otherwise. Raises
    CatalogueError with every fault of the content, or when a published edition would have to change.
    """
    if faults := problems(content):
        raise _faulty(faults)
    if by is not None and (reason := permissions.why_not_write(by, at=at)):
        raise CatalogueError(reason)
    with one_at_a_time():
        edition, is_new = Edition.objects.get_or_create(
            code=content["edition"]["code"],
            defaults={name: content["edition"][name] for name in EDITION}
            | {"loaded_at": at, "loaded_by": by},
        )
        edition.refresh_from_db()
        loaded = compare(edition, content)
        is_same = not (loaded.added or loaded.changed or loaded.removed) and heading_is(edition, content)
        if edition.status == EditionStatus.DRAFT and not is_same:
            _write(loaded, content, by=by, at=at)
            changed(edition, Edit.What.LOADED, by=by, at=at, rows=len(content["indications"]))
        elif not is_same:
            raise CatalogueError(refusal(loaded))
        if is_new and not Edition.objects.exclude(status=EditionStatus.DRAFT).exists():
            publish(edition, by=None, at=at)
    return loaded


def heading_is(edition: Edition, content: Any) -> bool:
    heading: dict[str, Any] = content["edition"]
    return object_content(edition, EDITION) == heading


def compare(edition: Edition, content: Any) -> Loaded:
    """What loading the content would do to the rows of this edition; writes nothing."""
    stored = {row.code: row for row in edition.indications.with_everything()}
    loaded = Loaded(edition, removed=[code for code in stored if code not in _codes(content)])
    for position, row in enumerate(content["indications"], 1):
        old = stored.get(row["code"])
        if old is None:
            loaded.added.append(row["code"])
        elif old.position == position and row_content(old) == canonical(row):
            loaded.left.append(row["code"])
        else:
            loaded.changed.append(row["code"])
    return loaded


def _codes(content: Any) -> list[str]:
    return [row["code"] for row in content["indications"]]


def _write(loaded: Loaded, content: Any, *, by: User | None, at: datetime) -> None:
    edition = loaded.edition
    for name in EDITION:
        setattr(edition, name, content["edition"][name])
    edition.loaded_at, edition.loaded_by = at, by
    edition.save()
    edition.refresh_from_db()
    stale = edition.indications.filter(code__in=loaded.changed + loaded.removed)
    empty(stale)
    stale.filter(code__in=loaded.removed).delete()
    for position, row in enumerate(content["indications"], 1):
        if row["code"] not in loaded.left:
            write_row(edition, position, row)


def empty(rows: IndicationQuerySet) -> None:
    """Takes away what hangs from these rows, the therapies before the uses they name."""
    for model in (ReferenceTherapy, SubCriterion, Reference):
        model.objects.filter(indication__in=rows).delete()


def write_row(edition: Edition, position: int, row: dict[str, Any]) -> None:
    fields = {name: default_of(Indication, name) for name in ROW}
    fields |= {name: row[name] for name in ROW if row.get(name) is not None} | {"position": position}
    indication, _is_new = Indication.objects.update_or_create(
        edition=edition, code=fields.pop("code"), defaults=fields
    )
    sub_criteria: dict[str, Any] = {}
    for relation, (model, _names) in CHILDREN.items():
        for number, child in enumerate(row.get(relation, []), 1):
            given = {name: value for name, value in child.items() if value is not None}
            if "sub_criterion" in given:
                given["sub_criterion"] = sub_criteria[given["sub_criterion"]]
            made = model._default_manager.create(indication=indication, position=number, **given)
            if relation == "sub_criteria":
                sub_criteria[child["code"]] = made


def refusal(loaded: Loaded) -> str:
    """Why a file cannot become this edition any more, and what to do."""
    edition = loaded.edition
    lists = (
        (_("changed: %(codes)s"), loaded.changed),
        (_("added: %(codes)s"), loaded.added),
        (_("removed: %(codes)s"), loaded.removed),
    )
    what = "; ".join(words % {"codes": ", ".join(codes)} for words, codes in lists if codes)
    return _(
        "Edition %(code)s is %(status)s and never changes, but the file differs from it (%(what)s). "
        "Nothing was loaded. Give the file a new edition code, load it as a draft, and have a second "
        "person publish it."
    ) % {
        "code": edition.code,
        "status": edition.get_status_display().lower(),
        "what": what or _("in its heading"),
    }
