"""Guessing is slowed, and that is nobody's weapon against a doctor whose name is known."""

import pytest
from django.test import Client, override_settings

from audit.models import Entry
from tests.entrance.hands import app_code, is_inside, sign_in, with_app

HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"
NAME = "prescriber-w3"


@pytest.fixture(autouse=True)
def limits(settings, counters):
    settings.SIGN_IN_FAILURES, settings.SIGN_IN_FAILURES_OF_ADDRESS = 3, 6
    settings.SUPPORT_CONTACT = "interno 4711"


def browser(address=HERE) -> Client:
    return Client(REMOTE_ADDR=address)


def guess(client, times=3, name=NAME):
    return [sign_in(client, name, password="sbagliata").status_code for _ in range(times)]


def test_after_some_failures_the_address_waits_for_that_name(people):
    client = browser()
    assert guess(client, 4) == [422, 422, 422, 429]
    answer = sign_in(client, NAME)
    assert answer.status_code == 429 and not is_inside(client)
    assert "Riprova dopo le" in answer.text and "interno 4711" in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert f'value="{NAME}"' in answer.text


def test_a_named_doctor_signs_in_from_elsewhere_meanwhile(people):
    guess(browser(), 5)
    client = browser(ELSEWHERE)
    sign_in(client, NAME)
    assert is_inside(client)


def test_others_at_the_same_address_sign_in_meanwhile(people):
    guess(browser(), 3)
    client = browser()
    sign_in(client, "chair")
    assert is_inside(client)


def test_a_browser_that_knows_the_doctor_is_not_slowed_by_others(people):
    own = browser()
    sign_in(own, NAME)
    own.post("/esci/")
    guess(browser(), 4)
    guess(browser(), 6, name="somebody")  # the whole address waits
    assert sign_in(browser(), "chair").status_code == 429
    sign_in(own, NAME)
    assert is_inside(own)


def test_a_browser_that_knows_one_doctor_is_any_browser_for_another(people):
    own = browser()
    sign_in(own, NAME)
    own.post("/esci/")
    assert guess(own, 4, name="chair")[-1] == 429


def test_also_a_known_browser_does_not_guess_for_ever(people):
    own = browser()
    sign_in(own, NAME)
    own.post("/esci/")
    assert guess(own, 7)[-1] == 429


def test_a_forged_browser_is_not_known(people):
    client = browser()
    client.cookies["browser"] = "W10:forged:signature"
    assert guess(client, 4)[-1] == 429


def test_mistyping_is_forgotten_after_signing_in(people):
    client = browser()
    guess(client, 2)
    sign_in(client, NAME)
    client.post("/esci/")
    client.cookies.clear()
    assert guess(client, 2) == [422, 422]


def test_capitals_and_blanks_make_no_second_name(people):
    client = browser()
    guess(client, 2)
    assert guess(client, 1, name=NAME.upper()) == [422]
    assert guess(client, 1, name=f" {NAME} ") == [429]


def test_an_unknown_name_waits_just_the_same_and_is_written_nowhere(people):
    before = Entry.objects.count()
    assert guess(browser(), 4, name="una-password-nel-campo-sbagliato") == [422, 422, 422, 429]
    assert Entry.objects.count() == before


def test_failures_and_successes_are_in_the_trail(people):
    client = browser()
    guess(client, 1)
    sign_in(client, NAME)
    chain = Entry.objects.filter(chain=f"user:{people[NAME].pk}")
    assert [(one.action, one.data["from"]) for one in chain] == [
        ("sign_in_failed", HERE),
        ("signed_in", HERE),
    ]


def test_codes_are_few_wherever_they_are_tried_from(people, settings):
    with_app(people["chair"])
    settings.SIGN_IN_FAILURES, settings.SIGN_IN_FAILURES_OF_ADDRESS = 2, 100
    for number in range(4):
        client = browser(f"10.0.1.{number}")
        sign_in(client, "chair")
        wrong = [client.post("/accedi/secondo-fattore/", {"otp": "000000"}) for _ in range(2)]
        assert [answer.status_code for answer in wrong] == [422, 422]
    client = browser("10.0.1.9")
    sign_in(client, "chair")
    answer = client.post("/accedi/secondo-fattore/", {"otp": app_code()})
    assert answer.status_code == 429 and "Riprova dopo le" in answer.text


def test_with_redis_away_people_still_sign_in(people, settings):
    away = settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    client = browser()
    with override_settings(CACHES={"default": away}):
        assert guess(client, 4) == [422] * 4
        sign_in(client, NAME)
    assert is_inside(client)
