"""Every hospital that has an administrator keeps one: by date, by closing, at the same moment, in SQL."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from accounts import persons, roles
from accounts.models import Membership, Role, User
from accounts.refusals import Refused
from tests.accounts.test_roles import DAY, NOW, TODAY, ended, refusal, second_administrator


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def role_of(user) -> Membership:
    return user.memberships.get(role=Role.ADMINISTRATOR)


def test_the_last_administrator_is_not_ended_now_or_later(people):
    second = second_administrator(people)
    ended(people, role_of(second), TODAY + 30 * DAY)
    # The second one's days are counted: the first may not end before or after them.
    for last_on in (TODAY - DAY, TODAY + 10 * DAY, TODAY + 60 * DAY):
        told = refusal(ended, people, role_of(people["administrator"]), last_on, by="second")
        assert told.endswith("the hospital would have no administrator: first give the role to another.")
    assert told.startswith(f"On {(TODAY + 61 * DAY).day} January 2027")
    ended(people, role_of(second), None)
    ended(people, role_of(people["administrator"]), TODAY + 60 * DAY, by="second")


def test_the_last_administrators_account_is_not_closed(people):
    second = second_administrator(people)
    Membership.objects.filter(user=second).update(to_on=TODAY + 5 * DAY)
    told = refusal(persons.close, people["administrator"], reason="x", by=second, at=NOW)
    assert (
        told == "On 3 December 2026 the hospital would have no administrator: first give the role to another."
    )
    Membership.objects.filter(user=second).update(to_on=None)
    persons.close(people["administrator"], reason="x", by=second, at=NOW)


def test_a_closed_account_counts_for_nobody(people):
    second = second_administrator(people)
    third = second_administrator(people, "third")
    persons.close(third, reason="x", by=second, at=NOW)
    ended(people, role_of(people["administrator"]), TODAY, by="second")
    assert "no administrator" in refusal(
        persons.close, second, reason="x", by=people["administrator"], at=NOW
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_membership SET to_on = '2030-01-01' WHERE role = 'administrator'",
        "UPDATE accounts_membership SET role = 'auditor' WHERE role = 'administrator'",
        "DELETE FROM accounts_membership WHERE role = 'administrator'",
        "UPDATE accounts_user SET is_active = false WHERE username = 'administrator'",
    ],
)
def test_the_database_keeps_one_without_end(people, statement):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("last_on", [TODAY - DAY, TODAY + 30 * DAY], ids=["at once", "in a month"])
@pytest.mark.parametrize("by_sql", [False, True], ids=["by the action", "in SQL"])
def test_of_two_who_end_each_other_at_once_one_stays(people, last_on, by_sql):
    second_administrator(people)
    names, barrier, refused = ("administrator", "second"), Barrier(2), []

    def end_the_other(me: str, other: str) -> None:
        try:
            by, held = User.objects.get(username=me), role_of(User.objects.get(username=other))
            barrier.wait(10)
            if by_sql:
                Membership.objects.filter(pk=held.pk).update(to_on=max(last_on, held.from_on))
            else:
                roles.end(held, last_on=last_on, reason="Quarrel.", by=by, at=NOW)
        except (Refused, IntegrityError):
            refused.append(me)
        finally:
            connection.close()

    threads = [Thread(target=end_the_other, args=pair) for pair in (names, names[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(refused) == 1
    assert Membership.objects.filter(role=Role.ADMINISTRATOR, to_on=None).count() == 1
    assert Membership.objects.valid(on=date(2030, 1, 1)).filter(role=Role.ADMINISTRATOR).count() == 1
