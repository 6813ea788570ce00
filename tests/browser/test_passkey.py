"""A passkey from its making to its use, with Chromium's own authenticator: set up, sign in, vote."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from entrance import factors
from tests.people import PASSWORD


@pytest.fixture
def authenticator(page):
    """A fingerprint reader that always says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True, "hasResidentKey": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def by_password(page, name):
    page.get_by_label("Nome utente").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Accedi", exact=True).click()


def test_a_passkey_is_made_opens_the_door_and_confirms(
    people, page, authenticator, settings, axe, no_sideways_scroll
):
    settings.SECOND_FACTOR = True
    page.goto("/accedi/?next=/profilo/")
    by_password(page, "auditor")
    expect(page).to_have_title("Imposta un secondo fattore · nullaosta")
    axe(page)
    page.get_by_role("link", name="Imposta l’app").click()
    expect(page.get_by_role("img", name="Immagine per l’app")).to_be_visible()
    axe(page)
    no_sideways_scroll(page)
    page.go_back()
    page.get_by_role("link", name="Imposta una passkey").click()
    page.get_by_label("Nome della passkey").fill("Il mio telefono")
    axe(page)
    page.get_by_role("button", name="Aggiungi la passkey").click()
    expect(page.get_by_role("heading", name="Codici di recupero")).to_be_visible()
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Scarica").click()
    assert len(download.value.path().read_text().split()) > 10
    page.get_by_role("button", name="Esci").click()

    by_password(page, "auditor")
    expect(page).to_have_title("Secondo fattore · nullaosta")
    axe(page)
    page.get_by_role("button", name="Usa la passkey").click()
    expect(page.get_by_role("button", name="Esci")).to_be_visible()
    assert factors.of(User.objects.get(username="auditor"))[0].last_used_at

    page.goto("/profilo/sicurezza/conferma/")
    page.get_by_role("button", name="Conferma con la passkey").click()
    expect(page.get_by_text("Confermato con la passkey")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Continua").click()
    expect(page).to_have_title("Accesso e sicurezza · nullaosta")
    axe(page)
    no_sideways_scroll(page)
    page.goto("/profilo/accessi/")
    axe(page)
    no_sideways_scroll(page)
