"""Delegates of a prescriber, deputies of a head of unit: dated, seen by both, never on one's own work."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts import delegating
from accounts import people as held
from accounts.models import Membership, Role, RoleChange
from accounts.refusals import AlreadyDone, Refused
from approvals import notices, permissions
from approvals.workflow import Action, Status
from audit.models import Entry
from tests.accounts.test_roles import DAY, NOW, TODAY, ended, given, refusal
from tests.approvals.walk import catalogue, walk

__all__ = ["catalogue"]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def role_of(people, name, role) -> Membership:
    return people[name].memberships.select_related("unit").get(role=role, stands_in_for=None)


def deputy(people, user="prescriber-w3", *, by="head-w3", of="head-w3", first=0, last=6, at=NOW):
    days = {"from_on": at.date() + first * DAY, "to_on": at.date() + last * DAY}
    own = role_of(people, of, Role.HEAD_OF_UNIT)
    return delegating.name(own, user=people[user], **days, reason="Away.", by=people[by], at=at)


def delegate(people, user="delegate-w3", *, by="prescriber-w3", first=0, last=6, reason="Helps."):
    days = {"from_on": TODAY + first * DAY, "to_on": TODAY + last * DAY}
    own = role_of(people, "prescriber-w3", Role.PRESCRIBER)
    return delegating.name(own, user=people[user], **days, reason=reason, by=people[by], at=NOW)


def test_a_prescriber_names_a_delegate_who_ends_by_themselves(people):
    made = delegate(people, "head-w3")
    user = people["head-w3"]
    assert held.holds(user, Role.DELEGATE, at=NOW, unit_id=made.unit_id)
    assert not held.holds(user, Role.DELEGATE, at=NOW + 7 * DAY, unit_id=made.unit_id)
    assert made.stands_in_for.user == people["prescriber-w3"]
    entry = Entry.objects.get(chain=f"user:{user.pk}")
    assert (entry.actor, entry.data["stands_in_for"]) == (people["prescriber-w3"], made.stands_in_for_id)


@pytest.mark.parametrize("by", ["head-w3", "prescriber-w5", "administrator", "delegate-w3"])
def test_nobody_else_names_a_prescribers_delegate(people, by):
    assert refusal(delegate, people, by=by) == "Only the prescriber names their own delegate."


def test_the_head_or_an_administrator_names_the_deputy(people):
    made = deputy(people)
    assert made.role == Role.HEAD_OF_UNIT
    again = deputy(people, by="administrator", first=10, last=20)
    assert again.changes.get().changed_by == people["administrator"]
    for by in ("prescriber-w3", "director", "head-w5"):
        told = refusal(deputy, people, by=by, first=30, last=31)
        assert told == "Only the head of the unit, or an administrator, names the deputy."


def test_a_deputy_names_no_deputy_of_their_own(people):
    made = deputy(people)
    with pytest.raises(Refused, match="not passed on"):
        delegating.name(
            made,
            user=people["delegate-w3"],
            from_on=TODAY,
            to_on=TODAY,
            reason="x",
            by=people["prescriber-w3"],
            at=NOW,
        )
    assert made not in delegating.may_pass_on(people["prescriber-w3"], at=NOW)


@pytest.mark.parametrize(
    ("user", "days", "sentence"),
    [
        ("prescriber-w5", {}, "Choose a doctor who has a role in the unit."),
        ("delegate-w3", {}, "Choose a doctor who has a role in the unit."),
        ("head-w3", {}, "Choose somebody else: nobody stands in for themselves."),
        ("prescriber-w3", {"first": -1}, "Write a first and a last day, from today on."),
        ("prescriber-w3", {"first": 5, "last": 4}, "Write a first and a last day, from today on."),
        ("prescriber-w3", {"last": 400}, "At most 366 days: then name them again."),
    ],
)
def test_who_and_how_long_is_said_in_words(people, user, days, sentence):
    assert refusal(deputy, people, user, **days) == sentence


def test_a_head_has_one_deputy_at_a_time(people):
    deputy(people)
    with pytest.raises(AlreadyDone):
        deputy(people)
    told = refusal(deputy, people, "prescriber-w3", by="administrator", first=6, last=8)
    assert told == "Somebody stands in on some of these days already."


def test_no_delegation_outlasts_the_role_and_both_end_together(people):
    own = role_of(people, "head-w3", Role.HEAD_OF_UNIT)
    ended(people, own, TODAY + 10 * DAY)
    assert refusal(deputy, people, last=11).startswith("No longer than the role itself lasts")
    made = deputy(people, last=9)
    ended(people, own, TODAY + 3 * DAY)
    made.refresh_from_db()
    assert made.to_on == TODAY + 3 * DAY
    assert [c.to_on for c in made.changes.all()] == [TODAY + 9 * DAY, TODAY + 3 * DAY]


def test_who_delegated_ends_it_early_and_the_one_who_stands_in_does_not(people):
    made = deputy(people)
    assert refusal(delegating.end, made, by=people["prescriber-w3"], at=NOW).startswith("Only the head")
    delegating.end(made, by=people["head-w3"], at=NOW)
    with pytest.raises(AlreadyDone):
        delegating.end(made, by=people["head-w3"], at=NOW)
    held.forget(people["prescriber-w3"])
    assert not held.holds(people["prescriber-w3"], Role.HEAD_OF_UNIT, at=NOW)
    assert RoleChange.objects.filter(membership=made, is_new=False).count() == 1


def test_administrators_shorten_a_delegation_and_do_not_prolong_it(people):
    made = deputy(people)
    for last_on in (None, TODAY + 7 * DAY):
        assert refusal(ended, people, made, last_on).startswith("A delegation is not prolonged")
    ended(people, made, TODAY + 2 * DAY)
    made.refresh_from_db()
    assert made.to_on == TODAY + 2 * DAY


# ── Segregation of duties ────────────────────────────────────────────────────────────────────────────────


def why_not(people, name, application, *, at):
    held.forget(people[name])
    return permissions.why_not(people[name], Action.ENDORSE, application, at=at)


def test_a_deputy_endorses_for_the_unit_while_they_stand_in(people, catalogue):
    application = walk(people, Status.SUBMITTED, author="head-w3", at=NOW)
    assert "medical director" in why_not(people, "prescriber-w3", application, at=NOW)
    other = walk(people, Status.SUBMITTED, person=1, at=NOW)  # by prescriber-w3
    given(people, "prescriber-w5")
    deputy(people, "prescriber-w5")
    assert why_not(people, "prescriber-w5", other, at=NOW) == ""
    assert "Only the head of the unit" in why_not(people, "prescriber-w5", other, at=NOW + 30 * DAY)


def test_a_deputy_never_endorses_their_own_nor_does_the_head_for_them(people, catalogue):
    own = walk(people, Status.SUBMITTED, at=NOW)  # by prescriber-w3
    deputy(people)
    assert why_not(people, "prescriber-w3", own, at=NOW).startswith("You wrote this application")
    own = type(own).objects.get(pk=own.pk)
    assert why_not(people, "head-w3", own, at=NOW).startswith("The head of the unit wrote it")
    assert why_not(people, "director", own, at=NOW) == ""
    step = own.steps.latest("pk")
    step.at = NOW
    assert notices.endorser(step) == [people["director"]]


def test_what_the_head_wrote_is_not_endorsed_by_the_deputy(people, catalogue):
    heads = walk(people, Status.SUBMITTED, author="head-w3", at=NOW)
    deputy(people)
    assert why_not(people, "prescriber-w3", heads, at=NOW).startswith("The head of the unit wrote it")


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────


def test_both_see_it_in_their_profile_and_the_page_records_and_ends_it(client, people):
    own, today = role_of(people, "head-w3", Role.HEAD_OF_UNIT), timezone.localdate()
    client.force_login(people["head-w3"])
    sent = {
        "held": own.pk,
        f"role-{own.pk}-user": people["prescriber-w3"].pk,
        f"role-{own.pk}-from_on": f"{today:%d/%m/%Y}",
        f"role-{own.pk}-to_on": f"{today + 7 * DAY:%d/%m/%Y}",
        f"role-{own.pk}-reason": "Ferie.",
    }
    wrong = client.post(reverse("delegations"), {**sent, f"role-{own.pk}-reason": ""})
    assert wrong.status_code == 422
    assert f'href="#id_role-{own.pk}-reason"' in wrong.text
    for _ in range(2):  # the second is a double click
        assert client.post(reverse("delegations"), sent).status_code == 302
    made = Membership.objects.get(stands_in_for=own)
    assert "Elena Conti" in client.get(reverse("profile")).text
    client.force_login(people["prescriber-w3"])
    assert "Giorgio Salvi" in client.get(reverse("profile")).text
    assert client.post(reverse("delegation-end", args=[made.pk])).status_code == 404
    client.force_login(people["head-w3"])
    for _ in range(2):
        assert client.post(reverse("delegation-end", args=[made.pk])).status_code == 302
    made.refresh_from_db()
    assert made.to_on == today - DAY
    assert client.post(reverse("delegations"), {**sent, "held": 0}).status_code == 404
