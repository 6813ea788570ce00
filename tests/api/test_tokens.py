"""Tokens: client credentials and nothing else; secrets, and their renewal without a standstill."""

import base64
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone
from oauth2_provider.models import AccessToken

from api import jobs
from api.clients import managing
from api.clients.managing import Refused, Terms
from api.models import ClientSecret
from audit.models import Entry
from tests.api.cast import bearer, make_client, token

CATALOGUE = "/api/v1/indications"


def test_a_client_gets_a_token_of_ten_minutes_with_all_it_is_allowed(client, people, made):
    found, secret = made
    answer = token(client, found, secret)
    told = answer.json()
    assert answer.status_code == 200
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 600)
    assert set(told["scope"].split()) == set(found.scopes)
    assert "refresh_token" not in told
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_secret_also_comes_in_the_header(client, made):
    found, secret = made
    basic = base64.b64encode(f"{found.client_id}:{secret}".encode()).decode()
    told = {"grant_type": "client_credentials", "scope": "catalogue:read"}
    answer = client.post("/api/v1/oauth/token", told, HTTP_AUTHORIZATION=f"Basic {basic}")
    assert answer.json()["scope"] == "catalogue:read"


def test_neither_token_nor_secret_can_be_read_in_the_database(client, made):
    found, secret = made
    given = token(client, found, secret).json()["access_token"]
    kept = AccessToken.objects.get()
    assert kept.token == "" and given not in str(vars(kept))
    assert secret not in str(vars(ClientSecret.objects.get()))
    found.refresh_from_db()
    assert found.client_secret == ""


@pytest.mark.parametrize(
    "change",
    [
        {"client_secret": "wrong"},
        {"client_secret": ""},
        {"client_id": "nobody"},
        {"client_id": "\x00"},
        {"grant_type": "password", "username": "prescriber-w3", "password": "x"},
        {"grant_type": "authorization_code", "code": "x"},
        {"grant_type": "urn:ietf:params:oauth:grant-type:device_code"},
        {"grant_type": ""},
        {"scope": "votes:write"},
        {"scope": "catalogue:read votes:write"},
    ],
)
def test_anything_else_gets_no_token(client, made, change):
    found, secret = made
    answer = token(client, found, secret, **change)
    assert answer.status_code in (400, 401)
    assert "access_token" not in answer.json()
    assert not AccessToken.objects.exists()


def test_a_client_gets_no_scope_it_was_not_allowed(client, people):
    found, secret = make_client(people, at=timezone.now(), scopes=["catalogue:read"])
    assert token(client, found, secret).json()["scope"] == "catalogue:read"
    assert token(client, found, secret, scope="applications:read").json()["error"] == "invalid_scope"


def test_a_new_secret_leaves_the_old_one_a_day(client, people, made):
    found, old = made
    now, admin = timezone.now(), people["administrator"]
    seen = found.secrets.get().pk
    new = managing.new_secret(found.pk, seen=seen, by=admin, at=now)
    assert token(client, found, old).status_code == token(client, found, new).status_code == 200
    ClientSecret.objects.filter(pk=seen).update(valid_until=now - timedelta(seconds=1))
    assert token(client, found, old).status_code == 401
    assert token(client, found, new).status_code == 200


def test_a_double_click_renews_the_secret_once(people, made):
    found, _secret = made
    told = {"seen": found.secrets.get().pk, "by": people["administrator"], "at": timezone.now()}
    managing.new_secret(found.pk, **told)
    with pytest.raises(Refused, match=r"Nel frattempo|Meanwhile"):
        managing.new_secret(found.pk, **told)
    assert found.secrets.count() == 2


def test_a_revoked_client_is_out_at_once(client, people, made, catalogue):
    found, secret = made
    headers = bearer(client, found, secret)
    assert client.get(CATALOGUE, **headers).status_code == 200
    managing.revoke(found.pk, by=people["administrator"], at=timezone.now())
    assert client.get(CATALOGUE, **headers).status_code == 401
    assert token(client, found, secret).status_code == 401
    assert not found.mandates.filter(ended_at=None).exists()
    with pytest.raises(Refused):
        managing.change(
            found.pk, Terms("", ["catalogue:read"]), by=people["administrator"], at=timezone.now()
        )


def test_a_client_gives_its_token_back(client, made, catalogue):
    found, secret = made
    headers = bearer(client, found, secret)
    told = {"client_id": found.client_id, "client_secret": secret}
    given = headers["HTTP_AUTHORIZATION"].split()[1]
    wrong = client.post("/api/v1/oauth/revoke", told | {"client_secret": "x", "token": given})
    assert wrong.status_code == 401 and client.get(CATALOGUE, **headers).status_code == 200
    assert client.post("/api/v1/oauth/revoke", told | {"token": given}).status_code == 200
    assert client.get(CATALOGUE, **headers).status_code == 401


def test_who_tries_secrets_is_slowed_down_and_locks_nobody_else_out(client, made):
    found, secret = made
    with override_settings(API_TOKENS=3):
        answers = [token(client, found, "wrong") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
        # The client itself, at its own address.
        told = {"grant_type": "client_credentials", "client_id": found.client_id, "client_secret": secret}
        elsewhere = client.post("/api/v1/oauth/token", told, REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 200


def test_one_address_does_not_try_many_clients(client, made):
    with override_settings(API_TOKENS_ADDRESS=2):
        codes = [
            client.post("/api/v1/oauth/token", {"client_id": f"c{n}", "grant_type": "client_credentials"})
            for n in range(3)
        ]
    assert [answer.status_code for answer in codes] == [401, 401, 429]


def test_tokens_asked_for_stand_in_the_trail(client, made):
    found, secret = made
    token(client, found, secret)
    token(client, found, "wrong")
    told = list(Entry.objects.filter(chain=found.chain).values_list("action", flat=True))
    assert told[-2:] == ["token_issued", "token_refused"]
    assert secret not in str(list(Entry.objects.values_list("data")))


def test_tokens_that_are_over_are_forgotten(client, made):
    found, secret = made
    token(client, found, secret)
    jobs.forget_tokens(at=timezone.now())
    assert AccessToken.objects.exists()
    AccessToken.objects.update(expires=timezone.now() - timedelta(hours=2))
    jobs.forget_tokens(at=timezone.now())
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("path", ["token", "revoke"])
def test_there_is_no_page_there(client, made, path):
    assert client.get(f"/api/v1/oauth/{path}").status_code == 405
