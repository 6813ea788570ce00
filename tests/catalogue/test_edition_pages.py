"""The pages of the editions: list, one edition, a row to edit, publication; as each person may."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalogue import drafting
from catalogue.models import Edition, Indication
from catalogue.shape import row_content
from tests.approvals.answers import make_catalogue
from tests.people import people

__all__ = ["people"]
pytestmark = pytest.mark.django_db
EDITION = "/catalogo/edizioni/2027-1/"
ROW = EDITION + "righe/IMM-01/"
Sign = Callable[[str], Client]


@pytest.fixture
def sign_in(client: Client, people: dict[str, User]) -> Sign:
    make_catalogue()

    def sign(name: str) -> Client:
        client.force_login(people[name])
        client.cookies["django_language"] = "en"
        return client

    return sign


@pytest.fixture
def draft(sign_in: Sign, people: dict[str, User]) -> Edition:
    at = timezone.now()
    by = people["pharmacist-1"]
    return drafting.start(code="2027-1", title="Next", effective_on=at.date(), by=by, at=at)


def typed(client: Client, path: str = ROW) -> dict[str, str]:
    """What the browser would send of the page as it stands."""
    whole = client.get(path).context["whole"]
    fields = [*whole.form, *(field for one in whole.sets for form in one for field in form)]
    fields += [field for one in whole.sets for field in one.management_form]
    values = {field.html_name: field.value() for field in fields}
    told = {name: value for name, value in values.items() if value is not None and value is not False}
    return {name: "on" if value is True else str(value) for name, value in told.items()}


def stored(code: str = "IMM-01") -> dict[str, Any]:
    rows = Indication.objects.with_everything()
    return row_content(rows.get(edition__code="2027-1", code=code))


def test_the_list_names_every_edition_with_its_status_and_who(sign_in: Sign, draft: Edition) -> None:
    page = sign_in("prescriber-w3").get("/catalogo/edizioni/").content.decode()
    assert page.index("2027-1") < page.index("2025-2")
    assert ">Draft</span>" in page and ">Published</span>" in page
    assert "the installation" in page and draft.loaded_by.signature in page
    assert "Import a file" not in page
    assert "Import a file" in sign_in("pharmacist-2").get("/catalogo/edizioni/").content.decode()


def test_each_person_is_offered_what_they_may_do(sign_in: Sign, draft: Edition) -> None:
    offered = {}
    for name in ("pharmacist-1", "pharmacist-2", "chair", "director", "prescriber-w3", "auditor"):
        page = sign_in(name).get(EDITION).content.decode()
        offered[name] = ("Add a row" in page, "Publish…" in page, "Open applications it touches" in page)
    assert offered == {
        "pharmacist-1": (True, False, True),
        "pharmacist-2": (True, True, True),
        "chair": (False, True, True),
        "director": (False, True, True),
        "prescriber-w3": (False, False, False),
        "auditor": (False, False, False),
    }


def test_a_page_saved_as_it_came_changes_nothing(sign_in: Sign, draft: Edition) -> None:
    client = sign_in("pharmacist-2")
    for row in Indication.objects.filter(edition=draft):
        path = f"{EDITION}righe/{row.code}/"
        before = stored(row.code)
        answer = client.post(path, typed(client, path))
        assert answer.status_code == 302, (row.code, answer.context["whole"].form.errors)
        assert stored(row.code) == before
    assert not draft.edits.filter(what="row_changed").exists()


def test_a_row_is_changed_with_everything_that_hangs_from_it(sign_in: Sign, draft: Edition) -> None:
    client = sign_in("pharmacist-1")
    values = typed(client) | {
        "dose_max": "0,6",
        "priority": "high",
        "emergency_allowed": "on",
        "synonyms": "APS\nCAPS",
        "references-0-pmid": "29660074",
        "references-0-status": "verified",
        "references-1-DELETE": "on",
        "suspected_typos-1-DELETE": "on",  # it stood in that reference
        "references-5-printed": "Autore N. Nuovo lavoro. 2026.",
        "references-5-doi": "10.1000/new",
        "reference_therapies-0-ORDER": "9",
        "sub_criteria-0-asks_which": "on",
    }
    assert client.post(ROW, values).url == "/catalogo/2027-1/IMM-01/"
    row = stored()
    assert (row["dose_max"], row["priority"], row["emergency_allowed"]) == ("0.6", "high", True)
    assert row["synonyms"] == ["APS", "CAPS"]
    assert [one.get("doi") for one in row["references"]] == [
        "10.1093/rheumatology/key082",
        None,
        "10.3389/fimmu.2023.1117699",
        None,
        "10.1000/new",
    ]
    assert [one["code"] for one in row["reference_therapies"]][-1] == "plasma-exchange"
    assert row["sub_criteria"][0]["asks_which"] is True


def test_every_fault_stands_beside_its_field_and_what_was_typed_is_kept(
    sign_in: Sign, draft: Edition
) -> None:
    client, before = sign_in("pharmacist-1"), stored()
    values = typed(client) | {
        "dose_min": "molto",
        "name_it": "",
        "references-1-doi": "https://doi.org/10.1/x",
        "sub_criteria-2-code": "only-a-code",
    }
    answer = client.post(ROW, values)
    assert answer.status_code == 422
    whole = answer.context["whole"]
    assert set(whole.form.errors) == {"dose_min", "name_it"}
    sets = {one.prefix: one for one in whole.sets}
    assert set(sets["references"].forms[1].errors) == {"doi"}
    assert set(sets["sub_criteria"].forms[2].errors) == {"name_it", "name_en"}
    assert 'value="molto"' in answer.content.decode()
    assert stored() == before


def test_a_stale_page_is_answered_with_both_values_and_saves_only_when_sent_again(
    sign_in: Sign, draft: Edition, people: dict[str, User]
) -> None:
    mine = typed(sign_in("pharmacist-1")) | {"name_en": "Mine"}
    other = sign_in("pharmacist-2")
    other.post(ROW, typed(other) | {"name_en": "Theirs", "dose_max": "0.6"})
    client = sign_in("pharmacist-1")
    answer = client.post(ROW, mine)
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    assert people["pharmacist-2"].signature in page and "changed this row while you were writing" in page
    assert "<del>Theirs</del>" in page and "<ins>Mine</ins>" in page
    assert stored()["name_en"] == "Theirs"
    assert client.post(ROW, mine | {"seen": seen_in(page)}).status_code == 302
    assert stored()["name_en"] == "Mine"


def test_a_stale_page_shows_only_what_really_differs(sign_in: Sign, draft: Edition) -> None:
    mine = typed(sign_in("pharmacist-1")) | {"dose_max": "0,6"}
    other = sign_in("pharmacist-2")
    other.post(ROW, typed(other) | {"name_en": "Theirs"})
    answer = sign_in("pharmacist-1").post(ROW, mine)
    assert [change.label for change in answer.context["conflicts"]] == [
        "Name in English",
        "Dose up to (g/kg)",
    ]


def test_a_stale_page_with_nonsense_in_it_is_told_its_faults_first(sign_in: Sign, draft: Edition) -> None:
    mine = typed(sign_in("pharmacist-1")) | {"dose_max": "molto", "basis_settled_on": "mai"}
    other = sign_in("pharmacist-2")
    other.post(ROW, typed(other) | {"name_en": "Theirs"})
    answer = sign_in("pharmacist-1").post(ROW, mine)
    assert answer.status_code == 422
    assert {"dose_max", "basis_settled_on"} <= set(answer.context["whole"].form.errors)


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found.group(1)


def test_a_row_is_added_and_taken_out(sign_in: Sign, draft: Edition) -> None:
    client = sign_in("pharmacist-1")
    values = typed(client, EDITION + "righe/OFT-03/") | {"code": "OFT-04", "name_it": "Riga nuova"}
    assert client.post(EDITION + "righe/nuova/", values).url == "/catalogo/2027-1/OFT-04/"
    out = EDITION + "righe/OFT-04/togli/"
    asked = client.get(out).content.decode()
    assert "Riga nuova" in asked
    client.post(out, {"confirmed": "1", "seen": seen_in(asked)})
    assert not Indication.objects.filter(edition=draft, code="OFT-04").exists()


def test_a_new_row_with_nothing_in_it_is_refused_field_by_field(sign_in: Sign, draft: Edition) -> None:
    client = sign_in("pharmacist-1")
    path = EDITION + "righe/nuova/"
    answer = client.post(path, typed(client, path))
    assert answer.status_code == 422
    assert {"code", "name_it", "area", "priority", "population"} <= set(answer.context["whole"].form.errors)


@pytest.mark.parametrize(
    "path",
    ["righe/IMM-01/", "righe/nuova/", "righe/IMM-01/togli/", "intestazione/", "elimina/"],
)
def test_nobody_writes_in_a_published_edition(sign_in: Sign, path: str) -> None:
    client = sign_in("pharmacist-1")
    answer = client.post(f"/catalogo/edizioni/2025-2/{path}", {"confirmed": "1"}, follow=True)
    assert answer.redirect_chain == [("/catalogo/edizioni/2025-2/", 302)]
    assert "it never changes" in answer.content.decode()
    assert Edition.objects.get(code="2025-2").indications.count() == 25


def test_the_heading_is_changed_and_a_fault_stands_beside_it(sign_in: Sign, draft: Edition) -> None:
    client, path = sign_in("pharmacist-1"), EDITION + "intestazione/"
    seen = seen_in(client.get(path).content.decode())
    given = {"title": "Titolo", "printed_title": "TABELLA", "effective_on": "31/02/2027", "seen": seen}
    assert "effective_on" in client.post(path, given).context["form"].errors
    assert client.post(path, given | {"effective_on": "1/2/2026"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.effective_on.isoformat()) == ("Titolo", "2026-02-01")


def test_the_second_person_reads_what_differs_and_publishes(sign_in: Sign, draft: Edition) -> None:
    client = sign_in("pharmacist-1")
    client.post(ROW, typed(client) | {"name_en": "Another name"})
    refused = client.get(EDITION + "pubblica/", follow=True)
    assert "second person" in refused.content.decode()
    chair = sign_in("chair")
    page = chair.get(EDITION + "pubblica/").content.decode()
    assert "<ins>Another name</ins>" in page
    given = {"seen": seen_in(page), "effective_on": "1/1/2026"}
    assert chair.post(EDITION + "pubblica/", given).url == EDITION
    assert Indication.objects.current().get(code="IMM-01").name_en == "Another name"


def test_a_publisher_whose_page_is_stale_reads_again_first(sign_in: Sign, draft: Edition) -> None:
    page = sign_in("chair").get(EDITION + "pubblica/").content.decode()
    client = sign_in("pharmacist-1")
    client.post(ROW, typed(client) | {"name_en": "Slipped in"})
    given = {"seen": seen_in(page), "effective_on": "1/1/2026"}
    answer = sign_in("chair").post(EDITION + "pubblica/", given)
    assert answer.status_code == 422
    assert "<ins>Slipped in</ins>" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_two_editions_are_compared_old_beside_new(sign_in: Sign, draft: Edition) -> None:
    client = sign_in("pharmacist-1")
    client.post(ROW, typed(client) | {"name_en": "Another name"})
    page = sign_in("prescriber-w3").get(EDITION + "differenze/").content.decode()
    assert "From 2025-2 to 2027-1" in page and "<ins>Another name</ins>" in page
    back = client.get("/catalogo/edizioni/2025-2/differenze/?with=2027-1").content.decode()
    assert "<del>Another name</del>" in back
    assert client.get(EDITION + "differenze/?with=none").status_code == 404


def test_a_draft_is_discarded_after_one_question(sign_in: Sign, draft: Edition) -> None:
    client = sign_in("pharmacist-2")
    assert "Discard draft 2027-1?" in client.post(EDITION + "elimina/").content.decode()
    assert Edition.objects.filter(code="2027-1").exists()
    assert client.post(EDITION + "elimina/", {"confirmed": "1"}).url == "/catalogo/edizioni/"
    assert not Edition.objects.filter(code="2027-1").exists()


def test_a_draft_is_started_from_the_page(sign_in: Sign) -> None:
    client, path = sign_in("pharmacist-1"), "/catalogo/edizioni/nuova/"
    given = {"code": "2028 1", "title": "Prova", "effective_on": "1/1/2026"}
    assert "code" in client.post(path, given).context["form"].errors
    assert client.post(path, given | {"code": "2028-1"}).url == "/catalogo/edizioni/2028-1/"
    assert Edition.objects.get(code="2028-1").indications.count() == 25


def test_pages_read_the_database_a_fixed_number_of_times(
    sign_in: Sign, draft: Edition, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("pharmacist-1")
    for path in (EDITION, EDITION + "differenze/", ROW):
        client.get(path)
        with django_assert_max_num_queries(22):
            client.get(path)
