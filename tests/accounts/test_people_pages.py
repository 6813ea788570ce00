"""The administrators' pages on people: found, given, ended, written down, closed; nobody else finds them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Hospital, Membership, Role, Unit, User
from staff.demo import make_roles
from tests.accounts.test_roles import DAY, unit


@pytest.fixture
def read(client, people):
    client.force_login(people["administrator"])

    def get(name, *args, **query):
        return client.get(reverse(name, args=args), query)

    return get


def send(client, name, *args, **data):
    return client.post(reverse(name, args=args), data)


def names(answer) -> list[str]:
    return [one.username for one in answer.context["page"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "conti elena"}, ["prescriber-w3"]),
        ({"q": "xx-10231"}, ["prescriber-w3"]),
        ({"q": "nobody of that name"}, []),
        ({"role": "chair"}, ["chair"]),
        ({"state": "closed"}, []),
        ({"state": "none"}, ["nobody"]),
    ],
)
def test_people_are_found_by_name_number_role_and_state(read, people, query, found):
    User.objects.create(username="nobody", last_name="Z")
    assert names(read("people", **query)) == found


def test_a_unit_narrows_the_list(read, people):
    assert names(read("people", unit=unit("w3").pk)) == ["prescriber-w3", "delegate-w3", "head-w3"]
    assert read("people", unit=10**9).status_code == 422


def test_the_list_asks_as_much_for_many_as_for_few(client, people):
    client.force_login(people["administrator"])
    counts = []
    for n in (3, 30):
        for k in range(n):
            made = User.objects.create(username=f"u{n}-{k}", last_name="U")
            Membership.objects.create(user=made, unit=unit("w5"), role=Role.PRESCRIBER, from_on="2021-01-01")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(reverse("people"))
        counts.append(len(asked))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("role-review"))
        counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12


def test_people_of_another_hospital_are_not_there(read, client, people):
    elsewhere = Unit.objects.create(
        hospital=Hospital.objects.create(name="Other", address="x", city="y"), code="w", name="W"
    )
    other = User.objects.create(username="other", last_name="O")
    made = Membership.objects.create(user=other, unit=elsewhere, role=Role.PRESCRIBER, from_on="2020-01-01")
    for name in ("person", "person-edit", "person-account"):
        assert read(name, other.pk).status_code == 404
    assert read("role-end", made.pk).status_code == 404
    assert send(client, "role-review-answer", made.pk).status_code == 404
    assert "other" not in names(read("people", state="all"))
    told = {"unit": elsewhere.pk, "role": "prescriber", "from_on": "1/1/2040", "reason": "x"}
    assert send(client, "role-give", people["chair"].pk, **told).status_code == 422


@pytest.mark.parametrize("name", ["prescriber-w3", "director", "auditor", "pharmacist-1", "head-w3"])
def test_nobody_but_administrators_finds_them(client, people, name):
    client.force_login(people[name])
    for address in (
        reverse("people"),
        reverse("person", args=[people["chair"].pk]),
        reverse("role-proposals"),
    ):
        assert client.get(address).status_code == 404
    assert client.get(reverse("role-review")).status_code == (200 if name == "director" else 404)


def test_a_role_is_given_ended_and_its_history_read(read, client, people):
    today, chair = timezone.localdate(), people["chair"]
    told = {"unit": unit("w5").pk, "role": "prescriber", "from_on": f"{today:%d/%m/%Y}", "to_on": ""}
    wrong = send(client, "role-give", chair.pk, **told, reason="")
    assert wrong.status_code == 422
    assert 'href="#id_reason"' in wrong.text
    for _ in range(2):
        assert send(client, "role-give", chair.pk, **told, reason="Guardie.").status_code == 302
    made = chair.memberships.get(role=Role.PRESCRIBER)
    assert read("role-end", made.pk).status_code == 200
    assert send(client, "role-end", made.pk, last_on="1/1/2020", reason="x").status_code == 422
    send(client, "role-end", made.pk, last_on=f"{today + 9 * DAY:%d/%m/%Y}", reason="Fine incarico.")
    page = read("person", chair.pk).text
    assert "Guardie." in page
    assert "Fine incarico." in page
    assert "Carla Moretti" in page


def test_one_finds_nothing_to_press_on_ones_own_page(read, client, people):
    own = people["administrator"]
    page = read("person", own.pk).text
    assert reverse("role-give", args=[own.pk]) not in page
    assert reverse("person-edit", args=[own.pk]) not in page
    told = {"unit": unit("w5").pk, "role": "auditor", "from_on": "1/1/2040", "reason": "x"}
    assert send(client, "role-give", own.pk, **told).status_code == 422
    assert send(client, "role-end", own.memberships.get().pk, last_on="", reason="x").status_code == 422


def test_somebody_is_written_down_corrected_closed_and_reopened(read, client, people):
    told = {"title": "Dott.", "first_name": "Ugo", "last_name": "Prova", "profession": "doctor", "email": ""}
    assert send(client, "person-new", username="u g o", **told).status_code == 422
    assert send(client, "person-new", username="ugo", **told).status_code == 302
    made = User.objects.get(username="ugo")
    send(client, "person-edit", made.pk, **{**told, "last_name": "Prove"})
    made.refresh_from_db()
    assert made.last_name == "Prove"
    assert send(client, "person-account", made.pk, reason="").status_code == 422
    send(client, "person-account", made.pk, reason="Dimesso.")
    made.refresh_from_db()
    assert not made.is_active
    assert "Dimesso." in read("person", made.pk).text
    send(client, "person-account", made.pk, reopen="1")
    made.refresh_from_db()
    assert made.is_active


def test_the_demo_has_something_on_every_page(read, people):
    assert make_roles(people, "!", now=timezone.now()) == 4
    assert make_roles(people, "!", now=timezone.now()) == 0
    with translation.override("it"):
        assert read("people").context["proposals"] == 1
        assert read("role-review").context["done"] >= 4
    assert read("person", people["on-call-consultant"].pk).context["held"][0][0].to_on
