"""The second factor: set up before anything else by whose role asks for it, then shown at each sign-in."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role
from audit.models import Entry
from entrance import factors
from outbox.models import Promise
from tests.approvals.answers import make_catalogue, make_draft
from tests.entrance.hands import app_code, forget_steps, in_session, is_inside, sign_in, with_app
from tests.entrance.test_session_end import form, hidden, post

FACTOR = "/accedi/secondo-fattore/"
ANEW = "/profilo/sicurezza/secondo-fattore/"


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR = True


@pytest.fixture
def chair(people):
    return people["chair"]


def actions(user):
    return list(Entry.objects.filter(chain=f"user:{user.pk}").values_list("action", flat=True))


def test_whose_role_asks_for_one_sets_it_up_before_anything_else(client, chair, required):
    sign_in(client, "chair")
    for address in ("/", "/archivio/", "/profilo/"):
        answer = client.get(address)
        assert answer.status_code in (302, 404) and (answer.status_code == 404 or answer.url == ANEW)
    assert client.get(ANEW).status_code == 200
    assert client.get("/guida/").status_code == 200
    assert client.get("/api/v1/indications/").status_code in (403, 404)


def test_whose_role_does_not_ask_is_left_in_peace(client, people, required):
    sign_in(client, "prescriber-w3")
    assert client.get("/profilo/").status_code == 200


def test_with_the_switch_off_nobody_is_asked(client, chair, settings):
    settings.SECOND_FACTOR = False
    sign_in(client, "chair")
    assert client.get("/profilo/").status_code == 200


def test_a_role_given_meanwhile_asks_at_the_next_click(client, people, required):
    client.force_login(people["prescriber-w3"])
    assert client.get("/profilo/").status_code == 200
    unit = people["pharmacist-1"].memberships.get().unit
    since = timezone.localdate()
    Membership.objects.create(user=people["prescriber-w3"], unit=unit, role=Role.PHARMACIST, from_on=since)
    assert client.get("/profilo/").url == ANEW


def test_an_app_is_set_up_and_its_codes_are_shown_once(client, chair, required):
    sign_in(client, "chair")
    page = client.get("/profilo/sicurezza/app/").text
    assert 'src="data:image/svg+xml;base64,' in page
    secret = client.session["mfa.totp.secret"]
    assert client.post("/profilo/sicurezza/app/", {"otp": "000000"}).status_code == 422
    done = client.post("/profilo/sicurezza/app/", {"otp": app_code(secret)})
    codes = re.findall(r'<li class="mono">(\d{8})</li>', done.text)
    assert len(codes) == 10 and 'download="codici-di-recupero-nullaosta.txt"' in done.text
    assert client.get("/profilo/").status_code == 200  # it was just shown to be at hand
    assert not any(code in client.get("/profilo/sicurezza/codici/").text for code in codes)
    assert "second_factor_added" in actions(chair)
    assert Promise.objects.filter(job="mail_account", arguments__what="added").count() == 1


def test_the_secret_lies_encrypted(chair):
    with_app(chair)
    stored = Authenticator.objects.get(user=chair, type="totp").data["secret"]
    from tests.entrance.hands import SECRET

    assert SECRET not in stored


def test_the_password_alone_no_longer_opens(client, chair):
    with_app(chair)
    assert sign_in(client, "chair", next="/profilo/").url == FACTOR
    assert not is_inside(client)
    assert client.post(FACTOR, {"otp": "123"}).status_code == 422
    assert not is_inside(client)
    assert client.post(FACTOR, {"otp": app_code()}).url == "/profilo/"
    assert is_inside(client)
    assert actions(chair)[-2:] == ["sign_in_failed", "signed_in"]


def test_a_code_counts_once(client, chair):
    with_app(chair)
    sign_in(client, "chair")
    code = app_code()
    client.post(FACTOR, {"otp": code})
    client.post("/esci/")
    sign_in(client, "chair")
    assert client.post(FACTOR, {"otp": code}).status_code == 422
    assert not is_inside(client)


def test_a_recovery_code_opens_once(client, chair):
    code = with_app(chair)[0]
    sign_in(client, "chair")
    assert client.post(FACTOR, {"otp": code}).status_code == 302
    assert factors.codes_left(chair) == 9
    client.post("/esci/")
    sign_in(client, "chair")
    assert client.post(FACTOR, {"otp": code}).status_code == 422


def test_nobody_shows_a_factor_without_the_password_first(client, chair):
    with_app(chair)
    assert client.post(FACTOR, {"otp": app_code()}).url == "/accedi/"
    assert not is_inside(client)


def test_whoever_waits_too_long_begins_again(client, chair):
    with_app(chair)
    sign_in(client, "chair")
    in_session(client, entering=client.session["entering"] | {"at": 0})
    assert client.post(FACTOR, {"otp": app_code()}).url == "/accedi/"


def test_a_session_from_before_shows_it_at_the_next_click(client, chair, required):
    with_app(chair)
    client.force_login(chair)
    assert client.get("/profilo/").url == f"{FACTOR}?next=%2Fprofilo%2F"
    assert client.get("/profilo/sicurezza/app/").url.startswith(FACTOR)  # no new one instead
    assert client.post(FACTOR, {"otp": app_code(), "next": "/profilo/"}).url == "/profilo/"
    assert client.get("/profilo/").status_code == 200


def test_whose_role_does_not_ask_shows_it_all_the_same_before_changing_it(client, people):
    user = people["prescriber-w3"]
    with_app(user)
    client.force_login(user)
    assert client.get("/profilo/").status_code == 200
    for address in ("passkey/", "codici/", f"{factors.of(user)[0].pk}/rimuovi/"):
        assert client.get(f"/profilo/sicurezza/{address}").url.startswith(FACTOR)


def test_a_form_sent_before_showing_it_is_not_lost(client, chair, required):
    with_app(chair)
    client.force_login(chair)
    asked = post(client, "/profilo/", {"language": "en", "mails": "digest"})
    assert asked.status_code == 401
    carried = post(client, FACTOR, {**form(asked.text, FACTOR), "otp": app_code()})
    assert form(carried.text, "/profilo/")["mails"] == "digest"


def test_what_was_typed_survives_the_end_of_the_session_and_the_second_factor(client, people):
    make_catalogue()
    user = people["prescriber-w3"]
    draft = make_draft(user, at=timezone.now())
    with_app(user)
    address = reverse("section", args=[draft.pk, "outcome"])
    asked = post(client, address, {"measure": "Emoglobina", "then": "stay"})
    fields = form(asked.text, "/accedi/")
    page = sign_in(client, "prescriber-w3", **fields)
    assert page.status_code == 200 and not is_inside(client)
    wrong = post(client, FACTOR, {**form(page.text, FACTOR), "otp": "111111"})
    carried = post(client, FACTOR, {**form(wrong.text, FACTOR), "otp": app_code()})
    assert form(carried.text, address)["measure"] == "Emoglobina"
    assert "Emoglobina" not in str(dict(client.session))


def test_the_last_one_stays_where_the_role_asks_for_it(client, chair, required):
    with_app(chair)
    client.force_login(chair)
    in_session(client, second_factor="totp")
    own = factors.of(chair)[0]
    assert client.post(f"/profilo/sicurezza/{own.pk}/rimuovi/").status_code == 409
    assert factors.of(chair)


def test_removing_one_is_told_and_written_down(client, people):
    user = people["prescriber-w3"]
    with_app(user)
    client.force_login(user)
    in_session(client, second_factor="totp")
    own = factors.of(user)[0]
    assert client.post(f"/profilo/sicurezza/{own.pk}/rimuovi/").url == "/profilo/sicurezza/"
    assert not Authenticator.objects.filter(user=user).exists()  # its codes on paper went too
    assert "second_factor_removed" in actions(user)
    assert Promise.objects.filter(job="mail_account", arguments__what="removed").exists()


def test_nobody_removes_somebody_elses(client, people, chair):
    with_app(chair)
    client.force_login(people["prescriber-w3"])
    other = factors.of(chair)[0]
    assert client.post(f"/profilo/sicurezza/{other.pk}/rimuovi/").status_code == 404
    assert factors.of(chair)


def test_an_old_session_proves_who_it_is_before_changing_them(client, people):
    client.force_login(people["prescriber-w3"])
    in_session(client, signed_in_at=0)
    answer = client.get("/profilo/sicurezza/app/")
    assert answer.url.startswith("/profilo/sicurezza/conferma/?next=")
    from tests.people import PASSWORD

    client.post("/profilo/sicurezza/conferma/", {"password": PASSWORD})
    assert client.get("/profilo/sicurezza/app/").status_code == 200


def test_new_codes_end_the_old_ones(client, chair):
    old = with_app(chair)
    client.force_login(chair)
    in_session(client, second_factor="totp")
    made = client.post("/profilo/sicurezza/codici/").text
    assert not any(code in made for code in old)
    client.post("/esci/")
    forget_steps(chair)
    sign_in(client, "chair")
    assert client.post(FACTOR, {"otp": old[0]}).status_code == 422


def test_administrators_can_take_a_lost_one_away(chair):
    from django.core.management import call_command

    with_app(chair)
    call_command("reset_second_factor", "chair", "--by", "administrator")
    assert not factors.of(chair)
    entry = Entry.objects.filter(chain=f"user:{chair.pk}", action="second_factor_removed").get()
    assert entry.actor.username == "administrator"


def test_a_fragment_goes_to_the_factor_as_a_whole_page(client, chair, required):
    with_app(chair)
    client.force_login(chair)
    answer = client.get("/profilo/", headers={"HX-Request": "true"})
    assert answer.status_code == 204 and answer.headers["HX-Redirect"].startswith(FACTOR)


def test_a_passkey_that_answers_nothing_is_refused_in_words(client, chair):
    client.force_login(chair)
    page = client.get("/profilo/sicurezza/passkey/").text
    assert "data-passkey-create" in page and hidden(page) is not None
    for credential in ("", "{}", "[]", "null", '{"id": 1}', "x"):
        answer = client.post("/profilo/sicurezza/passkey/", {"name": "Chiave", "credential": credential})
        assert answer.status_code == 422 and "La passkey non è stata creata" in answer.text
    assert not factors.of(chair)
