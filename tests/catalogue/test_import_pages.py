"""Importing in the browser: all faults with row and column, a preview that writes nothing, then a draft."""

import io
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from accounts.models import User
from audit.models import Entry
from catalogue.management.commands.load_catalogue import PATH
from catalogue.models import Edit, Edition, Indication, Upload
from catalogue.shape import edition_content
from tests.approvals.answers import make_catalogue
from tests.people import people

__all__ = ["people"]
pytestmark = pytest.mark.django_db
CONTENT = json.loads(PATH.read_text(encoding="utf-8"))
IMPORT = "/catalogo/edizioni/importa/"
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
def content() -> Any:
    """A next edition: one row changed, one removed, one added."""
    content = deepcopy(CONTENT)
    content["edition"]["code"] = "2027-1"
    content["indications"][0]["dose_max"] = "0.6"
    place = next(place for place, row in enumerate(content["indications"]) if row["code"] == "OFT-03")
    gone = content["indications"].pop(place)
    content["indications"].append({**gone, "code": "OFT-09", "name_en": "Brought by the file"})
    return content


def send(client: Client, data: bytes, name: str = "next.json") -> Any:
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data)})


def catalogue_rows() -> tuple[int, int, int]:
    return Edition.objects.count(), Indication.objects.count(), Edit.objects.count()


def test_a_file_with_faults_is_answered_with_all_of_them_and_nothing_is_kept(
    sign_in: Sign, content: Any
) -> None:
    content["indications"][0]["area"] = "dentistry"
    content["indications"][2]["references"][0]["pmid"] = "PMID 1"
    before = catalogue_rows()
    answer = send(sign_in("pharmacist-1"), json.dumps(content).encode())
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    assert "“next.json” holds 2 faults: nothing was written" in page
    assert "row IMM-01, area" in page and "row EMA-02, references 1, pmid" in page
    assert "<span>PMID</span>" in page and "Write the PMID alone: digits only." in page
    assert (catalogue_rows(), Upload.objects.count()) == (before, 0)


def test_faults_of_a_workbook_name_the_cell_and_the_column(sign_in: Sign) -> None:
    client = sign_in("pharmacist-1")
    book = load_workbook(io.BytesIO(client.get("/catalogo/edizioni/2025-2/catalogo.xlsx").content))
    book["edition"]["A2"] = "2027-1"
    book["rows"]["B7"] = "dentistry"
    file = io.BytesIO()
    book.save(file)
    answer = send(client, file.getvalue(), "next.xlsx")
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    assert '<span class="mono nowrap">rows!B7</span>' in page
    assert "row EMA-05, area" in page and "<span>Area</span>" in page


def test_a_file_of_another_kind_is_refused_beside_the_field(sign_in: Sign) -> None:
    for data in (b"%PDF-1.7", b"PK\x03\x04nothing", b""):
        answer = send(sign_in("pharmacist-1"), data, "next.pdf")
        assert answer.status_code == 422
        assert answer.context["form"].errors["file"]


def test_the_preview_shows_what_differs_and_writes_nothing(sign_in: Sign, content: Any) -> None:
    client, before = sign_in("pharmacist-1"), catalogue_rows()
    page = client.get(send(client, json.dumps(content).encode()).url).content.decode()
    told = page.split("<main")[1]
    assert "OFT-09" in told and "OFT-03" in told
    assert "<del>0.5</del>" in told and "<ins>0.6</ins>" in told
    assert "edition 2027-1, 25 rows. Nothing has been written yet." in " ".join(told.split())
    assert catalogue_rows() == before


