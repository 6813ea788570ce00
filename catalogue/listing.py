"""The rows as a list shows them: by area in the order of the headings, and by priority within an area."""

from collections.abc import Iterable
from itertools import groupby

from catalogue.choices import Area, Priority
from catalogue.models import Indication

_AREAS, _PRIORITIES = Area.values, Priority.values


def by_area(rows: Iterable[Indication]) -> list[tuple[str, list[Indication]]]:
    """An edition may hold several tables, each with the same headings: here every area stands once."""
    ordered = sorted(
        rows, key=lambda row: (_AREAS.index(row.area), _PRIORITIES.index(row.priority), row.position)
    )
    return [(area, list(group)) for area, group in groupby(ordered, key=Indication.get_area_display)]


def priorities(rows: Iterable[Indication]) -> list[tuple[str, str]]:
    """The priorities that occur, the highest first."""
    found = {row.priority for row in rows}
    return [(value, str(label)) for value, label in Priority.choices if value in found]
