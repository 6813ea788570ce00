"""Single sign-on, against a real OpenID Connect provider: who comes in as whom, and who does not."""

import time

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from tests.entrance import provider
from tests.entrance.hands import app_code, in_session, is_inside, sign_in, with_app
from tests.entrance.provider import comes_by_provider, leads_to, says_yes
from tests.entrance.test_session_end import form, post
from tests.people import PASSWORD


@pytest.fixture(scope="module")
def address():
    with provider.running() as address:
        yield address


@pytest.fixture
def hospital(address, settings, people):
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = address, "nullaosta"
    settings.OIDC_CLIENT_SECRET, settings.OIDC_NAME = "segreto", "San Teodoro"
    settings.OIDC_USERNAME_CLAIM = "preferred_username"
    return address


@pytest.fixture
def linked(hospital, people):
    """The prescriber of ward 3, made here for single sign-on: without a password."""
    user = people["prescriber-w3"]
    user.set_unusable_password()
    user.save()
    provider.person(hospital, "s-conti", preferred_username="prescriber-w3")
    return user


def test_without_a_provider_there_is_no_such_way(client, people):
    assert "ospedale/" not in client.get("/accedi/").text
    assert client.post("/accedi/ospedale/").status_code == 404
    assert client.get("/accedi/ospedale/ritorno/").status_code == 404


def test_the_hospitals_account_comes_first_on_the_page(client, hospital):
    page = client.get("/accedi/").text
    assert page.index("Accedi con l’account di San Teodoro") < page.index("Accesso di riserva")


def test_whoever_has_an_account_comes_in_to_the_page_they_wanted(client, linked):
    assert comes_by_provider(client, "s-conti", next="/profilo/").url == "/profilo/"
    assert client.get("/profilo/").context["user"] == linked
    entry = Entry.objects.filter(chain=f"user:{linked.pk}", action="signed_in").get()
    assert entry.data["how"] == "hospital"


def test_whoever_was_signed_in_there_before_is_signed_out(client, linked, people):
    with_app(linked)
    client.force_login(people["chair"])
    comes_by_provider(client, "s-conti")
    assert not is_inside(client)  # neither the one nor, without the second factor, the other
    client.post("/accedi/secondo-fattore/", {"otp": app_code()})
    assert client.get("/profilo/").context["user"] == linked


def test_the_second_time_the_link_counts_and_no_name(client, hospital, linked):
    comes_by_provider(client, "s-conti")
    client.post("/esci/")
    provider.person(hospital, "s-conti", preferred_username="chair")  # they renamed themselves
    comes_by_provider(client, "s-conti")
    assert client.get("/profilo/").context["user"] == linked


def test_somebody_unknown_comes_in_without_any_role(client, hospital):
    claims = {"preferred_username": "m.nuovi", "given_name": "Mara", "family_name": "Nuovi"}
    provider.person(hospital, "s-new", email="chair@ospedale.example", email_verified=True, **claims)
    comes_by_provider(client, "s-new")
    user = User.objects.get(username="m.nuovi")
    assert is_inside(client) and not user.memberships.exists() and not user.has_usable_password()
    assert user.last_name == "Nuovi"
    assert "Non hai ancora un ruolo" in client.get("/").text
    assert SocialAccount.objects.get(user=user).extra_data == {}


def test_where_nobody_is_made_known_they_are_told_whom_to_ask(client, hospital, settings):
    settings.OIDC_CREATES_PEOPLE = False
    answer = comes_by_provider(client, "s-stranger")
    assert answer.status_code == 403 and "chiedilo agli amministratori" in answer.text
    assert not is_inside(client) and not User.objects.filter(username__contains="stranger").exists()


def test_an_account_with_a_password_is_never_taken_over_by_a_name(client, hospital, people):
    provider.person(
        hospital, "s-false", preferred_username="administrator", email="administrator@ospedale.example"
    )
    answer = comes_by_provider(client, "s-false")
    assert answer.status_code == 403 and "Esiste già un account con quel nome" in answer.text
    assert not is_inside(client) and not SocialAccount.objects.exists()


def test_its_owner_links_it_from_inside(client, hospital, people):
    sign_in(client, "chair")
    provider.person(hospital, "s-verdi")
    assert comes_by_provider(client, "s-verdi", purpose="connect").url == reverse("security")
    client.post("/esci/")
    comes_by_provider(client, "s-verdi")
    assert client.get("/profilo/").context["user"] == people["chair"]


def test_an_account_of_somebody_else_is_not_linked(client, hospital, linked, people):
    comes_by_provider(client, "s-conti")
    client.post("/esci/")
    sign_in(client, "chair")
    answer = comes_by_provider(client, "s-conti", purpose="connect")
    assert answer.status_code == 403 and "appartiene a un’altra persona" in answer.text
    assert not SocialAccount.objects.filter(user=people["chair"]).exists()


def test_a_closed_account_does_not_come_in(client, linked):
    User.objects.filter(pk=linked.pk).update(is_active=False)
    assert comes_by_provider(client, "s-conti").status_code == 403
    assert not is_inside(client)