def test_the_click_makes_it_a_draft_of_the_person_who_clicked(
    sign_in: Sign, content: Any, people: dict[str, User]
) -> None:
    client = sign_in("pharmacist-1")
    preview = send(client, json.dumps(content).encode()).url
    seen = client.get(preview).context["seen"]
    assert client.post(preview, {"seen": seen}).url == "/catalogo/edizioni/2027-1/"
    made = Edition.objects.get(code="2027-1")
    assert (made.status, made.loaded_by) == ("draft", people["pharmacist-1"])
    assert edition_content(made) == content
    assert Entry.objects.filter(chain=f"edition:{made.pk}", action="edition_loaded").count() == 1
    assert not Upload.objects.exists()
    assert client.post(preview, {"seen": seen}).status_code == 404  # a second click


def test_a_preview_that_is_no_longer_true_is_not_imported(
    sign_in: Sign, content: Any, people: dict[str, User]
) -> None:
    client = sign_in("pharmacist-1")
    first, second = (send(client, json.dumps(content).encode()).url for _time in range(2))
    seen = client.get(second).context["seen"]
    client.post(first, {"seen": client.get(first).context["seen"]})
    Edition.objects.filter(code="2027-1").update(title="Changed since")
    assert client.post(second, {"seen": seen}).url == second
    assert Edition.objects.get(code="2027-1").title == "Changed since"
    assert "Draft 2027-1 exists" in client.get(second).content.decode()


def test_an_edition_that_is_published_is_not_replaced_by_a_file(sign_in: Sign, content: Any) -> None:
    content["edition"]["code"] = "2025-2"
    client = sign_in("pharmacist-1")
    preview = send(client, json.dumps(content).encode()).url
    answer = client.get(preview)
    assert "is published and never changes" in answer.content.decode()
    assert "Import as a draft" not in answer.content.decode()
    client.post(preview, {"seen": answer.context["seen"]})
    assert edition_content(Edition.objects.get()) == CONTENT


@pytest.mark.parametrize("name", ["json", "xlsx"])
def test_an_export_is_imported_unchanged(sign_in: Sign, name: str) -> None:
    client = sign_in("pharmacist-1")
    data = client.get(f"/catalogo/edizioni/2025-2/catalogo.{name}").content
    preview = client.get(send(client, data, f"x.{name}").url)
    assert not preview.context["differences"]
    assert "holds exactly this content" in preview.context["reason"]
    assert Upload.objects.get().content == CONTENT


def test_an_export_leaves_a_line_in_the_trail(sign_in: Sign, people: dict[str, User]) -> None:
    sign_in("auditor").get("/catalogo/edizioni/2025-2/catalogo.xlsx")
    entry = Entry.objects.get(action="exported")
    assert (entry.actor, entry.data["edition"]) == (people["auditor"], "2025-2")


def test_a_preview_is_its_uploaders_alone_and_can_be_dropped(sign_in: Sign, content: Any) -> None:
    client = sign_in("pharmacist-1")
    preview = send(client, json.dumps(content).encode()).url
    assert sign_in("pharmacist-2").get(preview).status_code == 404
    assert sign_in("pharmacist-2").post(preview, {"cancel": "1"}).status_code == 404
    assert sign_in("pharmacist-1").post(preview, {"cancel": "1"}).url == "/catalogo/edizioni/"
    assert (Upload.objects.count(), Edition.objects.count()) == (0, 1)


def test_a_preview_nobody_confirmed_goes_with_the_next_upload(sign_in: Sign, content: Any) -> None:
    client = sign_in("pharmacist-1")
    send(client, json.dumps(content).encode())
    old = Upload.objects.get()
    Upload.objects.update(uploaded_at=old.uploaded_at - timedelta(days=2))
    send(client, json.dumps(content).encode())
    assert Upload.objects.count() == 1 and not Upload.objects.filter(pk=old.pk).exists()


def test_only_pharmacists_upload(sign_in: Sign, content: Any) -> None:
    for name in ("prescriber-w3", "chair", "administrator", "auditor"):
        answer = send(sign_in(name), json.dumps(content).encode())
        assert answer.url == "/catalogo/edizioni/"
    assert not Upload.objects.exists()
