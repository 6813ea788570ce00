"""Who the patient is, on request: who may ask, what is shown, how long, and who reads that they asked."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone, translation

from approvals import actions, disclosing
from approvals.forms import DiscloseForm
from approvals.models import Application, Appointment, Disclosure, Letter
from approvals.opening import sees_identity
from approvals.refusals import AlreadyDone, Refused
from approvals.workflow import Status
from audit.models import Entry
from audit.verification import verify
from documents.filing import file, reserve
from documents.models import Kind
from outbox.keeping import keep_due
from tests.approvals.walk import declare, walk

pytestmark = pytest.mark.usefixtures("catalogue")
REASON = "Devo confrontarmi con chi ha in cura il paziente per un dubbio sulla diagnosi."
NAME = "Fittizia Prova"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def application(people) -> Application:
    return walk(people, Status.COMMITTEE_REVIEW, at=timezone.now() - timedelta(hours=9))


def page(client, user, address, status=200) -> str:
    client.force_login(user)
    client.cookies["django_language"] = "en"
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def file_of(application) -> str:
    return reverse("application", args=[application.number])


def request(client, user, application, reason=REASON):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client.post(reverse("identity", args=[application.number]), {"reason": reason})


def asked(people, application, name="member-1", *, minutes_ago=1) -> Disclosure:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    return disclosing.ask(application.pk, reason=REASON, by=people[name], at=at)


# ── Before, with, after ────────────────────────────────────────────────────────────────────────────────


def test_a_member_who_asks_reads_the_name_and_the_trail_says_so(client, people, application):
    member = people["member-1"]
    assert NAME not in page(client, member, file_of(application))
    assert request(client, member, application).headers["Location"] == file_of(application)
    shown = page(client, member, file_of(application))
    assert NAME in shown
    assert application.patient.tax_code in shown
    assert "shown to you until" in shown
    opened = Entry.objects.filter(chain=application.chain).latest("sequence")
    assert (opened.action, opened.data["identity"]) == ("opened", True)


def test_after_the_time_it_is_hidden_again(client, people, application, settings):
    asked(people, application, minutes_ago=settings.IDENTITY_MINUTES - 1)
    assert NAME in page(client, people["member-1"], file_of(application))
    late = timezone.now() + timedelta(minutes=2)
    assert not sees_identity(people["member-1"], application, late)
    settings.IDENTITY_MINUTES -= 2
    assert NAME not in page(client, people["member-1"], file_of(application))


def test_it_can_be_asked_again(people, application, settings):
    asked(people, application, minutes_ago=settings.IDENTITY_MINUTES + 1)
    asked(people, application)
    assert Disclosure.objects.count() == 2


def test_only_the_member_who_asked_reads_it_and_only_in_that_file(client, people, application):
    other = walk(people, Status.COMMITTEE_REVIEW, person=1, at=timezone.now() - timedelta(hours=9))
    asked(people, application)
    for name in ("chair", "member-2", "member-3"):
        assert NAME not in page(client, people[name], file_of(application)), name
    assert other.patient.surname not in page(client, people["member-1"], file_of(other))


def test_letters_and_attachments_are_open_as_long(client, people):
    application = walk(people, Status.APPROVED, at=timezone.now() - timedelta(hours=9))
    step = application.steps.get(action="approve")
    document = reserve("test", kind=Kind.APPROVAL, number="OL-1/1", at=step.at, by=step.by)
    letter = Letter.objects.create(application=application, step=step, document=file(document, b"%PDF-1"))
    addresses = [
        reverse("letter", args=[application.number, letter.pk]),
        reverse("attachment", args=[application.attachments.get().pk]),
    ]
    client.force_login(people["member-1"])
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    asked(people, application)
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    client.force_login(people["member-2"])
    assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_it_leaks_into_no_list_no_export_and_no_mail(client, people, application):
    asked(people, application)
    member = people["member-1"]
    pages = [page(client, member, reverse(name)) for name in ("worklist", "archive")]
    export = client.get(reverse("archive") + "?format=csv")
    pages.append(b"".join(export.streaming_content).decode())
    assert application.number in pages[-1]
    declare(people, application.pk, "member-1", at=timezone.now())
    actions.ask(application.pk, questions=["Perché?"], by=people["chair"], at=timezone.now())
    keep_due(at=timezone.now() + timedelta(minutes=1))
    assert mail.outbox
    pages += [f"{one.subject} {one.body}" for one in mail.outbox]
    for text in pages:
        for secret in ("Fittizia", application.patient.tax_code, REASON):
            assert secret not in text


# ── Who may ask, and with what ─────────────────────────────────────────────────────────────────────────


def test_the_reason_has_twenty_characters(client, people, application):
    for reason in ("", "   ", "per sapere"):
        answer = request(client, people["member-1"], application, reason)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["reason"]
    assert not Disclosure.objects.exists()


def test_a_recused_member_may_not_ask_and_reads_why(client, people):
    at = timezone.now() - timedelta(hours=9)
    application = walk(people, Status.COMMITTEE_REVIEW, author="prescriber-w5", at=at)
    told = "You belong to the unit that applies: you are recused."
    shown = page(client, people["member-3"], file_of(application))
    assert told in shown
    assert f'href="{reverse("identity", args=[application.number])}"' not in shown
    assert told in page(client, people["member-3"], reverse("identity", args=[application.number]))
    answer = request(client, people["member-3"], application)
    assert answer.status_code == 409
    assert told in answer.content.decode()
    with pytest.raises(Refused, match="you are recused"):
        asked(people, application, "member-3")
    assert not Disclosure.objects.exists()


def test_a_conflict_declared_since_ends_it_at_once(client, people, application):
    asked(people, application)
    declare(people, application.pk, "member-1", at=timezone.now(), conflict="Lo conosco.")
    assert NAME not in page(client, people["member-1"], file_of(application))
    with pytest.raises(Refused, match="You declared a conflict"):
        asked(people, application, minutes_ago=0)


@pytest.mark.parametrize("name", ["prescriber-w3", "pharmacist-1", "head-w3", "director"])
def test_whoever_reads_the_name_anyway_has_nothing_to_ask(client, people, application, name):
    assert "Ask who the patient is" not in page(client, people[name], file_of(application))
    answer = request(client, people[name], application)
    assert answer.status_code == 409
    assert "with the patient&#x27;s name already" in answer.content.decode()
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("name", ["prescriber-w5", "administrator", "auditor"])
def test_strangers_find_no_such_page(client, people, application, name):
    assert request(client, people[name], application).status_code == 404
    with pytest.raises(Refused, match="Only members of the committee"):
        asked(people, application, name)


def test_a_substitute_appointed_for_this_application_may_ask(people, application):
    substitute = people["on-call-consultant"]
    with pytest.raises(Refused):
        asked(people, application, substitute.username)
    told = {"reason": "Pochi membri.", "appointed_at": timezone.now(), "appointed_by": people["director"]}
    Appointment.objects.create(application=application, member=substitute, **told)
    asked(people, application, substitute.username)
    assert sees_identity(substitute, application, timezone.now())


def test_asking_twice_in_a_row_leaves_one_row(client, people, application):
    for _ in range(2):
        assert request(client, people["member-1"], application).status_code == 302
    assert Disclosure.objects.count() == 1
    with pytest.raises(AlreadyDone, match="shown to you until"):
        asked(people, application, minutes_ago=0)


def test_asking_moves_nothing(people, application):
    before = (application.version, application.steps.count())
    asked(people, application)
    after = Application.objects.get(pk=application.pk)
    assert (after.version, after.steps.count()) == before
    assert "version" not in DiscloseForm(application, at=timezone.now()).fields


# ── Who reads that they asked ──────────────────────────────────────────────────────────────────────────


def test_head_of_unit_and_medical_director_read_who_asked_and_why(client, people, application):
    asked(people, application)
    for name in ("head-w3", "director"):
        shown = page(client, people[name], file_of(application))
        assert REASON in shown, name
        assert people["member-1"].signature in shown
    for name in ("prescriber-w3", "pharmacist-1", "chair", "member-1", "member-2"):
        assert REASON not in page(client, people[name], file_of(application)), name


def test_the_trail_holds_ids_and_no_reason_and_the_auditor_reads_it(client, people, application):
    one = asked(people, application)
    entry = Entry.objects.get(chain=application.chain, action="identity_shown")
    assert entry.actor == people["member-1"]
    assert entry.data == {"disclosure": one.pk, "roles": ["committee_member"]}
    assert verify(application.chain) == []
    for kind in ("", "?kind=reading"):
        shown = page(client, people["auditor"], reverse("trail_of", args=[application.number]) + kind)
        assert "Patient&#x27;s identity shown, at the member&#x27;s request" in shown
        assert REASON not in shown
        assert NAME not in shown


def test_what_was_asked_is_neither_changed_nor_deleted(people, application):
    asked(people, application)
    for statement in (
        "UPDATE approvals_disclosure SET reason = 'altro'",
        "DELETE FROM approvals_disclosure",
        "TRUNCATE approvals_disclosure CASCADE",
    ):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)
    assert Disclosure.objects.get().reason == REASON


def test_the_database_wants_a_reason(people, application):
    told = {"reason": "", "asked_at": timezone.now(), "asked_by": people["member-1"]}
    with pytest.raises(IntegrityError, match="disclosure_says_why"), transaction.atomic():
        Disclosure.objects.create(application=application, **told)
