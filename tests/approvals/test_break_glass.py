"""Another unit's file opened with a reason: who may, what they read, what they cannot do, who is told."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Hospital, Membership, Role, Unit
from approvals import breaking, drafts, events, masking
from approvals.models import AccessReview, Application, EmergencyAccess
from approvals.offers import offers
from approvals.permissions import RULES, why_not
from approvals.refusals import AlreadyDone, Refused
from approvals.workflow import Action, Status
from audit.models import Entry
from outbox.keeping import keep_due
from tests.approvals.walk import walk

pytestmark = pytest.mark.usefixtures("catalogue")
REASON = "Prova Fittizia è nel mio reparto: devo sapere quale dose ha avuto."
NAME = "Fittizia Prova"


@pytest.fixture(autouse=True)
def _english(people):
    # Who asked in another test of this minute is another person with the same key.
    cache.delete_many([f"limit:glass:user:{user.pk}" for user in people.values()])
    with translation.override("en"):
        yield


@pytest.fixture
def application(people) -> Application:
    """In force; its own letters and mails are not looked at here."""
    return walk(people, Status.APPROVED, at=timezone.now() - timedelta(hours=9))


@pytest.fixture
def stranger(people):
    return people["prescriber-w5"]


def opened(application, by, *, minutes_ago=1, ground="continuity", reason=REASON) -> EmergencyAccess:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    breaking.open_with_reason(application.number, ground=ground, reason=reason, by=by, at=at)
    return EmergencyAccess.objects.latest("pk")


def get(client, user, address):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client.get(address)


def ask(client, user, number, **changed):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    told = {"number": number, "ground": "continuity", "reason": REASON, **changed}
    return client.post(reverse("break-glass"), told)


def file_of(application) -> str:
    return reverse("application", args=[application.number])


# ── What is read, and what cannot be done ──────────────────────────────────────────────────────────────


def test_with_a_reason_the_file_is_read_in_full_and_each_opening_names_the_access(
    client, stranger, application
):
    assert get(client, stranger, file_of(application)).status_code == 404
    assert ask(client, stranger, application.number[3:]).headers["Location"] == file_of(application)
    shown = get(client, stranger, file_of(application)).content.decode()
    assert NAME in shown
    assert application.patient.tax_code in shown
    assert "You read another unit" in shown
    access = EmergencyAccess.objects.get()
    period, consent = application.authorisations.get(), application.attachments.get()
    for name, key in (("authorisation", period.address), ("attachment", consent.pk)):
        assert get(client, stranger, reverse(name, args=[key])).status_code == 200, name
    read = Entry.objects.filter(chain=application.chain, actor=stranger).exclude(action="glass_broken")
    assert [entry.data["why"] for entry in read] == [f"break_glass:{access.pk}"] * 3
    assert {tuple(entry.data["roles"]) for entry in read} == {("prescriber",)}


@pytest.mark.parametrize("name", ["prescriber-w5", "head-w5", "on-call-consultant", "on-call-pharmacist"])
def test_it_opens_no_action(client, people, application, name):
    user, at = people[name], timezone.now()
    before = {action for action in RULES if not why_not(user, action, application, at=at)}
    opened(application, user)
    possible = {action for action in RULES if not why_not(user, action, application, at=at)}
    assert possible == before == set()
    assert [one for one in offers(user, application, at=at) if not one.why_not] == []
    assert not drafts.copyable(user, application, at=at)
    assert not drafts.may_write(user, application, at=at)
    assert events.why_not(user, application, at=at)
    assert masking.why_not(user, application, at=at)
    for address in (
        reverse("act", args=[application.number, Action.REASSESS]),
        reverse("act", args=[application.number, Action.SUSPEND]),
        reverse("identity", args=[application.number]),
        reverse("events", args=[application.number]),
        reverse("masking", args=[application.number]),
    ):
        assert get(client, user, address).status_code == 404, address
    client.force_login(user)
    assert client.post(reverse("copy", args=[application.number])).status_code == 404


def test_it_ends_and_opens_that_one_file_only(client, people, stranger, application, settings):
    other = walk(people, Status.SUBMITTED, person=1, at=timezone.now() - timedelta(hours=9))
    opened(application, stranger, minutes_ago=settings.BREAK_GLASS_MINUTES - 1)
    assert get(client, stranger, file_of(application)).status_code == 200
    assert get(client, stranger, file_of(other)).status_code == 404
    assert get(client, people["prescriber-nicu"], file_of(application)).status_code == 404
    later = timezone.now() + timedelta(minutes=2)
    seen = Application.objects.visible_to(stranger, at=later)
    assert not seen.filter(pk=application.pk).exists()


def test_masking_ends_it_at_once(client, people, stranger, application):
    opened(application, stranger)
    told = {"way": "oral", "requested_on": timezone.localdate()}
    masking.record(application.pk, is_masked=True, **told, by=people["head-w3"], at=timezone.now())
    assert get(client, stranger, file_of(application)).status_code == 404


# ── Who may ask, and what the answer tells ─────────────────────────────────────────────────────────────


def test_unknown_elsewhere_and_masked_are_answered_alike_with_the_same_work(client, people, stranger):
    at = timezone.now() - timedelta(hours=9)
    masked = walk(people, Status.SUBMITTED, at=at)
    told = {"way": "oral", "requested_on": timezone.localdate(at)}
    masking.record(masked.pk, is_masked=True, **told, by=people["head-w3"], at=timezone.now())
    elsewhere = walk(people, Status.SUBMITTED, person=1, at=at)
    hospital = Hospital.objects.create(name="Altro", address="via", city="città")
    unit = Unit.objects.create(hospital=hospital, code="x", name="X")
    Application.objects.filter(pk=elsewhere.pk).update(unit=unit)
    answers = []
    ask(client, stranger, "OL-2020-000001")  # what is read once per process is read by now
    for number in ("OL-2020-000002", elsewhere.number, masked.number):
        with CaptureQueriesContext(connection) as captured:
            answer = ask(client, stranger, number)
        assert answer.status_code == 422
        errors = answer.context["form"].errors.as_text()
        answers.append((errors, [sql["sql"].split(" WHERE ")[0] for sql in captured][3:]))
    assert answers[0][0] == answers[1][0] == answers[2][0]
    assert len({len(work) for _told, work in answers}) == 1
    assert not EmergencyAccess.objects.exists()
    assert Entry.objects.filter(chain=f"glass:{stranger.pk}", action="glass_refused").count() == 4


def test_whoever_tries_numbers_is_stopped(client, stranger):
    answers = [ask(client, stranger, str(n)).status_code for n in range(1, 8)]
    assert answers == [422] * 5 + [429] * 2


@pytest.mark.parametrize("changed", [{"reason": "per sapere"}, {"reason": ""}, {"ground": ""}])
def test_a_reason_is_a_ground_and_twenty_characters(client, stranger, application, changed):
    answer = ask(client, stranger, application.number, **changed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(changed))
    assert not EmergencyAccess.objects.exists()


def test_only_clinicians_are_offered_it(client, people, application):
    for name, user in people.items():
        page = get(client, user, reverse("break-glass"))
        may = name.startswith(("prescriber", "head", "on-call"))
        assert page.status_code == (200 if may else 404), name
        for address in ("/richieste/OL-2020-000009/", "/richieste/?q=OL-2020-000009"):
            assert ("/apri-con-motivo/" in get(client, user, address).content.decode()) is may, name


def test_what_is_theirs_anyway_or_open_already_leaves_no_second_row(client, people, stranger, application):
    assert ask(client, people["head-w3"], application.number).status_code == 302
    assert not EmergencyAccess.objects.exists()
    for _ in range(2):
        assert ask(client, stranger, application.number).status_code == 302
    assert EmergencyAccess.objects.count() == 1


# ── Who is told, and looks at it ───────────────────────────────────────────────────────────────────────


def told_by_mail() -> dict[str, str]:
    keep_due(at=timezone.now() + timedelta(minutes=1))
    found = {to: f"{one.subject}\n{one.body}" for one in mail.outbox for to in one.to}
    return {to: text for to, text in found.items() if "another unit has opened" in text}


def test_the_head_of_the_unit_is_told_at_once_by_number_only(people, stranger, application, settings):
    settings.MAIL_HOURS = "03:00-03:01"
    people["head-w3"].wants_digest = True
    people["head-w3"].save()
    opened(application, stranger)
    told = told_by_mail()
    assert list(told) == [people["head-w3"].email]
    (text,) = told.values()
    assert application.number in text
    for secret in ("Fittizia", application.patient.tax_code, REASON):
        assert secret not in text


def test_without_another_head_the_medical_director_is_told(people, application, settings):
    settings.MAIL_HOURS = "03:00-03:01"
    Membership.objects.filter(user=people["head-w3"], role=Role.HEAD_OF_UNIT).delete()
    Membership.objects.filter(user=people["head-w3"]).update(unit=people["head-w5"].memberships.get().unit)
    opened(application, people["prescriber-w5"])
    assert list(told_by_mail()) == [people["director"].email]


def test_the_head_and_the_director_read_who_and_why_and_judge_it_once(client, people, stranger, application):
    access = opened(application, stranger)
    for name in ("head-w3", "director"):
        assert "quale dose ha avuto" in get(client, people[name], file_of(application)).content.decode()
        assert get(client, people[name], reverse("accesses")).context["waiting"] == 1
    for name in ("pharmacist-1", "chair", "prescriber-w3"):
        assert "quale dose ha avuto" not in get(client, people[name], file_of(application)).content.decode()
    client.force_login(people["head-w3"])
    judged = {"is_justified": "no", "note": "Il paziente non era in quel reparto."}
    assert client.post(reverse("access-review", args=[access.pk]), judged).status_code == 302
    review = AccessReview.objects.get()
    assert (review.is_justified, review.reviewed_by) == (False, people["head-w3"])
    with pytest.raises(AlreadyDone, match="looked at it already"):
        breaking.review(access.pk, is_justified=True, note="x", by=people["director"], at=timezone.now())
    assert get(client, people["director"], reverse("accesses")).context["waiting"] == 0


def test_a_head_sees_their_unit_and_nobody_judges_their_own(client, people, application):
    access = opened(application, people["head-w5"])
    assert get(client, people["head-w5"], reverse("accesses")).context["rows"] == []
    address = reverse("access-review", args=[access.pk])
    for name in ("head-w5", "auditor", "prescriber-w3", "pharmacist-1"):
        assert get(client, people[name], address).status_code == 404, name
    unit = application.unit
    Membership.objects.create(
        user=people["head-w5"], unit=unit, role=Role.HEAD_OF_UNIT, from_on=timezone.localdate()
    )
    del people["head-w5"].__dict__["_memberships"]
    with pytest.raises(Refused, match="of their own"):
        breaking.review(access.pk, is_justified=True, note="x", by=people["head-w5"], at=timezone.now())


def test_an_auditor_reads_the_reason_without_the_patient(client, people, stranger, application):
    opened(application, stranger)
    shown = get(client, people["auditor"], reverse("accesses")).content.decode()
    assert "devo sapere quale dose ha avuto" in shown
    assert "Fittizia" not in shown
    assert f'href="{file_of(application)}"' not in shown


@pytest.mark.parametrize("table", ["emergencyaccess", "accessreview", "masking", "accessreport"])
def test_none_of_it_is_ever_changed_or_deleted(people, stranger, application, table):
    access, at = opened(application, stranger), timezone.now()
    told = {"way": "oral", "requested_on": timezone.localdate()}
    breaking.review(access.pk, is_justified=True, note="Ricoverato.", by=people["head-w3"], at=at)
    masking.record(application.pk, is_masked=True, **told, by=people["head-w3"], at=at)
    application.patient.access_reports.create(**told, prepared_at=at, prepared_by=people["director"])
    for statement in (f"DELETE FROM approvals_{table}", f"UPDATE approvals_{table} SET id = id"):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
