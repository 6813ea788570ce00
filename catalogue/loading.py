"""From a file to an edition, from a draft to the published one. All or nothing, in one transaction."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from catalogue.checking import problems
from catalogue.choices import EditionStatus
from catalogue.models import Edition, Indication, Reference, ReferenceTherapy, SubCriterion
from catalogue.shape import CHILDREN, EDITION, ROW, canonical, default_of, object_content, row_content


class CatalogueError(Exception):
    """The catalogue was left as it was; the message says why and what to do."""


@dataclass
class Loaded:
    """What a load did, by code of row."""

    edition: Edition
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def read(path: Path) -> Any:
    """The content of a file. Raises CatalogueError when it cannot be read or is not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CatalogueError(f"{path} is not a JSON file in UTF-8: {error}.") from error


def load(content: Any, *, by: User | None, at: datetime) -> Loaded:
    """Brings the edition of this content into the database, as a draft. `by` None is the installation itself.

    The first edition ever is published at once: nobody could choose an indication otherwise. Raises
    CatalogueError with every fault of the content, or when a published edition would have to change.
    """
    if faults := problems(content):
        raise CatalogueError("Nothing was loaded. " + "\n".join(["The file has faults:", *faults]))
    with transaction.atomic():
        _one_at_a_time()
        edition, is_new = Edition.objects.get_or_create(
            code=content["edition"]["code"],
            defaults={name: content["edition"][name] for name in EDITION}
            | {"loaded_at": at, "loaded_by": by},
        )
        edition.refresh_from_db()
        loaded = _compare(edition, content)
        is_same = not (loaded.added or loaded.changed or loaded.removed) and _heading_is(edition, content)
        if edition.status == EditionStatus.DRAFT and not is_same:
            _write(loaded, content, by=by, at=at)
        elif not is_same:
            raise CatalogueError(_refusal(loaded))
        if is_new and not Edition.objects.exclude(status=EditionStatus.DRAFT).exists():
            publish(edition, by=None, at=at)
    return loaded


def publish(edition: Edition, *, by: User | None, at: datetime) -> None:
    """Makes a draft the current edition and supersedes the one before. Never by the person who loaded it."""
    if by is not None and by == edition.loaded_by:
        raise CatalogueError("An edition is published by a second person, not by the one who loaded it.")
    with transaction.atomic():
        _one_at_a_time()
        edition.refresh_from_db()
        if edition.status != EditionStatus.DRAFT:
            raise CatalogueError(f"Edition {edition.code} is already {edition.status}.")
        Edition.objects.filter(status=EditionStatus.PUBLISHED).update(
            status=EditionStatus.SUPERSEDED, superseded_at=at, superseded_by=by
        )
        edition.status, edition.published_at, edition.published_by = EditionStatus.PUBLISHED, at, by
        edition.save()


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE catalogue_edition IN SHARE ROW EXCLUSIVE MODE")


def _heading_is(edition: Edition, content: Any) -> bool:
    heading: dict[str, Any] = content["edition"]
    return object_content(edition, EDITION) == heading


def _compare(edition: Edition, content: Any) -> Loaded:
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
    for model in (ReferenceTherapy, SubCriterion, Reference):
        model.objects.filter(indication__in=stale).delete()
    stale.filter(code__in=loaded.removed).delete()
    for position, row in enumerate(content["indications"], 1):
        if row["code"] not in loaded.left:
            _write_row(edition, position, row)


def _write_row(edition: Edition, position: int, row: dict[str, Any]) -> None:
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


def _refusal(loaded: Loaded) -> str:
    edition = loaded.edition
    what = [
        f"{name} {', '.join(codes)}"
        for name, codes in (
            ("changed:", loaded.changed),
            ("added:", loaded.added),
            ("removed:", loaded.removed),
        )
        if codes
    ]
    return (
        f"Edition {edition.code} is {edition.status} and never changes, but the file differs from it "
        f"({'; '.join(what) or 'in its heading'}). Nothing was loaded. Give the file a new edition code "
        f"(edition, code), load it as a draft, and have a second person publish it."
    )
