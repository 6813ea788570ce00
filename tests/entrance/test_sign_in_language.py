"""Italian for everybody, English for who chooses it."""

from tests.people import PASSWORD


def test_an_english_browser_still_gets_italian(client, db):
    answer = client.get("/accedi/", headers={"Accept-Language": "en-GB,en"})
    assert '<html lang="it">' in answer.content.decode()
    assert answer.headers["Content-Language"] == "it"


def test_a_visitor_can_switch_to_english(client, db):
    assert client.post("/lingua/", {"language": "en", "next": "/guida/"}).url == "/guida/"
    assert '<html lang="en">' in client.get("/guida/").content.decode()


def test_a_language_we_do_not_speak_changes_nothing(client, db):
    client.post("/lingua/", {"language": "xx"})
    assert '<html lang="it">' in client.get("/guida/").content.decode()


def test_the_language_of_the_profile_comes_back_at_the_next_sign_in(client, prescriber):
    client.force_login(prescriber)
    client.post("/profilo/", {"language": "en", "mails": "single"})
    client.cookies.clear()
    client.post("/accedi/", {"username": "prescriber-w3", "password": PASSWORD})
    assert '<html lang="en">' in client.get("/profilo/").content.decode()
