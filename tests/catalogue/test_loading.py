"""Loading a catalogue file: twice is once, a bad file is refused whole, a published edition is left alone."""

import json
from collections.abc import Iterator
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.models import User
from catalogue import loading
from catalogue.changing import changed
from catalogue.checking import problems
from catalogue.management.commands.load_catalogue import PATH
from catalogue.models import Discarded, Edit, Edition, Indication
from catalogue.schedules import Family
from tests.catalogue.rows import NOON
from tests.people import people

__all__ = ["people"]

pytestmark = pytest.mark.django_db
CONTENT = json.loads(PATH.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def content() -> Any:
    return deepcopy(CONTENT)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def load(content: Any, by: User | None = None) -> loading.Loaded:
    return loading.load(content, by=by, at=NOON)


def refusal(content: Any) -> str:
    with pytest.raises(loading.CatalogueError) as refused:
        load(content)
    return str(refused.value)


def draft_of(content: Any, code: str = "2026-1") -> Any:
    """The same content as a further edition, which stays a draft."""
    load(CONTENT)
    content["edition"]["code"] = code
    return content


def test_the_first_load_publishes_the_catalogue() -> None:
    said = run("load_catalogue")
    assert "Edition 2025-2 (published): 25 added, 0 changed, 0 left." in said
    assert Indication.objects.current().printed().count() == 24
    assert sum(row.references.count() for row in Indication.objects.current()) == 47


def test_a_second_load_changes_nothing_and_says_so() -> None:
    run("load_catalogue")
    said = run("load_catalogue", str(PATH)).strip()
    assert said == "Edition 2025-2 (published): 0 added, 0 changed, 25 left."


def test_a_start_is_not_held_up_by_a_release_whose_file_differs_from_what_is_published(content: Any) -> None:
    content["indications"].pop()
    load(content)
    assert run("load_catalogue").strip() == "Edition 2025-2 is here already."
    assert Indication.objects.current().count() == 24


def test_what_is_exported_is_what_was_loaded() -> None:
    run("load_catalogue")
    assert json.loads(run("export_catalogue")) == CONTENT


def test_every_row_hands_the_dose_arithmetic_a_sound_schedule() -> None:
    load(CONTENT)
    families = []
    for row in Indication.objects.current().printed():
        row.schedule().check()
        families.append(row.family())
    assert {family: families.count(family) for family in Family} == {
        Family.DAILY: 11, Family.CYCLE_CAPPED: 10, Family.SINGLE: 1, Family.NONE: 2
    }  # fmt: skip


def test_therapies_depend_on_the_use_chosen() -> None:
    load(CONTENT)
    row = Indication.objects.current().get(code="PED-06")
    assert [therapy.code for therapy in row.therapies_for("pans")] == ["neuroleptics", "corticosteroids"]
    assert row.therapies_for("pandas") == []


def test_a_further_edition_stays_a_draft_and_counts_what_changed(content: Any) -> None:
    draft = draft_of(content)
    assert len(load(draft).added) == 25
    draft["indications"][3]["name_en"] = "Another name"
    draft["indications"][5]["sub_criteria"][0]["name_en"] = "Another use"
    draft["indications"][20]["references"].reverse()
    gone = draft["indications"].pop()["code"]
    loaded = load(draft)
    assert loaded.changed == ["EMA-03", "EMA-05", "TRA-01"]
    assert (loaded.removed, loaded.added, len(loaded.left)) == ([gone], [], 21)
    assert load(draft).changed == []
    assert json.loads(run("export_catalogue", "2026-1")) == draft
    assert {row.edition.code for row in Indication.objects.current()} == {"2025-2"}


def test_where_the_first_edition_is_in_force_the_next_arrives_as_a_draft() -> None:
    load(json.loads((Path(__file__).parent / "data/2025-1.json").read_text(encoding="utf-8")))
    assert "Edition 2025-2 (draft): 25 added" in run("load_catalogue")
    assert {row.edition.code for row in Indication.objects.current()} == {"2025-1"}


def test_the_edition_of_the_release_is_brought_once(people: dict[str, User]) -> None:
    load(json.loads((Path(__file__).parent / "data/2025-1.json").read_text(encoding="utf-8")))
    run("load_catalogue")
    changed(Edition.objects.get(code="2025-2"), Edit.What.HEADING, by=people["pharmacist-1"], at=NOON)
    Edition.objects.filter(code="2025-2").update(title="Changed by a pharmacist")
    assert "a draft that people have changed" in run("load_catalogue")
    assert Edition.objects.get(code="2025-2").title == "Changed by a pharmacist"
    Discarded.objects.create(code="2025-2", discarded_at=NOON, discarded_by=people["pharmacist-1"])
    assert "discarded here" in run("load_catalogue")


def test_a_preview_by_the_command_writes_nothing(tmp_path: Path, content: Any) -> None:
    file = tmp_path / "next.json"
    file.write_text(json.dumps(draft_of(content)))
    assert "Nothing was written. Edition 2026-1 (draft): 25 added" in run(
        "load_catalogue", str(file), "--preview"
    )
    assert not Edition.objects.filter(code="2026-1").exists()


def test_only_a_pharmacist_loads_a_file(people: dict[str, User], content: Any) -> None:
    with pytest.raises(loading.CatalogueError, match="Only a pharmacist"):
        load(content, by=people["chair"])
    assert not Edition.objects.exists()


def test_every_reading_of_our_own_says_who_settled_it_and_when() -> None:
    load(CONTENT)
    for row in Indication.objects.current():
        is_ours = row.basis_source in ("rule", "doubtful")
        assert (row.basis_settled_on is not None) == bool(row.basis_settled_by) == is_ours, row.code


def test_rows_of_a_draft_may_change_places(content: Any) -> None:
    draft = draft_of(content)
    load(draft)
    draft["indications"].reverse()
    assert len(load(draft).changed) == 24
    assert json.loads(run("export_catalogue", "2026-1")) == draft


def test_a_published_edition_is_not_changed_by_a_file(content: Any) -> None:
    load(CONTENT)
    content["indications"][0]["dose_max"] = "0.6"
    said = refusal(content)
    assert "Edition 2025-2 is published and never changes" in said
    assert "changed: IMM-01" in said
    assert "new edition code" in said
    assert json.loads(run("export_catalogue")) == CONTENT


def test_a_published_edition_keeps_its_heading(content: Any) -> None:
    load(CONTENT)
    content["edition"]["effective_on"] = "2025-02-01"
    assert "differs from it (in its heading)" in refusal(content)


def test_an_edition_is_published_once() -> None:
    load(CONTENT)
    with pytest.raises(loading.CatalogueError, match="is published: it never changes"):
        loading.publish(Edition.objects.get(), by=None, at=NOON)


FAULTS: dict[str, tuple[Any, str]] = {
    "unknown field": (lambda row: row.update(dosis="1"), "row IMM-01, dosis: there is no such field."),
    "missing field": (lambda row: row.pop("name_en"), "row IMM-01, name_en: This field cannot be blank."),
    "number as a number": (
        lambda row: row.update(dose_min=0.4),
        'row IMM-01, dose_min: must be a decimal number in quotes, for example "0.4".',
    ),
    "true as text": (
        lambda row: row.update(emergency_allowed="true"),
        "row IMM-01, emergency_allowed: must be true or false.",
    ),
    "unknown choice": (
        lambda row: row.update(area="dentistry"),
        "row IMM-01, area: Value 'dentistry' is not a valid",
    ),
    "null where a list belongs": (
        lambda row: row.update(references=None),
        "row IMM-01, references: must be a list of objects.",
    ),
    "a sign that cannot be stored": (
        lambda row: row.update(printed_condition="A\x00B"),
        "row IMM-01, printed_condition: holds a sign that cannot be stored",
    ),
    "the same work twice": (
        lambda row: row["references"].append(row["references"][0]),
        "row IMM-01, references: “Rodriguez-Pintó I, Espinosa",
    ),
    "settled by nobody": (
        lambda row: row.pop("basis_settled_by_en"),
        "row IMM-01, schedule: who settled the reading, in both languages, goes with the day.",
    ),
    "DOI as an address": (
        lambda row: row["references"][0].update(doi="https://doi.org/10.1000/1"),
        "row IMM-01, references 1, doi: Write the DOI alone",
    ),
    "PMID with words": (
        lambda row: row["references"][0].update(pmid="PMID 1"),
        "row IMM-01, references 1, pmid: Write the PMID alone",
    ),
    "code of another shape": (
        lambda row: row.update(code="imm/1"),
        "row imm/1, code: Write three capitals and two digits",
    ),
    "contrary range": (
        lambda row: row.update(dose_max="0.3"),
        "row IMM-01, schedule: dose_min must be above zero",
    ),
    "no schedule": (
        lambda row: row.pop("basis"),
        "row IMM-01, schedule: give basis, its source and both doses",
    ),
    "cap without a cycle": (
        lambda row: row.update(cap_g="80", days_min=None),
        "row IMM-01, schedule: days_min is",
    ),
    "overlap with nothing": (
        lambda row: row.update(overlaps_with=["XXX-01"]),
        "row IMM-01, overlaps_with: XXX-01 is not another row of this file.",
    ),
    "fault in a child": (
        lambda row: row["reference_therapies"][1].update(role="maybe"),
        "row IMM-01, reference_therapies 2, role: Value 'maybe' is not a valid choice.",
    ),
    "child that is no object": (
        lambda row: row.update(references=["text"]),
        "row IMM-01, references: must be a list of objects.",
    ),
    "therapy that is not printed": (
        lambda row: row["reference_therapies"][0].update(printed="aspirina"),
        "row IMM-01, reference_therapies 1, printed: does not stand in",
    ),
    "therapy of an unknown use": (
        lambda row: row["reference_therapies"][0].update(sub_criterion="none"),
        "row IMM-01, reference_therapies 1, sub_criterion: none is none of this row's.",
    ),
    "same code twice": (
        lambda row: row["sub_criteria"][1].update(code="catastrophic"),
        "row IMM-01, sub_criteria: the code catastrophic is used 2 times.",
    ),
    "note in one language": (
        lambda row: row["interpretation_notes"][0].pop("en"),
        "row IMM-01, interpretation_notes 1: must have exactly the texts it, en.",
    ),
    "typo that is not printed": (
        lambda row: row["suspected_typos"][0].update(span="xyz"),
        "row IMM-01, suspected_typos 1: “xyz” does not stand in reference:1.",
    ),
    "two rows with one code": (
        lambda row: row.update(code="EMA-01"),
        "row EMA-01, code: used by more than one row.",
    ),
    "row without a code": (lambda row: row.pop("code"), "row 1, code: This field cannot be blank."),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_with_a_fault_is_refused_naming_row_and_field(
    fault: str, content: Any, tmp_path: Path
) -> None:
    spoil, expected = FAULTS[fault]
    spoil(content["indications"][0])
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps(content))
    with pytest.raises(CommandError) as refused:
        run("load_catalogue", str(file))
    assert expected in str(refused.value)
    assert not Edition.objects.exists()


def test_all_faults_are_told_at_once(content: Any) -> None:
    content["edition"]["effective_on"] = "tomorrow"
    content["indications"][0]["area"] = "dentistry"
    content["indications"][23]["population"] = "some"
    said = refusal(content)
    assert said.startswith("Nothing was loaded.")
    assert [line.split(":")[0] for line in said.split("\n")[1:]] == [
        "edition, effective_on",
        "row IMM-01, area",
        "row OFT-03, population",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "is not a JSON file"),
        ("[]", "exactly two fields"),
        ('{"edition": {}, "indications": []}', "at least one object"),
        ('{"edition": 1, "indications": []}', "edition: must be an object"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(text: str, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.json"
    file.write_text(text)
    with pytest.raises(CommandError, match=expected):
        run("load_catalogue", str(file))


def test_a_missing_file_is_refused_in_words() -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run("load_catalogue", "/nowhere.json")


@pytest.mark.parametrize(
    "changes",
    [
        {"printed_condition": "Una malattia"},
        {"not_routinely_indicated": False, "basis": "per_day", "basis_source": "rule"},
    ],
)
def test_a_row_outside_the_catalogue_prints_nothing_and_has_no_schedule(
    content: Any, changes: dict[str, Any]
) -> None:
    content["indications"][-1] |= changes
    assert problems(content)


@pytest.mark.parametrize("name", ["printed_condition", "printed_reference_therapies", "printed_schedule"])
def test_every_other_row_has_its_printed_texts(content: Any, name: str) -> None:
    assert not problems(content)
    content["indications"][0].pop(name)
    assert problems(content)


def test_a_row_may_be_reassessed_so_many_days_after_the_last_infusion(content: Any) -> None:
    draft = draft_of(content)
    row = draft["indications"][3]
    row["reassessment_trigger"], row["reassessment_after"] = "infusion", 14
    load(draft)
    assert json.loads(run("export_catalogue", "2026-1")) == draft
    del row["reassessment_after"]
    assert "reassessment_after goes with the triggers months, cycles and infusion" in refusal(draft)
