"""A client acts for a named prescriber, with no more than they have, and every call stands in the trail."""

from datetime import date, timedelta

import pytest
from django.test import override_settings
from django.urls import path
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import people as roles
from accounts.models import Hospital, Membership, Role, Unit
from api.acting_for import why_not_through_client
from api.clients import managing
from api.clients.managing import Refused, Terms
from api.models import Mandate
from approvals import actions
from approvals.models import Application
from approvals.workflow import Action, Status
from audit.models import Entry
from config.urls import urlpatterns as ours
from tests.api.cast import bearer, make_client, mandate, token
from tests.approvals.walk import draft, walk

CATALOGUE, MINE = "/api/v1/indications", "/api/v1/mine/OL-2026-000001/"


class Mine(APIView):
    """What the caller may see and be: a view of the tests' own."""

    required_scopes = {"GET": "applications:read", "POST": "applications:write"}

    def get(self, request, number):
        at = timezone.now()
        return Response(
            {
                "who": request.user.username,
                "roles": sorted(roles.roles(request.user, at=at)),
                "sees": Application.objects.visible_to(request.user, at=at).count(),
                "votes": why_not_through_client(request.auth, Action.VOTE),
            }
        )

    def post(self, request, number):
        actions.submit(int(request.data["pk"]), by=request.user, at=timezone.now())
        return Response({})

    delete = get


urlpatterns = [path("api/v1/mine/<number>/", Mine.as_view(), name="mine"), *ours]


