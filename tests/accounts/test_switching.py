"""In which role somebody works: chosen without signing out; it narrows, never widens, frees from nothing."""

import pytest
from django.urls import reverse
from django.utils import translation

from accounts import people as held
from accounts.models import Membership, Role, User
from approvals import on_call, permissions
from approvals.models import Application
from approvals.workflow import Action, Status
from audit.models import Entry
from committee import members
from tests.accounts.test_roles import DAY, NOW, TODAY, unit
from tests.approvals.walk import catalogue, walk

__all__ = ["catalogue"]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def also(people, name, role, code) -> User:
    Membership.objects.create(user=people[name], role=role, unit=unit(code), from_on=TODAY - 400 * DAY)
    return User.objects.get(username=name)


def acting(user, role) -> User:
    user.acting_as = role
    return user


def test_one_role_at_a_time_narrows_what_is_held(people):
    user = acting(people["head-w3"], Role.PRESCRIBER)
    assert held.roles(user, at=NOW) == {Role.PRESCRIBER}
    assert {m.role for m in held.all_memberships(user, at=NOW)} == {"prescriber", "head_of_unit"}
    assert acting(user, None) and held.roles(user, at=NOW) == {Role.PRESCRIBER, Role.HEAD_OF_UNIT}


@pytest.mark.parametrize("role", list(Role))
def test_no_choice_gives_a_role_that_is_not_held(people, role):
    user = acting(people["prescriber-w5"], role)
    assert held.roles(user, at=NOW) <= {Role.PRESCRIBER}


def test_what_is_seen_and_done_follows_the_role(people, catalogue):
    application = walk(people, Status.SUBMITTED)
    user = also(people, "head-w3", Role.PHARMACIST, "pharmacy")
    assert permissions.why_not(user, Action.TAKE_CHARGE, application, at=NOW) == ""
    acting(user, Role.PRESCRIBER)
    assert permissions.why_not(user, Action.TAKE_CHARGE, application, at=NOW).startswith("Only a pharmacist")
    acting(also(people, "prescriber-w5", Role.AUDITOR, "offices"), Role.AUDITOR)
    reader = acting(User.objects.get(username="prescriber-w5"), Role.AUDITOR)
    assert not Application.objects.visible_to(reader, at=NOW).exists()


def test_a_role_put_aside_forbids_all_the_same(people, catalogue):
    """The head of the ward, working as the consultant on call, does not authorise the ward's emergency."""
    application = walk(people, Status.SUBMITTED)
    user = acting(also(people, "head-w3", Role.ON_CALL_CONSULTANT, "immunology"), Role.ON_CALL_CONSULTANT)
    assert on_call.is_outside_unit(user, application, NOW).startswith("You head the unit that asks")
    other = acting(
        also(people, "delegate-w3", Role.ON_CALL_CONSULTANT, "immunology"), Role.ON_CALL_CONSULTANT
    )
    assert on_call.is_outside_unit(other, application, NOW).startswith("You belong to the unit that asks")


def test_the_heads_own_stays_the_heads_own_while_they_work_as_prescriber(people, catalogue):
    application = walk(people, Status.SUBMITTED, author="head-w3")
    application.author = acting(User.objects.get(username="head-w3"), Role.PRESCRIBER)
    assert permissions.is_the_heads_own(application, NOW)


def test_a_member_who_works_as_pharmacist_does_not_vote_meanwhile(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    user = also(people, "member-1", Role.PHARMACIST, "pharmacy")
    assert permissions.sits_on_committee(user, application, NOW) == ""
    acting(user, Role.PHARMACIST)
    assert permissions.sits_on_committee(user, application, NOW).startswith("Only members of the committee")
    acting(user, Role.COMMITTEE_MEMBER)
    assert permissions.sits_on_committee(user, application, NOW) == ""
    chair = acting(also(people, "chair", Role.PRESCRIBER, "w5"), Role.PRESCRIBER)
    assert not members.is_chair(chair, unit("w5").hospital_id, at=NOW)


def test_the_header_offers_the_roles_and_the_page_follows_the_choice(client, people):
    also(people, "pharmacist-1", Role.AUDITOR, "offices")
    client.force_login(people["pharmacist-1"])
    both = client.get("/profilo/")
    assert '<option value="auditor">' in both.text
    assert 'href="/registro/"' in both.text or reverse("trail") in both.text
    assert client.post(reverse("act-as"), {"role": "pharmacist"}).status_code == 302
    page = client.get("/profilo/")
    assert '<option value="pharmacist" selected>' in page.text
    assert {item["url"] for item in page.context["nav"]} == (
        {item["url"] for item in both.context["nav"]} - {reverse("trail")}
    )
    assert client.get(reverse("trail")).status_code == 404
    client.post(reverse("act-as"), {"role": ""})
    assert client.get(reverse("trail")).status_code == 200


def test_somebody_with_one_role_is_offered_no_choice(client, people):
    client.force_login(people["prescriber-w5"])
    assert 'id="act-as"' not in client.get("/profilo/").text


def test_a_role_not_held_is_not_taken(client, people):
    client.force_login(people["head-w3"])
    client.post(reverse("act-as"), {"role": "administrator"})
    assert client.get(reverse("people")).status_code == 404
    assert "acting_as" not in client.session


def test_a_role_that_ended_meanwhile_is_put_down(client, people):
    client.force_login(people["head-w3"])
    client.post(reverse("act-as"), {"role": "head_of_unit"})
    Membership.objects.filter(user=people["head-w3"], role=Role.HEAD_OF_UNIT).update(to_on="2021-01-01")
    page = client.get("/profilo/")
    assert page.context["acting_as"] is None
    assert "acting_as" not in client.session


def test_access_entries_carry_the_role_worked_in(client, people, catalogue):
    application = walk(people, Status.SUBMITTED)
    client.force_login(people["head-w3"])
    client.post(reverse("act-as"), {"role": "head_of_unit"})
    assert client.get(reverse("application", args=[application.number])).status_code == 200
    entry = Entry.objects.filter(chain=application.chain, action="opened").latest("pk")
    assert entry.data["roles"] == ["head_of_unit"]
