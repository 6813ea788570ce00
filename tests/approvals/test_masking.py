"""A masked file: for nobody but its unit, and for those who have to act on it as long as they have to."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from approvals import actions, masking, precedents, worklist
from approvals.models import Application
from approvals.reading import Reading
from approvals.refusals import AlreadyDone, Refused
from approvals.workflow import Status
from audit.models import Entry
from outbox.keeping import keep_due
from tests.approvals.walk import draft, heard, rejected, step, walk
from tests.treatments.ledgers import LOT, give, products
from treatments.models import Authorisation

__all__ = ["products"]

pytestmark = pytest.mark.usefixtures("catalogue")
UNIT = {"prescriber-w3", "head-w3"}
PHARMACY = {"pharmacist-1", "pharmacist-2"}
COMMITTEE = {"chair", "member-1", "member-2", "member-3"}
DIRECTION = {"director"}
# Who sees a masked file of ward 3, by where it stands.
SEEN = {
    Status.SUBMITTED: UNIT | PHARMACY | DIRECTION,
    Status.PHARMACY_REVIEW: UNIT | PHARMACY | DIRECTION,
    Status.COMMITTEE_REVIEW: UNIT | COMMITTEE | DIRECTION,
    Status.APPROVED: UNIT | PHARMACY | DIRECTION,
}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def at():
    return timezone.now() - timedelta(hours=9)


def mask(people, application, *, is_masked=True, by="head-w3", at=None) -> None:
    at = at or timezone.now()
    told = {"way": "written", "requested_on": timezone.localdate(at)}
    masking.record(application.pk, is_masked=is_masked, **told, by=people[by], at=at)


def visible(people, application) -> set[str]:
    fresh = {name: User.objects.get(pk=user.pk) for name, user in people.items()}
    now = timezone.now()
    return {
        name
        for name, user in fresh.items()
        if Application.objects.visible_to(user, at=now).filter(pk=application.pk).exists()
    }


def get(client, user, address, **query):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client.get(address, query)


# ── Who sees it, from the first day to the last ────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [*SEEN])
def test_others_see_it_while_they_have_to_act_and_whoever_has_to_act_sees_it(people, at, status):
    application = walk(people, status, at=at)
    if status == Status.COMMITTEE_REVIEW:
        heard(people, application.pk, at=at + timedelta(hours=5))
    mask(people, application)
    assert visible(people, application) == SEEN[status]
    now = timezone.now()
    waits_for = {
        name
        for name, user in people.items()
        if application.pk in [item.pk for item in worklist.items(user, at=now)]
    }
    assert waits_for <= SEEN[status]


def test_once_it_is_over_it_is_the_units_alone(people, at):
    application = rejected(people, at=at)
    before = visible(people, application)
    assert before >= UNIT | PHARMACY | COMMITTEE | DIRECTION
    mask(people, application)
    assert visible(people, application) == UNIT
    mask(people, application, is_masked=False)
    assert visible(people, application) == before


def test_a_period_opened_later_is_masked_too(people, at):
    application = walk(people, "voted", at=at)
    mask(people, application)
    step(people, application.pk, Status.APPROVED, at=at + timedelta(hours=8))
    period = application.authorisations.get()
    assert period.is_masked
    mask(people, application, is_masked=False)
    period.refresh_from_db()
    assert not period.is_masked
    application.refresh_from_db()
    assert (application.masked_at, application.masked_by) == (None, None)


# ── As if it did not exist ─────────────────────────────────────────────────────────────────────────────


def test_no_page_for_others_tells_of_one_that_is_over(client, people, at):
    gone, other = rejected(people, at=at), rejected(people, person=1, at=at)
    mask(people, gone)
    unknown = "OL-2020-000009"
    for name in ("pharmacist-1", "director", "chair", "prescriber-w5", "administrator"):
        user = people[name]
        for address in ("/richieste/{}/", "/scadenze/{}/passaggio/", "/richieste/?q={}"):
            there, nowhere = (get(client, user, address.format(n)) for n in (gone.number, unknown))
            assert there.status_code == nowhere.status_code, (name, address)
            assert there.content.decode().count(gone.number) == nowhere.content.decode().count(unknown)
    numbers = [
        row.application.number for row, _ in get(client, people["director"], "/richieste/").context["rows"]
    ]
    assert numbers == [other.number]
    export = get(client, people["pharmacist-1"], "/richieste/", format="csv")
    assert gone.number not in b"".join(export.streaming_content).decode()


def test_deadlines_reminders_and_handing_over_leave_it_out_but_for_its_unit(client, people, at):
    application = walk(people, Status.APPROVED, at=at)
    period = application.authorisations.get()
    Authorisation.objects.filter(pk=period.pk).update(valid_from="2026-01-01", due_on="2026-02-01")
    mask(people, application)
    for name in ("administrator", "director", "pharmacist-1"):
        for address in (reverse("deadlines"), reverse("radar")):
            page = get(client, people[name], address)
            assert page.context["rows"] == [], (name, address)
            assert application.number not in page.content.decode()
        assert get(client, people[name], reverse("deadlines")).context["totals"].total == 0
        client.force_login(people[name])
        assert client.post(reverse("remind", args=[application.number])).status_code == 404
    assert (
        get(client, people["administrator"], reverse("pass-on", args=[application.number])).status_code == 404
    )
    assert len(get(client, people["head-w3"], reverse("deadlines")).context["rows"]) == 1


@pytest.mark.usefixtures("products")
def test_a_recall_reaches_it_through_its_unit_and_tells_nobody_else(client, people, at, settings):
    settings.MAIL_HOURS = "03:00-03:01"
    application = walk(people, Status.APPROVED, at=at, dose={"product": "any"})
    period = application.authorisations.get()
    give(people, period, at=timezone.now() - timedelta(minutes=5), grams=10)
    mask(people, application)
    found = get(client, people["pharmacist-1"], "/lotti/", lot=LOT)
    assert found.context["rows"] == []
    assert get(client, people["pharmacist-1"], "/erogazioni/").context["rows"] != []  # in force: they give it
    keep_due(at=timezone.now() + timedelta(minutes=1))
    told = {
        to: one for one in mail.outbox if "cerca chi ha ricevuto un lotto" in one.subject for to in one.to
    }
    assert set(told) == {people["prescriber-w3"].email, people["head-w3"].email}
    for one in told.values():
        assert application.number in one.subject
        assert application.patient.surname not in one.subject + one.body
    address = reverse("authorisation", args=[period.address])
    assert get(client, people["pharmacist-1"], address).status_code == 200
    Authorisation.objects.filter(pk=period.pk).update(settled_at=at, settled_by=people["chair"])
    assert get(client, people["pharmacist-1"], address).status_code == 404
    client.force_login(people["pharmacist-1"])
    assert client.post("/erogazioni/", {"q": period.code}).status_code == 200  # led nowhere
    assert get(client, people["prescriber-w3"], address).status_code == 200


def test_it_is_no_precedent(people, at, settings):
    settings.PRECEDENTS_LEAST = 1
    gone = rejected(people, at=at)
    case = walk(people, Status.COMMITTEE_REVIEW, person=1, at=at)
    assert precedents.of(case, at=timezone.now()).total == 1
    mask(people, gone)
    case = Application.objects.get(pk=case.pk)
    assert precedents.of(case, at=timezone.now()).total == 0


def test_what_follows_it_does_not_name_it_to_others(client, people, at):
    earlier, later = rejected(people, at=at), walk(people, Status.SUBMITTED, person=1, at=at)
    Application.objects.filter(pk=later.pk).update(follows=earlier)
    later = Application.objects.get(pk=later.pk)
    named = {"kind": {"follows": earlier.number}, "consent": {}}

    def read(name: str) -> str | None:
        return Reading(later, people[name], timezone.now()).shown(named)["kind"]["follows"]

    assert read("pharmacist-1") == earlier.number
    mask(people, earlier)
    assert (read("pharmacist-1"), read("head-w3")) == (None, earlier.number)


# ── Another unit's new application for the same patient ────────────────────────────────────────────────


def test_another_unit_is_not_stopped_by_it_nor_may_name_it_and_its_own_unit_is(people, at):
    hidden = walk(people, Status.SUBMITTED, at=at)
    mask(people, hidden)
    own = draft(people, at=at)
    with pytest.raises(Refused, match=hidden.number):
        actions.submit(own.pk, by=own.author, at=at)
    follows = {"type": "continuation", "follows": hidden.number}
    naming = draft(people, at=at, author="prescriber-w5", kind=follows)
    with pytest.raises(Refused, match="Choose one of the answers"):
        actions.submit(naming.pk, by=naming.author, at=at)
    elsewhere = draft(people, at=at, author="prescriber-w5")
    sent = actions.submit(elsewhere.pk, by=elsewhere.author, at=at)
    assert (sent.status, sent.patient) == (Status.SUBMITTED, hidden.patient)
    with pytest.raises(Refused, match="cannot be shown again now"):
        mask(people, hidden, is_masked=False)


# ── Who records it, and who can tell ───────────────────────────────────────────────────────────────────


def test_author_head_and_director_record_it_and_for_others_there_is_no_such_page(client, people, at):
    application = walk(people, Status.APPROVED, at=at)
    address = reverse("masking", args=[application.number])
    for name, user in people.items():
        may = name in UNIT | DIRECTION
        assert get(client, user, address).status_code == (200 if may else 404), name
    client.force_login(people["prescriber-w3"])
    told = {"way": "oral", "requested_on": f"{timezone.localdate():%d/%m/%Y}"}
    assert client.post(address, {**told, "requested_on": "1/1/2100", "mask": "1"}).status_code == 422
    assert client.post(address, {**told, "mask": "1"}).status_code == 302
    row = application.maskings.get()
    assert (row.is_masked, row.way, row.recorded_by) == (True, "oral", people["prescriber-w3"])
    with pytest.raises(AlreadyDone, match="masked already"):
        mask(people, application)
    assert "The file is masked" in get(client, people["head-w3"], address).content.decode()


def test_neither_the_files_trail_nor_its_page_says_that_it_is_masked(client, people, at):
    application = walk(people, Status.APPROVED, at=at, consent={"masking_requested": "yes"})
    before = Entry.objects.filter(chain=application.chain).count()
    mask(people, application)
    assert Entry.objects.filter(chain=application.chain).count() == before
    assert Entry.objects.get(chain=f"masking:{application.pk}").action == "masked"
    trail = get(client, people["auditor"], reverse("trail_of", args=[application.number])).content.decode()
    seen = get(client, people["pharmacist-1"], reverse("application", args=[application.number]))
    for text in (trail, seen.content.decode()):
        assert "mask" not in text.lower()
    own = get(client, people["head-w3"], reverse("application", args=[application.number])).content.decode()
    assert "Masked" in own
