"""Italian for everybody, English for who chooses it."""

from tests.accounts.conftest import PASSWORD


def test_an_english_browser_still_gets_italian(client, db):
    answer = client.get("/sign-in/", headers={"Accept-Language": "en-GB,en"})
    assert '<html lang="it">' in answer.content.decode()
    assert answer.headers["Content-Language"] == "it"


def test_a_visitor_can_switch_to_english(client, db):
    assert client.post("/language/", {"language": "en", "next": "/help/"}).url == "/help/"
    assert '<html lang="en">' in client.get("/help/").content.decode()


def test_a_language_we_do_not_speak_changes_nothing(client, db):
    client.post("/language/", {"language": "xx"})
    assert '<html lang="it">' in client.get("/help/").content.decode()


def test_the_language_of_the_profile_comes_back_at_the_next_sign_in(client, prescriber):
    client.force_login(prescriber)
    client.post("/profile/", {"language": "en"})
    client.cookies.clear()
    client.post("/sign-in/", {"username": "prescriber-w3", "password": PASSWORD})
    assert '<html lang="en">' in client.get("/profile/").content.decode()
