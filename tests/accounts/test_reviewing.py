"""The review of all roles, twice a year: what is on the list, who may confirm, when people are told."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation

from accounts import reviewing
from accounts.models import Membership, Role, RoleConfirmation, User
from accounts.refusals import AlreadyDone, Refused
from audit.models import Entry
from outbox.keeping import keep_due
from outbox.models import Promise
from staff import jobs
from tests.accounts.test_roles import NOW, TODAY, ended, given, second_administrator

FIRST = date(2026, 7, 1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def hospital(people) -> int:
    return people["chair"].memberships.get().unit.hospital_id


def left(hospital, *, at=NOW) -> set[str]:
    found = reviewing.to_review(hospital, reviewing.period(at.date()), at=at).filter(is_reviewed=False)
    return {f"{m.user.username} {m.role}" for m in found}


@pytest.mark.parametrize(
    ("months", "on", "first"),
    [
        (6, date(2026, 11, 27), date(2026, 7, 1)),
        (6, date(2026, 6, 30), date(2026, 1, 1)),
        (12, date(2026, 12, 31), date(2026, 1, 1)),
        (3, date(2026, 2, 28), date(2026, 1, 1)),
        (1, date(2026, 2, 28), date(2026, 2, 1)),
    ],
)
def test_periods_are_those_of_the_calendar(settings, months, on, first):
    settings.ROLE_REVIEW_MONTHS = months
    assert reviewing.period(on) == first


def test_all_roles_in_force_on_the_first_day_are_reviewed_by_confirming_or_ending(people, hospital):
    everything = left(hospital)
    assert len(everything) == Membership.objects.count()
    given(people)  # newer than the period: next time
    reviewing.confirm(people["chair"].memberships.get(), by=people["administrator"], at=NOW)
    ended(people, people["prescriber-nicu"].memberships.get(), TODAY - timedelta(days=1))
    assert everything - left(hospital) == {"chair chair", "prescriber-nicu prescriber"}
    assert left(hospital, at=datetime(2027, 1, 2, tzinfo=ZoneInfo("Europe/Rome"))) > {"chair chair"}


def test_a_confirmation_says_who_and_when_and_is_made_once(people):
    one = people["chair"].memberships.get()
    reviewing.confirm(one, by=people["administrator"], at=NOW)
    with pytest.raises(AlreadyDone):
        reviewing.confirm(one, by=people["administrator"], at=NOW)
    made = RoleConfirmation.objects.get()
    assert (made.period_on, made.confirmed_by, made.confirmed_at) == (FIRST, people["administrator"], NOW)
    assert Entry.objects.get(chain=f"user:{one.user_id}").action == "role_confirmed"


def test_nobody_reviews_themselves_and_administrators_can_do_with_the_director(people):
    own = people["administrator"].memberships.get()
    with pytest.raises(Refused, match="Nobody reviews their own roles"):
        reviewing.confirm(own, by=people["administrator"], at=NOW)
    for name in ("chair", "head-w3"):
        with pytest.raises(Refused, match="Only an administrator"):
            reviewing.confirm(own, by=people[name], at=NOW)
    with pytest.raises(Refused, match="Only an administrator"):
        reviewing.confirm(people["chair"].memberships.get(), by=people["director"], at=NOW)
    reviewing.confirm(own, by=people["director"], at=NOW)


def mails(at) -> list[str]:
    mail.outbox.clear()
    jobs.sweep_reviews(at=at)
    keep_due(at=at)
    return sorted(f"{one.to[0]}: {one.subject}" for one in mail.outbox)


def test_administrators_are_told_when_it_is_due_and_when_it_is_late_once_each(people):
    due, late = (datetime(2026, 7, day, 12, tzinfo=ZoneInfo("Europe/Rome")) for day in (1, 31))
    second_administrator(people)
    User.objects.update(language="en")
    told = [mails(due), mails(due), mails(late), mails(late + timedelta(days=1)), mails(NOW)]
    assert told == [
        ["administrator@ospedale.example: Roles to review"],
        [],
        [],
        ["administrator@ospedale.example: The review of roles is late"],
        [],
    ]


def test_what_is_reviewed_before_the_mail_goes_is_not_told(people):
    jobs.sweep_reviews(at=NOW)
    reviewing.confirm(people["administrator"].memberships.get(), by=people["director"], at=NOW)
    Membership.objects.exclude(role=Role.ADMINISTRATOR).update(to_on=TODAY - timedelta(days=1))
    keep_due(at=NOW)
    assert [one.status for one in Promise.objects.filter(job="tell_role_review")] == ["superseded"]


def test_the_page_shows_progress_confirms_and_ends(client, people):
    client.force_login(people["administrator"])
    page = client.get(reverse("role-review"))
    assert (page.context["done"], page.context["total"]) == (0, Membership.objects.count())
    own = people["administrator"].memberships.get()
    assert f"/persone/revisione/{own.pk}/" not in page.text
    chair, nicu = (people[name].memberships.get() for name in ("chair", "prescriber-nicu"))
    for _ in range(2):
        client.post(reverse("role-review-answer", args=[chair.pk]))
    client.post(reverse("role-review-answer", args=[nicu.pk]), {"end": "1", "last_on": "never"})
    client.post(reverse("role-review-answer", args=[nicu.pk]), {"end": "1", "last_on": "1/1/2040"})
    client.post(reverse("role-review-answer", args=[own.pk]))
    nicu.refresh_from_db()
    assert nicu.to_on == date(2040, 1, 1)
    assert nicu.changes.get().source == "review"
    page = client.get(reverse("role-review"))
    assert page.context["done"] == 1
    assert "Anna Verdi" in client.get(reverse("role-review"), {"all": "1"}).text


def test_the_list_goes_out_as_a_file_and_the_trail_says_so(client, people):
    client.force_login(people["administrator"])
    for address in (reverse("role-review"), reverse("people")):
        answer = client.get(address, {"format": "csv"})
        assert b"Verdi" in b"".join(answer.streaming_content)
    chain = f"export:{people['administrator'].pk}"
    lists = [entry.data["list"] for entry in Entry.objects.filter(chain=chain)]
    assert lists == ["revisione-ruoli", "persone"]
