"""What differs between two editions: rows added, removed, changed, field by field, in words."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.utils import translation

from catalogue.checking import LISTS
from catalogue.differences import Change, differences
from catalogue.management.commands.load_catalogue import PATH
from catalogue.models import Indication
from catalogue.shape import CHILDREN, ROW

CONTENT = json.loads(PATH.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def new() -> Any:
    return deepcopy(CONTENT)


def changes(new: Any) -> list[Change]:
    (row,) = differences(CONTENT, new).changed
    return row.changes


def test_an_edition_does_not_differ_from_itself() -> None:
    assert not differences(CONTENT, CONTENT)


def test_rows_added_and_removed_are_named_and_the_others_are_not_changed(new: Any) -> None:
    gone = new["indications"].pop(3)
    new["indications"].insert(0, {**gone, "code": "EMA-99"})
    told = differences(CONTENT, new)
    assert [row["code"] for row in told.added] == ["EMA-99"]
    assert [row["code"] for row in told.removed] == [gone["code"]]
    assert (told.changed, told.heading, told.touched) == ([], [], [gone["code"]])


def test_a_field_shows_the_old_value_beside_the_new_in_words(new: Any) -> None:
    new["indications"][0] |= {"priority": "high", "dose_max": "0.6", "emergency_allowed": True}
    assert changes(new) == [
        Change("Priority", "Low priority", "High priority"),
        Change("Dose up to (g/kg)", "0.5", "0.6"),
        Change("Also in an emergency", "No", "Yes"),
    ]


def test_a_part_that_stays_is_compared_field_by_field(new: Any) -> None:
    new["indications"][0]["references"][1] |= {"pmid": "30928091", "status": "verified"}
    assert changes(new) == [
        Change("Reference 2 · PMID", "", "30928091"),
        Change("Reference 2 · Status", "As printed", "Verified"),
    ]


def test_parts_that_come_and_go_are_told_whole(new: Any) -> None:
    row = new["indications"][0]
    row["reference_therapies"].pop()
    row["sub_criteria"].append({"code": "third", "name_it": "Terzo", "name_en": "Third"})
    told = {change.label: (change.old, change.new) for change in changes(new)}
    assert told["Use 3"] == ("", "Code: third\nName in Italian: Terzo\nName in English: Third")
    assert told["Therapy 3"][0].startswith("Code: eculizumab") and told["Therapy 3"][1] == ""


def test_another_order_is_a_difference_of_the_heading_and_of_the_parts(new: Any) -> None:
    new["indications"].reverse()
    new["indications"][-1]["references"].reverse()
    told = differences(CONTENT, new)
    assert [change.label for change in told.heading] == ["Order of the rows"]
    assert [change.label for change in told.changed[0].changes] == ["References: order"]


def test_every_column_of_a_file_shows_when_it_changes(new: Any) -> None:
    """A new column that nobody compares would slip into an edition unseen."""
    for name in ROW:
        if name != "code":
            spoilt = {**CONTENT["indications"][0], name: other(Indication, name)}
            assert changes({**new, "indications": [spoilt, *new["indications"][1:]]}), name
    row = next(row for row in new["indications"] if row.get("sub_criteria"))
    for relation, (model, names) in CHILDREN.items():
        for name in names:
            part = {**row[relation][0], name: other(model, name)}
            spoilt = {**row, relation: [part, *row[relation][1:]]}
            assert changes({**new, "indications": [spoilt, *new["indications"][1:]]}), (relation, name)


def other(model: Any, name: str) -> Any:
    """A value that no row has."""
    field = model._meta.get_field(name)
    match field.get_internal_type():
        case "BooleanField":
            return not field.default
        case "ArrayField":
            return ["z9"]
        case "JSONField":
            return [dict.fromkeys(LISTS[name], "z9")]
        case "DateField":
            return "2030-01-01"
        case "DecimalField":
            return "4.5"
    return "z9"