@pytest.fixture
def here(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def call(client, made, here):
    """Calls the view, acting for the prescriber of ward 3 unless somebody else is named."""

    def calling(acting_for="prescriber-w3", *, address=MINE, method="get", data=None, **more):
        headers = bearer(client, *made, acting_for=acting_for, **more)
        client.logout()
        sent = {} if method == "get" else {"content_type": "application/json"}
        return getattr(client, method)(address, data, **sent, **headers)

    return calling


def test_the_named_prescriber_is_who_calls(call, people, catalogue):
    draft(people)
    answer = call()
    assert answer.status_code == 200
    assert answer.json() | {"votes": ""} == {
        "who": "prescriber-w3",
        "roles": ["prescriber"],
        "sees": 1,
        "votes": "",
    }
    assert answer.json()["votes"]
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_a_head_of_unit_is_but_a_prescriber_through_a_client(call, people, made, catalogue):
    application = walk(people, Status.SUBMITTED)
    mandate(people, made[0], "head-w3", at=timezone.now())
    assert call("head-w3").json()["roles"] == ["prescriber"]
    from api.acting_for import narrowed

    lent = narrowed(Mandate.objects.get(user=people["head-w3"]), made[0])
    with pytest.raises(Exception, match=r".+") as refused:
        actions.endorse(application.pk, by=lent, at=timezone.now())
    assert type(refused.value).__name__ == "Refused"
    actions.endorse(application.pk, by=people["head-w3"], at=timezone.now())


def test_roles_in_another_hospital_are_not_lent(call, people, made):
    elsewhere = Hospital.objects.create(name="Altro ospedale inventato", address="-", city="-")
    unit = Unit.objects.create(hospital=elsewhere, code="w9", name="Altrove")
    told = {"user": people["prescriber-w3"], "role": Role.PRESCRIBER, "from_on": date(2020, 1, 1)}
    Membership.objects.create(unit=unit, **told)
    Membership.objects.filter(user=people["prescriber-w3"], unit__code="w3").update(to_on=date(2020, 2, 1))
    assert call().status_code == 403


@pytest.mark.parametrize("who", ["prescriber-w5", "chair", "pharmacist-1", "nobody", "a\nb", "x" * 500])
def test_without_a_mandate_nobody_is_acted_for(call, who):
    answer = call(who.replace("\n", ""))
    assert answer.status_code == 403
    assert "incarico" in str(answer.json()) or "mandate" in str(answer.json())


def test_a_mandate_holds_from_its_first_day_to_its_last(call, made):
    today = timezone.localdate()
    held = Mandate.objects.get()
    for first, last, expected in (
        (today, today, 200),
        (today + timedelta(days=1), None, 403),
        (today - timedelta(days=9), today - timedelta(days=1), 403),
    ):
        Mandate.objects.filter(pk=held.pk).update(from_on=first, to_on=last)
        assert call().status_code == expected


def test_an_ended_mandate_and_a_closed_account_open_nothing(call, people, made):
    people["prescriber-w3"].is_active = False
    people["prescriber-w3"].save()
    assert call().status_code == 403
    people["prescriber-w3"].is_active = True
    people["prescriber-w3"].save()
    assert call().status_code == 200
    managing.end_mandate(Mandate.objects.get().pk, by=people["administrator"], at=timezone.now())
    assert call().status_code == 403


def test_only_prescribers_and_delegates_lend_their_role(people, made):
    for who, role in (("prescriber-w3", Role.DELEGATE), ("pharmacist-1", Role.PRESCRIBER)):
        with pytest.raises(Refused):
            mandate(people, made[0], who, role=role, at=timezone.now())
    mandate(people, made[0], "delegate-w3", role=Role.DELEGATE, at=timezone.now())


def test_a_view_that_concerns_people_names_one(call):
    answer = call("")
    assert answer.status_code == 403
    assert "Nullaosta-Acting-For" in str(answer.json())


def test_the_catalogue_is_nobodys(call, catalogue):
    assert call("", address=CATALOGUE).status_code == 200
    assert call(address=CATALOGUE).status_code == 200


def test_each_method_wants_its_scope(call):
    assert call(scope="applications:read").status_code == 200
    refused = call(scope="applications:read", method="post", data={})
    assert refused.status_code == 403
    assert 'error="insufficient_scope", scope="applications:write"' in refused.headers["WWW-Authenticate"]
    assert call(method="delete").status_code == 403  # no scope is declared for it


def test_a_scope_taken_away_counts_at_once(client, people, made, here):
    found, secret = made
    headers = bearer(client, found, secret, acting_for="prescriber-w3")
    managing.change(found.pk, Terms("", ["catalogue:read"]), by=people["administrator"], at=timezone.now())
    assert client.get(MINE, **headers).status_code == 403


def test_who_is_signed_in_needs_no_scope(client, people, here):
    client.force_login(people["prescriber-w3"])
    assert client.get(MINE).json()["who"] == "prescriber-w3"
    assert client.get(MINE).json()["votes"] == ""


@pytest.mark.parametrize("sent", ["Bearer wrong", "Bearer ", "bearer \x7f"])
def test_a_wrong_token_is_told_with_the_challenge(client, made, here, sent):
    answer = client.get(MINE, HTTP_AUTHORIZATION=sent)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'
    nothing = client.get(MINE)
    assert (nothing.status_code, nothing.headers["WWW-Authenticate"]) == (401, 'Bearer realm="api"')


def test_a_token_in_the_address_opens_nothing(client, made, here):
    given = token(client, *made).json()["access_token"]
    assert client.get(f"{CATALOGUE}?access_token={given}").status_code == 401


def test_a_client_calls_from_its_networks(client, people, here, catalogue):
    found, secret = make_client(people, at=timezone.now(), networks=["10.1.0.0/16", "2001:db8::/32"])
    headers = bearer(client, found, secret)
    for address, expected in (("10.1.2.3", 200), ("2001:db8::7", 200), ("10.2.0.1", 403), ("", 403)):
        assert client.get(CATALOGUE, REMOTE_ADDR=address, **headers).status_code == expected


def test_each_call_leaves_one_entry_whatever_became_of_it(call, people, made, catalogue):
    found, _secret = made
    call()
    call("chair")
    call(method="delete")
    call("", address=f"{CATALOGUE}/XXX-99")
    entries = Entry.objects.filter(chain=found.chain, action="called").order_by("sequence")
    told = [(entry.actor, entry.data) for entry in entries]
    assert [data["status"] for _who, data in told] == [200, 403, 403, 404]
    assert [who for who, _data in told] == [people["prescriber-w3"], None, people["prescriber-w3"], None]
    assert told[0][1] == {
        "method": "GET",
        "route": "mine",
        "status": 200,
        "from": "127.0.0.1",
        "number": "OL-2026-000001",
        "through": "Cartella clinica",
    }
    assert "XXX-99" not in str(told)


def test_what_is_done_through_a_client_says_so(call, people, catalogue):
    begun = draft(people, at=timezone.now())
    answer = call(method="post", data={"pk": begun.pk})
    assert answer.status_code == 200
    assert begun.steps.get().through == "Cartella clinica"
    entry = Entry.objects.get(chain=begun.chain, action="submit")
    assert (entry.actor, entry.data["through"]) == (people["prescriber-w3"], "Cartella clinica")
    by_hand = walk(people, Status.SUBMITTED, person=3)
    assert by_hand.steps.get().through == ""


def test_the_file_says_through_which_system(client, call, people, catalogue):
    begun = draft(people, at=timezone.now())
    call(method="post", data={"pk": begun.pk})
    begun.refresh_from_db()
    client.force_login(people["prescriber-w3"])
    assert b"tramite Cartella clinica" in client.get(f"/richieste/{begun.number}/").content


def test_calls_are_counted_and_the_answer_says_how_many_are_left(call):
    with override_settings(API_CALLS_CLIENT=2):
        answers = [call() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"client";q=2;w=60'
    assert answers[0].headers["RateLimit"].startswith('"client";r=1;t=')
    assert answers[2].headers["RateLimit"].startswith('"client";r=0;t=')
    assert 0 < int(answers[2].headers["Retry-After"]) <= 60


def test_people_are_counted_by_themselves(client, people, here):
    with override_settings(API_CALLS_PERSON=1):
        for name in ("prescriber-w3", "prescriber-w5"):
            client.force_login(people[name])
            assert client.get(MINE).status_code == 200
        assert client.get(MINE).status_code == 429


def test_with_redis_away_nobody_is_refused(call):
    headers_before = call().headers
    away = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    with override_settings(CACHES={"default": away}, API_CALLS_CLIENT=0):
        answer = call()
    assert answer.status_code == 200
    assert "RateLimit" in headers_before and "RateLimit" not in answer.headers
