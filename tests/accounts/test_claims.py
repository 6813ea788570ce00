"""Groups of the identity provider: they give, and take nothing away in silence."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts import claims, proposals
from accounts import people as held
from accounts.models import ClaimsStop, Membership, Role, RoleChange, RoleProposal, User
from accounts.refusals import AlreadyDone, Refused
from accounts.role_models import Because, Source
from audit.models import Entry
from outbox.keeping import keep_due
from staff import jobs
from staff.apps import rules_of_the_roles
from tests.accounts.test_roles import DAY, NOW, TODAY, ended, given, unit

GROUPS = {
    "G-W3-MED": {"unit": "w3", "role": "prescriber"},
    "G-W5-MED": {"unit": "w5", "role": "prescriber"},
    "G-W5-HEAD": {"unit": "w5", "role": "head_of_unit", "hospital": "Ospedale dimostrativo San Teodoro"},
    "G-ADMIN": {"unit": "offices", "role": "administrator"},
    "G-GHOST": {"unit": "nowhere", "role": "prescriber"},
}


@pytest.fixture(autouse=True)
def _groups(settings):
    settings.OIDC_ROLE_GROUPS = GROUPS
    settings.CLAIMS_REMOVALS_PERCENT = 100
    with translation.override("en"):
        yield


def sign_in(user, *groups, at=NOW, **claim):
    return claims.on_sign_in(user, claim or {"groups": list(groups)}, at=at)


def newcomer(name="new", *groups) -> User:
    user = User.objects.create(username=name, first_name="N", last_name=name)
    if groups:
        sign_in(user, *groups)
    return user


def roles_of(user, *, at=NOW) -> set[str]:
    held.forget(user)
    return {f"{m.unit.code} {m.role}" for m in held.memberships(user, at=at)}


def test_groups_give_roles_and_the_trail_says_where_they_came_from(people):
    user = newcomer("new", "G-W3-MED", "G-W5-HEAD", "G-GHOST", "something else")
    assert roles_of(user) == {"w3 prescriber", "w5 head_of_unit"}
    assert {c.source for c in RoleChange.objects.all()} == {Source.CLAIMS}
    entries = Entry.objects.filter(chain=f"user:{user.pk}")
    assert {(e.action, e.actor_id, e.data["source"]) for e in entries} == {("role_given", None, "claims")}
    again = sign_in(user, "G-W3-MED", "G-W5-HEAD", at=NOW + DAY)
    assert (again.given, again.ended, again.proposed) == ([], [], [])


def test_a_morning_on_which_nothing_changed_locks_nothing(people):
    user = newcomer("new", "G-W3-MED")
    with CaptureQueriesContext(connection) as asked:
        sign_in(user, "G-W3-MED", at=NOW + DAY)
    assert not any("FOR NO KEY UPDATE" in one["sql"] for one in asked)
    assert len(asked) <= 6


def test_without_a_mapping_roles_are_given_here_alone(people, settings):
    settings.OIDC_ROLE_GROUPS = {}
    assert roles_of(newcomer("new", "G-W3-MED")) == set()


@pytest.mark.parametrize(
    "claim",
    [
        {"other": 1},
        {"groups": None},
        {"groups": "G-W3-MED"},
        {"groups": {"G-W3-MED": True}},
        {"groups": ["G-W3-MED", 3]},
        {"groups": [""]},
        {"groups": ["x" * 301]},
        {"groups": ["x"] * 2001},
    ],
)
def test_a_claim_that_cannot_be_read_changes_nothing(people, claim):
    user = newcomer("new", "G-W3-MED", "G-W5-MED")
    sign_in(user, **claim)
    assert roles_of(user) == {"w3 prescriber", "w5 prescriber"}
    assert not RoleProposal.objects.exists()


def test_a_role_whose_group_is_gone_ends_where_nothing_speaks_against_it(people):
    user = newcomer("new", "G-W3-MED", "G-W5-MED")
    done = sign_in(user, "G-W5-MED", at=NOW + DAY)
    assert [m.unit.code for m in done.ended] == ["w3"]
    assert roles_of(user, at=NOW + DAY) == {"w5 prescriber"}
    assert RoleChange.objects.filter(is_new=False).get().changed_by is None


def test_moving_from_one_group_to_another_leaves_no_gap(people):
    user = newcomer("new", "G-W3-MED")
    done = sign_in(user, "G-W5-MED", at=NOW + DAY)
    assert (len(done.ended), len(done.given), done.proposed) == (1, 1, [])


@pytest.mark.parametrize(
    ("user", "before", "after", "because"),
    [
        ("new", ["G-W3-MED", "G-W5-MED"], [], Because.LAST_ROLE),
        ("new", ["G-W3-MED"], ["something else"], Because.LAST_ROLE),
        ("prescriber-w5", [], ["G-W3-MED"], Because.BY_HAND),
        ("new", ["G-W5-MED", "G-W5-HEAD"], ["G-W5-MED"], Because.LAST_HOLDER),
    ],
)
def test_what_speaks_against_it_makes_it_a_proposal(people, user, before, after, because):
    Membership.objects.filter(user=people["head-w5"]).update(to_on=TODAY - DAY)
    person = people.get(user) or newcomer(user, *before)
    had = roles_of(person)
    done = sign_in(person, *after, at=NOW + DAY)
    assert done.ended == []
    assert {one.because for one in done.proposed} == {because}
    assert roles_of(person, at=NOW + DAY) >= had
    assert sign_in(person, *after, at=NOW + DAY).proposed == []  # proposed once


def test_the_last_administrator_is_never_ended_by_the_groups(people):
    Membership.objects.filter(user=people["auditor"]).update(unit=unit("direction"))
    user = newcomer("new", "G-ADMIN")
    done = sign_in(user, at=NOW + DAY)
    assert [one.because for one in done.proposed] == [Because.LAST_ROLE]
    first = people["administrator"]
    assert [one.because for one in sign_in(first, at=NOW + DAY).proposed] == [Because.BY_HAND]
    with pytest.raises(Refused, match="Nobody changes their own roles"):
        proposals.accept(RoleProposal.objects.get(membership__user=first), by=first, at=NOW)


def test_a_role_that_excludes_another_is_not_given_and_the_trail_says_so(people):
    done = sign_in(people["chair"], "G-ADMIN")
    assert done.refused == [(unit("offices").pk, "administrator")]
    entry = Entry.objects.get(chain=f"user:{people['chair'].pk}")
    assert (entry.action, entry.data["role"]) == ("claim_refused", "administrator")


def test_what_an_administrator_ended_is_not_given_again(people):
    user = newcomer("new", "G-W3-MED", "G-W5-MED")
    people["new"] = user
    ended(people, user.memberships.get(unit=unit("w3")), TODAY - DAY)
    assert sign_in(user, "G-W3-MED", "G-W5-MED", at=NOW + DAY).given == []
    assert roles_of(user, at=NOW + DAY) == {"w5 prescriber"}
    given(people, "new")
    assert roles_of(user) == {"w3 prescriber", "w5 prescriber"}


def test_the_group_is_back_so_nothing_is_proposed_any_more(people):
    user = newcomer("new", "G-W3-MED")
    sign_in(user, at=NOW + DAY)
    sign_in(user, "G-W3-MED", at=NOW + 2 * DAY)
    assert RoleProposal.objects.get().settled == "moot"


def test_an_administrator_keeps_a_role_and_is_not_asked_again(people):
    user = newcomer("new", "G-W3-MED")
    [one] = sign_in(user, at=NOW + DAY).proposed
    proposals.keep(one, by=people["administrator"], at=NOW + DAY)
    with pytest.raises(AlreadyDone):
        proposals.accept(one, by=people["administrator"], at=NOW + DAY)
    assert sign_in(user, at=NOW + 2 * DAY).proposed == []
    assert roles_of(user, at=NOW + 2 * DAY) == {"w3 prescriber"}


def test_an_administrator_ends_it_and_the_group_that_comes_back_gives_it_again(people):
    user = newcomer("new", "G-W3-MED")
    [one] = sign_in(user, at=NOW + DAY).proposed
    proposals.accept(one, by=people["administrator"], at=NOW + DAY)
    assert roles_of(user, at=NOW + DAY) == set()
    sign_in(user, "G-W3-MED", at=NOW + 3 * DAY)
    assert roles_of(user, at=NOW + 3 * DAY) == {"w3 prescriber"}


# ── Many at once ─────────────────────────────────────────────────────────────────────────────────────────


def several(count) -> list[User]:
    return [newcomer(f"new-{n}", "G-W3-MED", "G-W5-MED") for n in range(count)]


def take_from(users, *, at=NOW + DAY):
    return [sign_in(user, "G-W5-MED", at=at + n * timedelta(minutes=1)) for n, user in enumerate(users)]


def test_many_removals_within_a_day_stop_all_the_others_and_administrators_are_told(people, settings):
    settings.CLAIMS_REMOVALS_PEOPLE = 2
    User.objects.update(language="en")
    done = take_from(several(4))
    assert [(len(one.ended), len(one.proposed)) for one in done] == [(1, 0), (1, 0), (0, 1), (0, 1)]
    assert {one.because for one in RoleProposal.objects.all()} == {Because.MANY}
    stop = ClaimsStop.objects.get()
    assert stop.people == 3
    mail.outbox.clear()
    for _ in range(2):
        jobs.sweep_stops(at=NOW + DAY)
        keep_due(at=NOW + DAY)
    [told] = mail.outbox
    assert (told.to, told.subject) == (["administrator@ospedale.example"], "Removals of roles are stopped")
    assert "took roles from 3 people" in told.body
    assert "/persone/proposte/" in told.body


def test_a_share_of_the_hospital_is_many_too_but_one_person_never_is(people, settings):
    settings.CLAIMS_REMOVALS_PERCENT = 1
    done = take_from(several(2))
    assert [len(one.ended) for one in done] == [1, 0]


def test_removals_spread_over_days_are_not_many(people, settings):
    settings.CLAIMS_REMOVALS_PEOPLE = 2
    for n, user in enumerate(several(4)):
        assert len(take_from([user], at=NOW + (n + 1) * DAY)[0].ended) == 1


def test_an_administrator_lets_removals_go_on(people, settings):
    settings.CLAIMS_REMOVALS_PEOPLE = 2
    users = several(5)
    take_from(users[:3])
    stop = ClaimsStop.objects.get()
    with pytest.raises(Refused):
        proposals.release(stop, by=people["director"], at=NOW + DAY)
    later = NOW + DAY + timedelta(hours=1)
    proposals.release(stop, by=people["administrator"], at=later)
    with pytest.raises(AlreadyDone):
        proposals.release(stop, by=people["administrator"], at=later)
    assert [len(one.ended) for one in take_from(users[3:], at=later + timedelta(minutes=1))] == [1, 1]


def test_the_page_ends_keeps_and_lets_go_on(client, people, settings):
    settings.CLAIMS_REMOVALS_PEOPLE = 1
    users = several(3)
    take_from(users, at=NOW)
    client.force_login(people["administrator"])
    stop = ClaimsStop.objects.get()
    assert reverse("claims-release", args=[stop.pk]) in client.get(reverse("role-proposals")).text
    first, second = RoleProposal.objects.order_by("pk")
    for _ in range(2):
        client.post(reverse("role-proposal", args=[first.pk]), {"end": "1"})
    client.post(reverse("role-proposal", args=[second.pk]), {"keep": "1"})
    client.post(reverse("claims-release", args=[stop.pk]))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.settled, second.settled) == ("ended", "kept")
    assert ClaimsStop.objects.get().released_by == people["administrator"]


@pytest.mark.parametrize(
    ("groups", "count"),
    [
        (GROUPS, 0),
        ([], 1),
        ({"G": "prescriber"}, 1),
        ({"G": {"unit": "w3", "role": "king"}}, 1),
        ({"G": {"unit": "w3", "role": "chair", "from": "x"}}, 1),
    ],
)
def test_a_mapping_that_means_nothing_stops_the_start(settings, groups, count):
    settings.OIDC_ROLE_GROUPS = groups
    assert len(rules_of_the_roles()) == count


def test_a_role_named_twice_by_the_groups_is_given_once(people):
    user = newcomer()
    sign_in(user, "G-W3-MED", "G-W3-MED")
    assert user.memberships.filter(role=Role.PRESCRIBER).count() == 1
