"""The administrators' pages on other systems: made, lent, stopped, revoked; secrets shown once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Hospital, Membership, Role, Unit
from api.clients import managing as clients
from api.models import Client, Delivery, Endpoint, Mandate
from api.webhooks import managing
from audit.models import Entry
from outbox.models import Promise
from tests.api.cast import bearer, make_client, token

NEW = {"name": "Cartella di reparto", "scopes": ["catalogue:read", "applications:read"], "networks": ""}


@pytest.fixture
def admin(client, people):
    client.force_login(people["administrator"])
    return client


@pytest.fixture
def endpoint(people, made):
    told = {"by": people["administrator"], "at": timezone.now()}
    return managing.add(made[0], "https://his.example/hooks", ["letter.issued"], **told)[0]


def shown(answer, field):
    """The value of a read-only field of the page."""
    return answer.content.decode().split(f'id="{field}"')[1].split('value="')[1].split('"')[0]


def test_a_system_is_made_and_its_secret_shown_once(admin, people):
    answer = admin.post(reverse("client-new"), NEW | {"networks": "10.20.0.0/16\n 10.21.1.5"})
    made = Client.objects.get()
    assert (answer.status_code, made.networks) == (200, ["10.20.0.0/16", "10.21.1.5/32"])
    assert answer.headers["Cache-Control"] == "no-store, private"
    secret = shown(answer, "secret")
    assert shown(answer, "client-id") == made.client_id
    assert token(admin, made, secret).status_code == 200
    assert secret not in admin.get(reverse("client", args=[made.pk])).content.decode()
    assert Entry.objects.filter(chain=made.chain, action="made", actor=people["administrator"]).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"scopes": []},
        {"scopes": ["votes:write"]},
        {"networks": "10.0.0.1/8"},
        {"networks": "x"},
    ],
)
def test_a_form_that_is_wrong_makes_nothing_and_says_where(admin, wrong):
    answer = admin.post(reverse("client-new"), NEW | wrong)
    assert answer.status_code == 422 and b'class="error"' in answer.content
    assert not Client.objects.exists()


def test_a_double_click_makes_one_system(admin):
    admin.post(reverse("client-new"), NEW)
    assert admin.post(reverse("client-new"), NEW).status_code == 422
    assert Client.objects.count() == 1


def test_a_person_is_lent_and_taken_back(admin, people, made):
    page = reverse("client", args=[made[0].pk])
    Mandate.objects.all().delete()
    today = timezone.localdate()
    told = {
        "person": people["prescriber-w5"].pk,
        "role": "prescriber",
        "from_on": f"{today:%d/%m/%Y}",
        "to_on": f"{today + timedelta(days=30):%d/%m/%Y}",
    }
    assert admin.post(page, told).status_code == 302
    given = Mandate.objects.get()
    assert (given.user, given.given_by) == (people["prescriber-w5"], people["administrator"])
    # Again, without an end: the first one ends, there are never two.
    assert admin.post(page, told | {"to_on": ""}).status_code == 302
    assert Mandate.objects.filter(ended_at=None).count() == 1
    last = Mandate.objects.get(ended_at=None)
    assert admin.post(reverse("mandate-end", args=[made[0].pk, last.pk])).status_code == 302
    assert not Mandate.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"person": "chair"},
        {"person": ""},
        {"role": "delegate"},
        {"role": "chair"},
        {"from_on": ""},
        {"to_on": "1/1/2020"},
    ],
)
def test_a_mandate_that_makes_no_sense_is_refused(admin, people, made, wrong):
    Mandate.objects.all().delete()
    if wrong.get("person"):
        wrong = {"person": people[wrong["person"]].pk}
    told = {"person": people["prescriber-w3"].pk, "role": "prescriber", "from_on": "1/2/2020", "to_on": ""}
    assert admin.post(reverse("client", args=[made[0].pk]), told | wrong).status_code == 422
    assert not Mandate.objects.exists()


def test_nobody_lends_themselves(client, people, made):
    unit = people["prescriber-w3"].memberships.get().unit
    told = {"unit": unit, "role": Role.ADMINISTRATOR, "from_on": timezone.localdate()}
    Membership.objects.create(user=people["prescriber-w3"], **told)
    client.force_login(people["prescriber-w3"])
    asked = {"person": people["prescriber-w3"].pk, "role": "prescriber", "from_on": "1/2/2020", "to_on": ""}
    assert client.post(reverse("client", args=[made[0].pk]), asked).status_code == 422


def test_scopes_and_networks_change(admin, made):
    page = reverse("client-change", args=[made[0].pk])
    assert admin.get(page).status_code == 200
    told = {"scopes": ["catalogue:read"], "networks": "10.1.0.0/16"}
    assert admin.post(page, told).status_code == 302
    made[0].refresh_from_db()
    assert (made[0].scopes, made[0].networks) == (["catalogue:read"], ["10.1.0.0/16"])


def test_a_new_secret_is_made_once_however_often_one_clicks(admin, made):
    found, _old = made
    page, told = reverse("client-secret", args=[found.pk]), {"seen": found.secrets.get().pk}
    assert token(admin, found, shown(admin.post(page, told), "secret")).status_code == 200
    assert admin.post(page, told).status_code == 302
    assert admin.post(page, {"seen": "9" * 40}).status_code == 302
    assert found.secrets.count() == 2


def test_revoking_asks_first_and_shows_afterwards(admin, made, endpoint):
    found = made[0]
    page = reverse("client-revoke", args=[found.pk])
    assert admin.get(page).status_code == 200
    assert Client.objects.get().is_active
    assert admin.post(page).status_code == 302
    assert not Client.objects.get().is_active
    assert admin.post(page).status_code == 302
    for name, args in (("client", [found.pk]), ("webhook", [found.pk, endpoint.pk])):
        answer = admin.get(reverse(name, args=args))
        assert answer.status_code == 200 and answer.content.count(b"<form") == 2  # language, sign out


def test_an_address_is_added_tested_stopped_and_resumed(admin, people, made):
    found = made[0]
    told = {"url": "https://his.example/hooks", "events": ["application.status_changed"]}
    answer = admin.post(reverse("webhook-new", args=[found.pk]), told)
    assert shown(answer, "secret").startswith("whsec_")
    hook = Endpoint.objects.get()

    def act(what):
        return admin.post(reverse("webhook-act", args=[found.pk, hook.pk, what])).status_code

    assert [act(what) for what in ("prova", "ferma", "ferma", "prova", "riprendi", "riprendi")] == [302] * 6
    assert Delivery.objects.count() == 1  # not while it was stopped
    assert Promise.objects.filter(job="send_webhook").count() == 2  # the test, and again when resumed
    assert act("segreto") == 200
    assert act("segreto") == 302  # clicked twice
    assert act("altro") == 404
    page = admin.get(reverse("webhook", args=[found.pk, hook.pk])).content.decode()
    assert "webhook.test" in page and "whsec_" not in page
    again = reverse("delivery-again", args=[found.pk, hook.pk, Delivery.objects.get().pk])
    assert admin.post(again).status_code == 302


@pytest.mark.parametrize("wrong", [{"url": "http://his.example/"}, {"url": ""}, {"events": []}])
def test_an_address_that_is_wrong_is_not_added(admin, made, wrong):
    told = {"url": "https://his.example/hooks", "events": ["letter.issued"]} | wrong
    assert admin.post(reverse("webhook-new", args=[made[0].pk]), told).status_code == 422
    assert not Endpoint.objects.exists()


def test_the_list_says_who_is_used_and_asks_no_more_for_more_of_them(
    admin, people, made, endpoint, django_assert_max_num_queries
):
    bearing = bearer(admin, *made)
    admin.get("/api/v1/indications", **bearing)
    admin.force_login(people["administrator"])
    for n in range(3):
        make_client(people, at=timezone.now(), name=f"Sistema {n}")
    with django_assert_max_num_queries(9):
        answer = admin.get(reverse("clients"))
    assert answer.content.count(b"/sistemi/") >= 5
    assert f"{timezone.localtime():%H:%M}"[:3].encode() in answer.content


def test_the_page_of_a_client_asks_few_questions(admin, made, endpoint, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        assert admin.get(reverse("client", args=[made[0].pk])).status_code == 200


def test_administrators_of_another_hospital_see_none_of_it(client, people, made, endpoint):
    elsewhere = Hospital.objects.create(name="Altro ospedale inventato", address="-", city="-")
    unit = Unit.objects.create(hospital=elsewhere, code="uff", name="Uffici")
    Membership.objects.filter(user=people["administrator"]).update(unit=unit)
    client.force_login(people["administrator"])
    found = made[0].pk
    assert "Cartella clinica" not in client.get(reverse("clients")).content.decode()
    for name, args in (
        ("client", [found]),
        ("client-change", [found]),
        ("client-revoke", [found]),
        ("webhook-new", [found]),
        ("webhook", [found, endpoint.pk]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404
    clients.make(elsewhere, clients.Terms("Cartella clinica", []), by=people["chair"], at=timezone.now())
