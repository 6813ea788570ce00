"""The example of docs/client does what it says, against a server that runs."""

import importlib.util
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from approvals import actions
from approvals.demo_answers import complete_answers
from approvals.models import Application, Letter
from approvals.workflow import Status
from audit.models import Entry
from documents import filing
from documents.models import Kind
from tests.api.cast import make_client, mandate
from tests.approvals.files import pdf
from tests.approvals.walk import catalogue, step
from tests.people import people

__all__ = ["catalogue", "people"]
SCRIPT = Path(settings.BASE_DIR) / "docs" / "client" / "nullaosta_client.py"


@pytest.fixture
def script(people, catalogue, live_server, monkeypatch):
    """The script as somebody runs it: told by its environment who it is, for the prescriber of ward 3."""
    spec = importlib.util.spec_from_file_location("nullaosta_client", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made, secret = make_client(people, at=timezone.now())
    mandate(people, made, at=timezone.now())
    told = {"URL": live_server.url, "CLIENT_ID": made.client_id, "CLIENT_SECRET": secret}
    for name, value in (told | {"ACTING_FOR": "prescriber-w3"}).items():
        monkeypatch.setenv(f"NULLAOSTA_{name}", value)
    return module


def test_it_submits_answers_and_downloads_the_letter(script, people, tmp_path):
    answers = complete_answers("EMA-01", on=timezone.localdate())
    answers["consent"].pop("guardian")  # asked for minors only
    form, consent, replies, letter = (tmp_path / name for name in ("a.json", "c.pdf", "r.json", "l.pdf"))
    form.write_text(json.dumps(answers))
    consent.write_bytes(pdf())

    number = script.main("submit", str(form), str(consent))
    application = Application.objects.get(number=number)
    assert (application.status, application.author) == (Status.SUBMITTED, people["prescriber-w3"])
    assert application.steps.get().through == "Cartella clinica"

    for place in ("endorsed", Status.PHARMACY_REVIEW):
        step(people, application.pk, place, at=timezone.now())
    asked = {"by": people["pharmacist-1"], "at": timezone.now()}
    actions.ask(application.pk, questions=["Quale lotto?"], **asked)
    assert script.main("status", number) == "information_requested {'1': 'Quale lotto?'}"
    replies.write_text(json.dumps({"1": "Nessuno ancora (caso inventato)."}))
    assert script.main("answer", number, str(replies)) == "pharmacy_review"

    with pytest.raises(LookupError):
        script.main("letter", number, str(letter))
    told = {"kind": Kind.INFORMATION_REQUEST, "number": "OL-1/1", "at": timezone.now(), "by": None}
    document = filing.file(filing.reserve("test:letter", **told), b"%PDF-1")
    Letter.objects.create(
        application=application, step=application.steps.get(action="ask"), document=document
    )
    script.main("letter", number, str(letter))
    assert letter.read_bytes() == b"%PDF-1"

    calls = Entry.objects.filter(chain__startswith="client:", action="called")
    assert {entry.actor for entry in calls} == {people["prescriber-w3"]}
    assert {entry.data["status"] for entry in calls} == {200, 201}

    with pytest.raises(script.Problem) as refused:
        script.main("answer", number, str(replies))
    assert refused.value.status == 422
    assert refused.value.told["errors"][0]["pointer"] == "/answers/1"
