"""Drafts of the catalogue: who writes them, who publishes them, and what a stale page may not do."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from accounts.models import User
from audit.models import Entry
from catalogue import drafting
from catalogue.choices import EditionStatus
from catalogue.models import Discarded, Edit, Edition, Indication
from catalogue.permissions import why_not_publish
from catalogue.publishing import publish, seen_of
from catalogue.refusals import CatalogueError, Stale
from catalogue.shape import EDITION, edition_content, fingerprint, object_content, row_content
from tests.approvals.answers import make_catalogue
from tests.people import people

__all__ = ["people"]
pytestmark = pytest.mark.django_db
People = dict[str, User]
AT = timezone.now()
WRITERS = {"pharmacist-1", "pharmacist-2"}
PUBLISHERS = {"pharmacist-2", "chair", "director"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def draft(people: People) -> Edition:
    """A draft that the first pharmacist started from the edition in force."""
    make_catalogue()
    return start(people["pharmacist-1"])


def start(by: User, code: str = "2027-1") -> Edition:
    return drafting.start(code=code, title="Next", effective_on=AT.date(), by=by, at=AT)


def stored(edition: Edition, code: str) -> dict[str, Any]:
    return row_content(edition.indications.with_everything().get(code=code))


def save(edition: Edition, code: str, by: User, seen: str = "", **changes: Any) -> None:
    row = stored(edition, code)
    drafting.save_row(edition, {**row, **changes}, code=code, seen=seen or fingerprint(row), by=by, at=AT)


def published() -> dict[str, Any]:
    return edition_content(Edition.objects.get(status=EditionStatus.PUBLISHED))


def test_a_draft_begins_as_the_edition_in_force_and_leaves_it_alone(draft: Edition) -> None:
    assert edition_content(draft)["indications"] == published()["indications"]
    assert {row.edition.code for row in Indication.objects.current()} == {"2025-2"}


def test_only_pharmacists_write(people: People) -> None:
    make_catalogue()
    may = set()
    for name, person in people.items():
        try:
            start(person, code=f"by-{name}")
        except CatalogueError as error:
            assert str(error) == "Only a pharmacist may change the catalogue."
        else:
            may.add(name)
    assert may == WRITERS


def test_a_second_person_publishes(people: People, draft: Edition) -> None:
    may = {name for name, person in people.items() if not why_not_publish(person, draft, at=AT)}
    assert may == PUBLISHERS


def test_whoever_changed_one_row_does_not_publish(people: People, draft: Edition) -> None:
    save(draft, "IMM-01", people["pharmacist-2"], name_it="Altro nome")
    with pytest.raises(CatalogueError, match="second person"):
        publish(draft, by=people["pharmacist-2"], at=AT)
    publish(draft, by=people["chair"], at=AT)
    assert Indication.objects.current().get(code="IMM-01").name_it == "Altro nome"


def test_whoever_started_it_does_not_publish_what_another_loaded_since(
    people: People, draft: Edition
) -> None:
    Edition.objects.filter(pk=draft.pk).update(loaded_by=people["pharmacist-2"])
    for name in WRITERS:
        with pytest.raises(CatalogueError, match="second person"):
            publish(draft, by=people[name], at=AT)


def test_the_command_asks_for_a_second_person_too(people: People, draft: Edition) -> None:
    with pytest.raises(CommandError, match="second person"):
        call_command("publish_edition", draft.code, "--by", "pharmacist-1")
    with pytest.raises(CommandError, match="published by a pharmacist, the chair or the medical director"):
        call_command("publish_edition", draft.code, "--by", "prescriber-w3")
    call_command("publish_edition", draft.code, "--by", "director")
    assert {row.edition.code for row in Indication.objects.current()} == {draft.code}


def test_publishing_supersedes_the_one_before_and_says_who_and_when(people: People, draft: Edition) -> None:
    publish(draft, by=people["chair"], at=AT, effective_on=AT.date() - timedelta(days=3))
    old = Edition.objects.get(code="2025-2")
    assert (old.status, old.superseded_by, old.superseded_at) == ("superseded", people["chair"], AT)
    draft.refresh_from_db()
    assert (draft.status, draft.published_by, draft.published_at) == ("published", people["chair"], AT)
    assert draft.effective_on == AT.date() - timedelta(days=3)


def test_an_edition_is_not_published_from_a_day_to_come(people: People, draft: Edition) -> None:
    with pytest.raises(CatalogueError, match="not from a later day"):
        publish(draft, by=people["chair"], at=AT, effective_on=AT.date() + timedelta(days=2))
    assert Edition.objects.get(code=draft.code).status == "draft"


def test_what_changed_after_the_publisher_read_it_is_not_published(people: People, draft: Edition) -> None:
    seen = seen_of(draft)
    save(draft, "OFT-03", people["pharmacist-1"], name_it="Altro nome")
    with pytest.raises(Stale, match="changed while you were reading"):
        publish(draft, by=people["chair"], at=AT, seen=seen)
    publish(draft, by=people["chair"], at=AT, seen=seen_of(draft))


def test_differences_from_an_edition_that_was_replaced_meanwhile_are_read_again(
    people: People, draft: Edition
) -> None:
    """Else the second of two publishers would take back, unseen, what the first one put in force."""
    other = start(people["pharmacist-1"], code="other-1")
    save(other, "OFT-03", people["pharmacist-1"], name_it="Altro nome")
    seen = seen_of(draft)
    publish(other, by=people["chair"], at=AT)
    with pytest.raises(Stale, match="edition in force, was changed"):
        publish(draft, by=people["director"], at=AT, seen=seen)
    assert Indication.objects.current().get(code="OFT-03").name_it == "Altro nome"


def test_a_published_edition_is_changed_by_no_act(people: People, draft: Edition) -> None:
    by, before = people["pharmacist-1"], published()
    inforce = Edition.objects.get(code="2025-2")
    row = stored(inforce, "IMM-01")
    heading = fingerprint(object_content(inforce, EDITION))
    acts = [
        lambda: save(inforce, "IMM-01", by, name_it="Altro nome"),
        lambda: drafting.save_row(inforce, {**row, "code": "IMM-99"}, by=by, at=AT),
        lambda: drafting.remove_row(inforce, "IMM-01", seen=fingerprint(row), by=by, at=AT),
        lambda: drafting.change_heading(inforce, {"title": "x"}, seen=heading, by=by, at=AT),
        lambda: drafting.discard(inforce, by=by, at=AT),
    ]
    for act in acts:
        with pytest.raises(CatalogueError, match="it never changes"):
            act()
    assert published() == before


def test_changing_a_draft_leaves_the_edition_in_force_as_it_was(people: People, draft: Edition) -> None:
    before = published()
    save(draft, "IMM-01", people["pharmacist-1"], dose_max="0.6", references=[], suspected_typos=[])
    assert published() == before
    assert stored(draft, "IMM-01")["dose_max"] == "0.6"


def test_a_stale_page_changes_nothing_and_says_who_was_faster(people: People, draft: Edition) -> None:
    seen = fingerprint(stored(draft, "IMM-01"))
    save(draft, "IMM-01", people["pharmacist-2"], name_it="Il mio")
    with pytest.raises(Stale, match=people["pharmacist-2"].last_name):
        save(draft, "IMM-01", people["pharmacist-1"], seen, name_it="Il suo")
    with pytest.raises(Stale):
        drafting.remove_row(draft, "IMM-01", seen=seen, by=people["pharmacist-1"], at=AT)
    assert stored(draft, "IMM-01")["name_it"] == "Il mio"


def test_two_people_change_two_rows_at_once(people: People, draft: Edition) -> None:
    seen = fingerprint(stored(draft, "EMA-01"))
    save(draft, "IMM-01", people["pharmacist-2"], name_it="Il mio")
    save(draft, "EMA-01", people["pharmacist-1"], seen, name_it="Il suo")
    assert stored(draft, "EMA-01")["name_it"] == "Il suo"


def test_a_row_taken_out_meanwhile_is_told(people: People, draft: Edition) -> None:
    row = stored(draft, "OFT-03")
    drafting.remove_row(draft, "OFT-03", seen=fingerprint(row), by=people["pharmacist-1"], at=AT)
    with pytest.raises(Stale, match="taken out of the draft"):
        drafting.save_row(draft, row, code="OFT-03", seen=fingerprint(row), by=people["pharmacist-1"], at=AT)


def test_all_faults_of_a_row_are_told_and_nothing_is_saved(people: People, draft: Edition) -> None:
    row = stored(draft, "IMM-01")
    with pytest.raises(drafting.Faulty) as refused:
        save(draft, "IMM-01", people["pharmacist-1"], dose_min="x", references=[{"printed": "A", "doi": "b"}])
    assert {fault.path for fault in refused.value.faults} == {("dose_min",), ("references", 0, "doi")}
    assert stored(draft, "IMM-01") == row


def test_a_row_is_added_once(people: People, draft: Edition) -> None:
    row = {**stored(draft, "OFT-03"), "code": "OFT-04", "name_it": "Nuova riga"}
    drafting.save_row(draft, row, by=people["pharmacist-1"], at=AT)
    assert draft.indications.last().code == "OFT-04"
    with pytest.raises(drafting.Faulty, match="already"):
        drafting.save_row(draft, row, by=people["pharmacist-1"], at=AT)


def test_a_row_that_others_name_is_not_taken_out(people: People, draft: Edition) -> None:
    row = stored(draft, "TRA-01")
    with pytest.raises(CatalogueError, match="overlap with it: OFT-02"):
        drafting.remove_row(draft, "TRA-01", seen=fingerprint(row), by=people["pharmacist-1"], at=AT)


def test_a_discarded_draft_is_gone_and_not_brought_back(people: People, draft: Edition) -> None:
    drafting.discard(draft, by=people["pharmacist-2"], at=AT)
    assert not Edition.objects.filter(code="2027-1").exists()
    assert Discarded.objects.get().discarded_by == people["pharmacist-2"]
    assert len(published()["indications"]) == 25


def test_a_code_is_used_once(people: People, draft: Edition) -> None:
    with pytest.raises(drafting.Faulty, match="an edition with this code already"):
        start(people["pharmacist-2"])
    with pytest.raises(drafting.Faulty, match="stands for a page"):
        start(people["pharmacist-2"], code="importa")


def test_every_act_is_in_the_trail_of_the_edition(people: People, draft: Edition) -> None:
    save(draft, "IMM-01", people["pharmacist-1"], name_it="Altro nome")
    seen = fingerprint(stored(draft, "OFT-03"))
    drafting.remove_row(draft, "OFT-03", seen=seen, by=people["pharmacist-1"], at=AT)
    publish(draft, by=people["chair"], at=AT)
    told = [
        (entry.action, entry.data.get("row")) for entry in Entry.objects.filter(chain=f"edition:{draft.pk}")
    ]
    assert told == [
        ("edition_copied", None),
        ("edition_row_changed", "IMM-01"),
        ("edition_row_removed", "OFT-03"),
        ("edition_published", None),
    ]
    changed = Entry.objects.get(action="edition_row_changed")
    assert (changed.data["fields"], changed.actor) == (["name_it"], people["pharmacist-1"])


def test_saving_what_is_there_already_is_no_change(people: People, draft: Edition) -> None:
    save(draft, "IMM-01", people["pharmacist-2"])
    assert not Edit.objects.filter(edited_by=people["pharmacist-2"]).exists()
    assert not why_not_publish(people["pharmacist-2"], draft, at=AT)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM catalogue_edit",
        "UPDATE catalogue_edit SET edited_by_id = NULL",
        "TRUNCATE catalogue_edit",
    ],
)
def test_who_changed_a_published_edition_cannot_be_forgotten(
    people: People, draft: Edition, sql: str
) -> None:
    publish(draft, by=people["chair"], at=AT)
    with (
        pytest.raises(IntegrityError, match="catalogue: "),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


def test_a_row_is_edited_to_days_after_the_last_infusion_and_the_number_is_wanted(
    draft: Edition, people: People
) -> None:
    by = people["pharmacist-1"]
    save(draft, "EMA-01", by, reassessment_trigger="infusion", reassessment_after=14)
    assert stored(draft, "EMA-01")["reassessment_after"] == 14
    with pytest.raises(CatalogueError):
        save(draft, "EMA-02", by, reassessment_trigger="infusion")
