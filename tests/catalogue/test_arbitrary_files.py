"""Whatever stands in a file, it is judged: faults with a place, or an edition that loads as it is."""

import json
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue import loading
from catalogue.checking import problems
from catalogue.management.commands.load_catalogue import PATH
from catalogue.models import Edition
from catalogue.shape import CHILDREN, EDITION, ROW, canonical, edition_content
from tests.catalogue.rows import NOON

pytestmark = pytest.mark.django_db
ROWS = {row["code"]: row for row in json.loads(PATH.read_text(encoding="utf-8"))["indications"]}
HEADING = {"code": "any", "title": "x", "printed_title": "x", "effective_on": "2026-01-01"}
PARTS = [(relation, name) for relation, (_model, names) in CHILDREN.items() for name in names]

plain = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[]))
)
anything = plain | st.sampled_from(["0.4", "2026-02-30", "1e999", "NaN", "IMM-01", "per_day", "\x00", "é"])
tree = st.recursive(
    anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
place = st.sampled_from([("edition", name) for name in EDITION] + [("row", name) for name in ROW] + PARTS)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(place, tree), min_size=1, max_size=3))
def test_a_file_is_judged_or_loaded_whatever_stands_in_it(changes: Any) -> None:
    row, heading = deepcopy(ROWS["IMM-01"]), dict(HEADING)
    for (part, name), value in changes:
        target = heading if part == "edition" else row if part == "row" else row[part][0]
        target[name] = value
    content = {"edition": heading, "indications": [row]}
    faults = problems(content)
    assert all(str(fault) and fault.path is not None for fault in faults)
    if not faults:
        with transaction.atomic():
            loading.load(content, by=None, at=NOON)
            stored = edition_content(Edition.objects.get())
            assert stored["indications"] == [canonical(row)]
            transaction.set_rollback(True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=tree)
def test_any_json_is_judged(content: Any) -> None:
    assert problems(content)
    assert problems({"edition": content, "indications": content})
    assert problems({"edition": {}, "indications": [content]})
