"""The page on which chair and medical director say who sits in whose stead."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership
from audit.models import Entry
from committee import actions, members
from committee.models import Substitution
from tests.committee.test_sitting_pages import text

PAGE = "/sedute/sostituti/"


def fields(people, *, seat="member-3", user="head-nicu", days=(0, 7), reason="Ferie."):
    today = timezone.localdate()
    first, last = (today + timedelta(days=n) for n in days)
    return {
        "seat": people[seat].memberships.get().pk,
        "user": people[user].pk,
        "from_on": f"{first:%d/%m/%Y}",
        "to_on": f"{last:%d/%m/%Y}",
        "reason": reason,
    }


def seated(committee) -> list[str]:
    return [seat.user.username for seat in members.seats(committee.hospital, at=timezone.now())]


def test_the_chair_names_a_substitute_who_then_has_the_seat(committee, read, send):
    for _ in range(2):  # the second is a double click
        send("chair", PAGE, **fields(committee.people))
    assert sorted(seated(committee)) == ["chair", "head-nicu", "member-1", "member-2"]
    told = text(read("chair", PAGE))
    assert "Ferie." in told
    assert "named by Prof.ssa Anna Verdi" in told
    assert Substitution.objects.get().named_by == committee.chair
    trail = Entry.objects.get(chain=f"committee:{committee.hospital}")
    assert "Ferie" not in str(trail.data)


def test_the_chair_provides_for_the_members_and_the_director_for_the_chair_too(committee, read):
    own = committee.people["chair"].memberships.get()
    assert own not in read("chair", PAGE).context["mine"]
    assert own in read("director", PAGE).context["mine"]
    assert len(read("chair", PAGE).context["seats"]) == 4


def test_a_seat_that_is_not_offered_is_refused(committee, send):
    answer = send("chair", PAGE, 422, **fields(committee.people, seat="chair"))
    assert "seat" in answer.context["form"].errors
    assert not Substitution.objects.exists()


@pytest.mark.parametrize("name", ["member-1", "pharmacist-1", "prescriber-w3", "administrator"])
def test_nobody_else_finds_the_page(committee, read, send, name):
    read(name, PAGE, 404)
    send(name, PAGE, 404, **fields(committee.people))


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"days": (5, 2)}, "to_on", "Write a first and a last day, from today on."),
        ({"days": (-3, 2)}, "to_on", "Write a first and a last day, from today on."),
        ({"reason": ""}, "reason", "Write the text: it cannot be empty."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_is_kept(committee, send, changed, field, sentence):
    told = fields(committee.people, **changed)
    answer = send("chair", PAGE, 422, **told)
    form = answer.context["form"]
    assert sentence in form.errors[field]
    assert form["from_on"].value() == told["from_on"]


def test_a_missing_date_is_asked_for(committee, send):
    told = fields(committee.people) | {"from_on": "", "to_on": "domani"}
    assert send("chair", PAGE, 422, **told).context["form"].errors
    told["to_on"] = ""
    answer = send("chair", PAGE, 422, **told)
    assert "Write a first and a last day" in text(answer)


def test_somebody_stands_in_already_on_those_days(committee, send):
    send("chair", PAGE, **fields(committee.people))
    answer = send("chair", PAGE, 422, **fields(committee.people, user="head-w5", days=(3, 9)))
    assert "Somebody stands in on some of these days already." in text(answer)


def test_whoever_has_a_seat_is_not_offered(committee, read):
    people = read("chair", PAGE).context["form"].people.values()
    names = {user.username for user in people}
    assert "head-nicu" in names
    assert not names & {"chair", "member-1", "member-2", "member-3"}


def test_a_substitution_ends_and_the_member_is_back(committee, read, send):
    send("chair", PAGE, **fields(committee.people))
    made = Membership.objects.get(stands_in_for__isnull=False)
    for _ in range(2):  # it had begun today: it never was; the second click finds nothing
        send("chair", f"{PAGE}{made.pk}/fine/")
    assert sorted(seated(committee)) == ["chair", "member-1", "member-2", "member-3"]
    assert "No substitute." in text(read("chair", PAGE))


def test_a_member_does_not_end_a_substitution(committee, send):
    send("chair", PAGE, **fields(committee.people))
    made = Membership.objects.get(stands_in_for__isnull=False)
    send("member-1", f"{PAGE}{made.pk}/fine/", 404)
    assert Membership.objects.filter(pk=made.pk).exists()


def test_the_chairs_substitute_convenes_meanwhile(committee, read):
    today = timezone.localdate()
    actions.substitute(
        committee.people["chair"].memberships.get(),
        user=committee.people["head-nicu"],
        from_on=today,
        to_on=today,
        reason="Malattia.",
        by=committee.people["director"],
        at=timezone.now(),
    )
    assert "/sedute/nuova/" in text(read("head-nicu", "/sedute/"))
    assert "/sedute/nuova/" not in text(read("chair", "/sedute/"))