def test_ones_own_second_factor_is_asked_for(client, linked):
    with_app(linked)
    assert comes_by_provider(client, "s-conti", next="/profilo/").url == "/accedi/secondo-fattore/"
    assert not is_inside(client)
    assert client.post("/accedi/secondo-fattore/", {"otp": app_code()}).url == "/profilo/"


@pytest.mark.parametrize(("trusted", "asked"), [(["mfa"], False), ([], True)])
def test_the_providers_second_factor_counts_where_the_hospital_says_so(
    client, hospital, linked, settings, trusted, asked
):
    settings.OIDC_SECOND_FACTOR, settings.SECOND_FACTOR = trusted, True
    settings.SECOND_FACTOR_ROLES = ["prescriber"]
    provider.person(hospital, "s-conti", preferred_username="prescriber-w3", amr=["pwd", "mfa"])
    comes_by_provider(client, "s-conti")
    assert (client.get("/profilo/").status_code == 302) is asked


def test_an_answer_with_another_state_is_none(client, hospital):
    back = says_yes(leads_to(client), "s-conti")
    answer = client.get(back.replace("state=", "state=x"))
    assert answer.status_code == 403 and "non è andato a buon fine" in answer.text
    assert not is_inside(client)


def test_an_answer_to_somebody_elses_browser_is_none(client, client_factory, hospital):
    back = says_yes(leads_to(client), "s-conti")
    assert client_factory().get(back).status_code == 403


def test_an_answer_counts_once(client, linked):
    back = says_yes(leads_to(client), "s-conti")
    client.get(back)
    client.post("/esci/")
    assert client.get(back).status_code == 403
    assert not is_inside(client)


def test_an_answer_with_another_nonce_is_none(client, linked):
    there = leads_to(client)
    nonce = there.split("nonce=")[1].split("&")[0]
    answer = client.get(says_yes(there.replace(nonce, "0" * 64), "s-conti"))
    assert answer.status_code == 403 and not is_inside(client)


def test_leaving_the_providers_page_is_told(client, hospital):
    state = leads_to(client).split("state=")[1].split("&")[0]
    answer = client.get(f"/accedi/ospedale/ritorno/?error=access_denied&state={state}")
    assert answer.status_code == 403 and "prima della fine" in answer.text


def test_a_provider_that_is_down_is_told_in_words(client, hospital, settings):
    settings.OIDC_ISSUER = f"http://127.0.0.1:{provider.free_port()}"
    answer = client.post("/accedi/ospedale/")
    assert answer.status_code == 503 and "non risponde. Riprova tra qualche minuto" in answer.text


def test_another_issuer_than_the_one_configured_is_refused(client, hospital, settings):
    settings.OIDC_ISSUER = hospital.replace("127.0.0.1", "localhost")
    answer = client.post("/accedi/ospedale/")
    # The mock names itself after the host it was asked by: only the one it names by a slash more is another.
    assert answer.status_code == 200
    settings.OIDC_ISSUER = hospital + "/.well-known/openid-configuration"
    assert client.post("/accedi/ospedale/").status_code == 403


def test_a_form_sent_after_the_end_survives_single_sign_on(client, linked):
    client.force_login(linked)
    Session.objects.all().delete()
    asked = post(client, "/profilo/", {"language": "en", "mails": "digest"})
    fields = form(asked.text, "/accedi/ospedale/")
    fields.pop("csrfmiddlewaretoken", None)
    carried = comes_by_provider(client, "s-conti", **fields)
    assert form(carried.text, "/profilo/")["mails"] == "digest"
    assert "digest" not in str(dict(client.session))


def test_without_a_password_one_confirms_at_the_provider(client, hospital, linked):
    comes_by_provider(client, "s-conti")
    assert "proved_at" not in client.session
    there = leads_to(client, purpose="again")
    assert "prompt=login" in there and "max_age=0" in there
    provider.person(hospital, "s-conti", auth_time=int(time.time()) - 600)
    stale = client.get(says_yes(there, "s-conti"))  # it let them pass with this morning's sign-in
    assert stale.status_code == 403 and "proved_at" not in client.session
    provider.person(hospital, "s-conti", auth_time=int(time.time()))
    assert comes_by_provider(client, "s-conti", purpose="again").status_code == 200
    assert client.session["proved_at"]


def test_somebody_elses_account_confirms_nothing(client, hospital, linked):
    comes_by_provider(client, "s-conti")
    provider.person(hospital, "s-other", auth_time=int(time.time()))
    answer = comes_by_provider(client, "s-other", purpose="again")
    assert answer.status_code == 403 and "proved_at" not in client.session
    assert is_inside(client)


def test_linking_wants_a_fresh_sign_in(client, hospital, people):
    sign_in(client, "chair", password=PASSWORD)
    in_session(client, signed_in_at=0)
    assert client.post("/accedi/ospedale/", {"purpose": "connect"}).url == reverse("prove")
