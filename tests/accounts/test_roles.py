"""Giving a role and moving its end: by an administrator, never on oneself, and nothing is lost."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from accounts import people as held
from accounts import persons, roles
from accounts.models import Hospital, Membership, Role, RoleChange, Unit, User
from accounts.persons import Person
from accounts.refusals import AlreadyDone, Refused
from audit.models import Entry

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=ZoneInfo("Europe/Rome"))
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def given(people, name="prescriber-w5", code="w3", role=Role.PRESCRIBER, *, by="administrator", **days):
    told = {"from_on": TODAY, "to_on": None, "reason": "Needed there.", **days}
    here = people["chair"].memberships.get().unit.hospital
    return roles.give(
        user=people[name],
        unit=Unit.objects.get(code=code, hospital=here),
        role=role,
        **told,
        by=people[by],
        at=NOW,
    )


def ended(people, membership, last_on, *, by="administrator", reason="Left.", at=NOW):
    return roles.end(membership, last_on=last_on, reason=reason, by=people[by], at=at)


def refusal(action, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        action(*args, **kwargs)
    return caught.value.sentence


def second_administrator(people, name="second"):
    made = User.objects.create(username=name, first_name="S", last_name=name)
    Membership.objects.create(user=made, unit=unit("offices"), role=Role.ADMINISTRATOR, from_on=TODAY - DAY)
    people[name] = made
    return made


def test_a_role_is_given_from_a_day_to_a_day_and_both_places_say_who_and_why(people):
    made = given(people, to_on=TODAY + 9 * DAY)
    user = people["prescriber-w5"]
    assert held.holds(user, Role.PRESCRIBER, at=NOW, unit_id=made.unit_id)
    held.forget(user)
    assert not held.holds(user, Role.PRESCRIBER, at=NOW + 10 * DAY, unit_id=made.unit_id)
    change = RoleChange.objects.get()
    assert (change.membership, change.is_new, change.changed_by) == (made, True, people["administrator"])
    assert (change.reason, change.changed_at) == ("Needed there.", NOW)
    entry = Entry.objects.get(chain=f"user:{user.pk}")
    assert entry.action == "role_given"
    assert entry.data["last_on"] == "2026-12-06"
    assert "Needed" not in str(entry.data)


@pytest.mark.parametrize("by", ["prescriber-w3", "head-w3", "director", "auditor", "prescriber-w5"])
def test_nobody_but_an_administrator_gives_roles(people, by):
    told = refusal(given, people, by=by)
    assert told.startswith(("Only an administrator", "Nobody changes their own roles"))
    assert not RoleChange.objects.exists()


def test_an_administrator_of_another_hospital_gives_none_here(people):
    second = second_administrator(people)
    elsewhere = Unit.objects.create(
        hospital=Hospital.objects.create(name="Other", address="x", city="y"), code="offices", name="Offices"
    )
    Membership.objects.filter(user=second).update(unit=elsewhere)
    assert refusal(given, people, by="second") == (
        "Only an administrator of the hospital gives and ends its roles."
    )


def test_nobody_changes_their_own_roles_nor_those_of_a_second_account(people):
    told = "Nobody changes their own roles: ask another administrator."
    assert refusal(given, people, "administrator") == told
    second = User.objects.create(username="twin", email="Administrator@ospedale.example")
    people["twin"] = second
    assert refusal(given, people, "twin") == told
    User.objects.filter(username="twin").update(email="other@x.example", registration_number="XX-1")
    User.objects.filter(username="administrator").update(registration_number="xx-1 ")
    again = User.objects.in_bulk(field_name="username")
    assert refusal(given, again, "twin") == told


@pytest.mark.parametrize(
    ("name", "role", "clash"),
    [
        ("administrator", None, None),
        ("prescriber-w5", Role.ADMINISTRATOR, "Prescriber"),
        ("pharmacist-1", Role.AUDITOR, "Pharmacist"),
        ("auditor", Role.PRESCRIBER, "Auditor"),
    ],
)
def test_administrators_and_auditors_hold_no_clinical_role(people, name, role, clash):
    if role is None:
        second_administrator(people)
        name, role, clash, by = "administrator", Role.PRESCRIBER, "Administrator", "second"
    else:
        by = "administrator"
    assert refusal(given, people, name, role=role, by=by) == (
        f"Holds the role “{clash}”: administrators and auditors take no clinical action."
    )


def test_roles_that_exclude_each_other_may_follow_each_other(people):
    ended(people, people["prescriber-w5"].memberships.get(), TODAY)
    given(people, code="offices", role=Role.AUDITOR, from_on=TODAY + DAY)
    # … but then the end of the first one no longer moves into the second.
    first = people["prescriber-w5"].memberships.get(role=Role.PRESCRIBER)
    assert "take no clinical action" in refusal(ended, people, first, None)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"from_on": TODAY - DAY}, "Write the first day, from today on."),
        ({"from_on": None}, "Write the first day, from today on."),
        ({"to_on": TODAY - DAY}, "The last day cannot come before the first."),
        ({"reason": " "}, "Write why, in a few words."),
        ({"reason": "x" * 301}, "Write at most 300 characters."),
        ({"code": "w5"}, "Holds this role already, since 1/1/2020."),
    ],
)
def test_what_is_missing_is_said_in_words(people, changed, sentence):
    with translation.override("it"):
        assert refusal(given, people, **changed) != ""
    if "already" in sentence:
        assert refusal(given, people, **changed).startswith("Holds this role already, since")
    else:
        assert refusal(given, people, **changed) == sentence


def test_a_double_click_gives_one_role(people):
    given(people)
    with pytest.raises(AlreadyDone):
        given(people)
    assert RoleChange.objects.count() == 1


def test_the_end_moves_earlier_and_later_and_every_decision_stays(people):
    made = given(people)
    for last_on in (TODAY + 30 * DAY, TODAY + 10 * DAY, None, TODAY - DAY):
        ended(people, made, last_on)
    made.refresh_from_db()
    assert made.to_on == TODAY - DAY
    moved = RoleChange.objects.filter(is_new=False).values_list("was_to_on", "to_on")
    assert list(moved) == [
        (None, TODAY + 30 * DAY),
        (TODAY + 30 * DAY, TODAY + 10 * DAY),
        (TODAY + 10 * DAY, None),
        (None, TODAY - DAY),
    ]
    assert refusal(ended, people, made, None) == "This role has ended: give it anew."
    assert given(people).pk != made.pk  # the same days again: the first one never was


def test_the_past_is_not_rewritten(people):
    made = people["prescriber-w5"].memberships.get()
    assert refusal(ended, people, made, TODAY - 2 * DAY).startswith("Write yesterday, to end it at once")


def test_what_is_taken_back_before_it_began_stays_and_was_never_in_force(people):
    made = given(people, from_on=TODAY + 30 * DAY)
    ended(people, made, TODAY)
    made.refresh_from_db()
    assert made.to_on == TODAY + 29 * DAY
    for n in range(60):
        assert made not in Membership.objects.valid(on=TODAY + n * DAY)


def test_the_same_end_again_is_told_not_recorded(people):
    made = given(people)
    ended(people, made, TODAY)
    with pytest.raises(AlreadyDone):
        ended(people, made, TODAY)
    assert RoleChange.objects.filter(is_new=False).count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_rolechange SET reason = 'x'",
        "DELETE FROM accounts_rolechange",
        "TRUNCATE accounts_rolechange",
        "DELETE FROM accounts_membership WHERE id = {pk}",
        "UPDATE accounts_membership SET role = 'chair' WHERE id = {pk}",
        "UPDATE accounts_membership SET from_on = '2020-01-01' WHERE id = {pk}",
    ],
)
def test_the_database_keeps_what_was_decided(people, statement):
    made = given(people)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(pk=made.pk))


# ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────


def person(**changed) -> Person:
    told = {"title": "Dott.", "first_name": "Ugo", "last_name": "Prova", "email": "ugo@x.example"}
    return Person(**{**told, "profession": "doctor", "registration_number": "XX-777", **changed})


def test_a_new_person_has_no_role_and_no_password(people):
    made = persons.create("ugo", person(), by=people["administrator"], at=NOW)
    assert not made.has_usable_password()
    assert not made.memberships.exists()
    assert Entry.objects.get(chain=f"user:{made.pk}").action == "person_written"


def test_one_person_has_one_account(people):
    told = refusal(
        persons.create, "ugo", person(registration_number="xx-10231"), by=people["administrator"], at=NOW
    )
    assert told == "Dott.ssa Elena Conti has this number in the register: one person has one account."
    told = refusal(persons.create, "Chair", person(), by=people["administrator"], at=NOW)
    assert told == "Choose a user name that nobody has."


def test_corrections_name_the_fields_in_the_trail_and_nothing_else(people):
    user = people["prescriber-w5"]
    changed = persons.correct(user, person(title="Prof."), by=people["administrator"], at=NOW)
    assert set(changed) == {"title", "first_name", "last_name", "email", "registration_number"}
    entry = Entry.objects.get(chain=f"user:{user.pk}")
    assert entry.data == {"fields": changed}
    with pytest.raises(AlreadyDone):
        persons.correct(user, person(title="Prof."), by=people["administrator"], at=NOW)


@pytest.mark.parametrize("what", ["correct", "close"])
def test_nobody_touches_their_own_account(people, what):
    told = {"by": people["administrator"], "at": NOW}
    if what == "correct":
        sentence = refusal(persons.correct, people["administrator"], person(), **told)
    else:
        sentence = refusal(persons.close, people["administrator"], reason="x", **told)
    assert sentence == "Nobody changes their own account here: ask another administrator."


def test_a_closed_account_is_signed_out_at_once_and_reopening_brings_no_session_back(client, people):
    user = people["prescriber-w5"]
    client.force_login(user)
    assert client.get("/profilo/").status_code == 200
    persons.close(user, reason="Left.", by=people["administrator"], at=NOW)
    assert client.get("/profilo/").status_code == 302
    user.refresh_from_db()
    assert (user.is_active, user.closed_by, user.closed_because) == (False, people["administrator"], "Left.")
    assert held.memberships(user, at=NOW) == []
    with pytest.raises(AlreadyDone):
        persons.close(user, reason="Left.", by=people["administrator"], at=NOW)
    persons.reopen(user, by=people["administrator"], at=NOW)
    assert client.get("/profilo/").status_code == 302
    assert held.memberships(User.objects.get(pk=user.pk), at=NOW) != []


def test_who_works_in_another_hospital_too_is_not_closed_from_here(people):
    elsewhere = Unit.objects.create(
        hospital=Hospital.objects.create(name="Other", address="x", city="y"), code="w", name="W"
    )
    Membership.objects.create(
        user=people["prescriber-w5"], unit=elsewhere, role=Role.PRESCRIBER, from_on=date(2020, 1, 1)
    )
    told = refusal(persons.close, people["prescriber-w5"], reason="x", by=people["administrator"], at=NOW)
    assert told == "This person works in Other too: its administrators have to end their roles first."
