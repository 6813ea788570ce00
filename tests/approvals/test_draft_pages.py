"""The pages of the form: for the author only, saving by plain POST, errors as whole pages."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import actions, drafts, sections
from approvals.models import Application
from approvals.workflow import Status
from tests.approvals.answers import make_catalogue, make_draft
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
SLUGS = list(sections.SECTIONS)


@pytest.fixture
def author(people):
    make_catalogue()
    return people["prescriber-w3"]


@pytest.fixture
def draft(author):
    return make_draft(author, at=timezone.now())


def browser_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(author):
    return browser_of(author)


def pages(draft):
    return [
        reverse("draft", args=[draft.pk]),
        reverse("check", args=[draft.pk]),
        *(reverse("section", args=[draft.pk, slug]) for slug in SLUGS),
    ]


def posts(draft):
    return [
        reverse("discard", args=[draft.pk]),
        reverse("dose-panel", args=[draft.pk]),
        reverse("row-panel", args=[draft.pk]),
        reverse("section", args=[draft.pk, "dose"]),
        reverse("autosave", args=[draft.pk, "dose"]),
        reverse("check", args=[draft.pk]),
    ]


def hidden(page) -> dict[str, str]:
    """The hidden fields of the section's form, as a browser would send them back."""
    return dict(re.findall(r'type="hidden" name="(page|fingerprint|answers)" value="([^"]*)"', page))


def post(client, draft, slug, data, **more):
    address = reverse("section", args=[draft.pk, slug])
    known = hidden(client.get(address).content.decode())
    return client.post(address, {**known, **data, **more})


def stored(draft):
    return Application.objects.get(pk=draft.pk).answers


@pytest.mark.parametrize("who", ["prescriber-w5", "pharmacist-1", "chair", "administrator", "auditor"])
def test_a_draft_exists_for_its_writers_only(draft, people, who):
    stranger = browser_of(people[who])
    assert {stranger.get(page).status_code for page in pages(draft)} == {404}
    assert {stranger.post(page).status_code for page in posts(draft)} == {404}


def test_nobody_is_sent_to_sign_in(draft):
    assert {Client().get(page).status_code for page in pages(draft)} == {302}


def test_every_page_opens_for_the_author_empty_and_full(draft, client):
    assert {client.get(page).status_code for page in pages(draft)} == {200}
    Application.objects.filter(pk=draft.pk).update(answers={})
    assert {client.get(page).status_code for page in pages(draft)} == {200}


def test_a_number_no_draft_can_have_is_not_found(client):
    assert client.get(f"/richieste/bozza/{10**30}/").status_code == 404


def test_starting_makes_a_draft_of_the_unit_and_opens_the_first_section(client, author):
    answer = client.post(reverse("new"))
    made = Application.objects.get(author=author)
    assert answer.url == reverse("section", args=[made.pk, "kind"])
    assert made.unit.code == "w3"


def test_looking_at_the_new_page_starts_nothing(client, author):
    assert client.get(reverse("new")).status_code == 200
    assert not Application.objects.exists()


def test_who_does_not_prescribe_starts_nothing(people, author):
    for who in ("pharmacist-1", "auditor"):
        assert browser_of(people[who]).post(reverse("new")).status_code == 403
    assert not Application.objects.exists()


def test_save_and_continue_goes_to_the_next_section(client, draft):
    answer = post(client, draft, "outcome", {"measure": "Hb"}, then="next")
    assert answer.url == reverse("section", args=[draft.pk, "consent"])
    assert stored(draft)["outcome"] == {"measure": "Hb"}


def test_the_last_section_continues_to_the_check(client, draft):
    answer = post(client, draft, "consent", draft.answers["consent"], then="next")
    assert answer.url == reverse("check", args=[draft.pk])


def test_save_and_leave_goes_to_the_list(client, draft):
    assert post(client, draft, "outcome", {}, then="out").url == reverse("draft", args=[draft.pk])


def test_an_impossible_value_is_a_whole_page_with_the_value_kept(client, draft):
    answer = post(client, draft, "dose", {"weight_kg": "ottanta"}, then="next")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_weight_kg"' in page and 'value="ottanta"' in page
    assert re.search(r"<title>[^<]*:", page)
    assert stored(draft)["dose"]["weight_kg"] == "ottanta"


def test_what_cannot_be_stored_is_told_beside_its_field(client, draft):
    before = stored(draft)
    for text in ("a\x00b", "x" * 100_000):
        answer = post(client, draft, "justification", {"no_alternative": text}, then="next")
        assert answer.status_code == 422
    assert stored(draft) == before


def test_missing_answers_are_shown_only_where_asked_for(client, draft):
    address = reverse("section", args=[draft.pk, "outcome"])
    post(client, draft, "outcome", {"measure": "Hb"})
    assert 'class="error"' not in client.get(address).content.decode()
    assert client.get(address + "?missing").content.decode().count('class="error"') == 7


def test_each_missing_answer_is_a_link_to_its_field(client, draft):
    post(client, draft, "outcome", {"measure": "Hb"}, then="out")
    page = client.get(reverse("check", args=[draft.pk])).content.decode()
    assert f"{reverse('section', args=[draft.pk, 'outcome'])}?missing#id_baseline" in page
    assert 'name="password"' not in page


def meter(client, draft) -> int:
    page = client.get(reverse("draft", args=[draft.pk])).content.decode()
    return int(re.search(r'<progress max="100" value="(\d+)"', page)[1])


def test_the_meter_is_full_only_when_nothing_is_missing(client, draft):
    assert meter(client, draft) == 100
    outcome = draft.answers["outcome"]
    post(client, draft, "outcome", {**outcome, "target": outcome["baseline"]})
    assert 90 <= meter(client, draft) < 100
    Application.objects.filter(pk=draft.pk).update(answers={"outcome": outcome})
    some = meter(client, draft)
    Application.objects.filter(pk=draft.pk).update(answers={})
    assert 0 <= meter(client, draft) < some < 50


def test_the_index_links_each_missing_thing_to_its_field(client, draft):
    Application.objects.filter(pk=draft.pk).update(answers={})
    page = client.get(reverse("draft", args=[draft.pk])).content.decode()
    for slug, name in (("patient", "surname"), ("dose", "weight_kg"), ("consent", "responsibility")):
        assert f"{reverse('section', args=[draft.pk, slug])}?missing#id_{name}" in page


def test_sending_the_same_page_twice_changes_nothing_more(client, draft):
    address = reverse("section", args=[draft.pk, "outcome"])
    sent = {**hidden(client.get(address).content.decode()), **draft.answers["outcome"], "then": "next"}
    first, second = (client.post(address, sent) for _reload in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert stored(draft)["outcome"] == draft.answers["outcome"]


def test_an_old_page_of_the_browsers_history_does_not_overwrite_in_silence(client, draft):
    """Back over a page that was saved, and send it again after another one was."""
    address = reverse("section", args=[draft.pk, "outcome"])
    old = hidden(client.get(address).content.decode())
    client.post(address, {**old, "measure": "Emoglobina", "then": "next"})
    new = hidden(client.get(address).content.decode())
    client.post(address, {**new, "measure": "Reticolociti", "then": "next"})
    answer = client.post(address, {**old, "measure": "Emoglobina", "then": "next"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "Emoglobina" in page and "Reticolociti" in page
    assert stored(draft)["outcome"]["measure"] == "Reticolociti"


def test_back_on_the_page_just_saved_one_goes_on_writing(client, draft):
    address = reverse("section", args=[draft.pk, "outcome"])
    page = hidden(client.get(address).content.decode())
    client.post(address, {**page, "measure": "Emoglobina", "then": "next"})
    assert client.post(address, {**page, "measure": "Emoglobina g/dl", "then": "next"}).status_code != 409
    assert stored(draft)["outcome"]["measure"] == "Emoglobina g/dl"


def test_two_windows_show_both_values(client, draft):
    address = reverse("section", args=[draft.pk, "outcome"])
    first, second = (hidden(client.get(address).content.decode()) for _window in range(2))
    client.post(address, {**first, "measure": "Emoglobina", "then": "next"})
    answer = client.post(address, {**second, "measure": "Reticolociti", "then": "next"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Emoglobina" in page and "Reticolociti" in page
    assert stored(draft)["outcome"]["measure"] == "Emoglobina"
    again = client.post(address, {**hidden(page), "measure": "Reticolociti", "then": "next"})
    assert again.status_code == 302
    assert stored(draft)["outcome"]["measure"] == "Reticolociti"


def test_autosave_says_when(client, draft):
    address = reverse("section", args=[draft.pk, "outcome"])
    known = hidden(client.get(address).content.decode())
    answer = client.post(reverse("autosave", args=[draft.pk, "outcome"]), {**known, "measure": "Hb"})
    local = timezone.localtime(Application.objects.get(pk=draft.pk).saved_at)
    assert answer.status_code == 200 and f"{local:%H:%M}" in answer.content.decode()
    assert stored(draft)["outcome"] == {"measure": "Hb"}


def test_autosave_never_overwrites_another_window(client, draft):
    address = reverse("autosave", args=[draft.pk, "outcome"])
    seen = drafts.fingerprint(draft, "outcome")
    client.post(address, {"page": "a", "fingerprint": seen, "measure": "Emoglobina"})
    answer = client.post(address, {"page": "b", "fingerprint": seen, "measure": "Reticolociti"})
    assert answer.status_code == 200 and "is-failed" in answer.content.decode()
    assert stored(draft)["outcome"]["measure"] == "Emoglobina"


def test_the_dose_panel_computes_what_is_on_the_page_and_saves_nothing(client, draft):
    before = stored(draft)
    typed = {**draft.answers["dose"], "weight_kg": "50"}
    page = client.post(reverse("dose-panel", args=[draft.pk]), typed).content.decode()
    assert "100 g" in page and "20 g" in page
    assert stored(draft) == before


def test_the_dose_panel_answers_to_nonsense(client, draft):
    answer = client.post(reverse("dose-panel", args=[draft.pk]), {"weight_kg": "\x00", "days": "1e9"})
    assert answer.status_code == 200


def test_the_row_panel_shows_the_row_as_printed(client, draft):
    page = client.post(reverse("row-panel", args=[draft.pk]), {"indication": "DER-01"}).content.decode()
    assert "Pyoderma gangrenosum" in page
    assert client.post(reverse("row-panel", args=[draft.pk]), {"indication": "\x00"}).status_code == 200


def test_deleting_asks_first(client, draft):
    address = reverse("discard", args=[draft.pk])
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 200
    assert Application.objects.filter(pk=draft.pk).exists()
    assert client.post(address, {"confirmed": "1"}).status_code == 302
    assert not Application.objects.filter(pk=draft.pk).exists()


# Check and sign


def sign(client, draft, **data):
    address = reverse("check", args=[draft.pk])
    known = hidden(client.get(address).content.decode())
    return client.post(address, {**known, "password": PASSWORD, **data})


def test_signing_sends_and_shows_the_number(client, draft):
    answer = sign(client, draft)
    sent = Application.objects.get(pk=draft.pk)
    assert sent.status == Status.SUBMITTED
    assert answer.url == reverse("sent", args=[sent.number])
    assert sent.number in client.get(answer.url).content.decode()


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper()])
def test_without_the_password_nothing_is_sent(client, draft, password):
    assert sign(client, draft, password=password).status_code == 422
    assert Application.objects.get(pk=draft.pk).status == Status.DRAFT


def test_an_incomplete_draft_is_not_sent(client, draft):
    address = reverse("check", args=[draft.pk])
    known = hidden(client.get(address).content.decode())
    Application.objects.filter(pk=draft.pk).update(answers={})
    assert client.post(address, {**known, "password": PASSWORD}).status_code == 422
    assert Application.objects.get(pk=draft.pk).status == Status.DRAFT


def test_answers_changed_since_the_page_was_drawn_are_not_signed(client, draft, author):
    address = reverse("check", args=[draft.pk])
    known = hidden(client.get(address).content.decode())
    changed = {**draft.answers["outcome"], "target": "8"}
    drafts.save_section(draft.pk, "outcome", changed, by=author, at=timezone.now())
    assert client.post(address, {**known, "password": PASSWORD}).status_code == 422
    assert Application.objects.get(pk=draft.pk).status == Status.DRAFT


def test_a_double_click_on_the_signature_is_one_submission(client, draft):
    address = reverse("check", args=[draft.pk])
    known = hidden(client.get(address).content.decode())
    answers = [client.post(address, {**known, "password": PASSWORD}) for _click in range(2)]
    number = Application.objects.get(pk=draft.pk).number
    assert [answer.status_code for answer in answers] == [302, 302]
    assert all(number in answer.url for answer in answers)


def test_what_was_sent_leads_to_the_application(client, draft):
    sign(client, draft)
    number = Application.objects.get(pk=draft.pk).number
    assert {client.get(page).url for page in pages(draft)} == {reverse("application", args=[number])}


def test_a_duplicate_is_told_before_the_signature(client, draft, author):
    sign(client, draft)
    number = Application.objects.get(pk=draft.pk).number
    again = make_draft(author, at=timezone.now())
    page = client.get(reverse("check", args=[again.pk])).content.decode()
    assert number in page and 'name="password"' not in page
    assert sign(client, again).status_code == 422
    assert Application.objects.get(pk=again.pk).status == Status.DRAFT


# Answering questions


@pytest.fixture
def questioned(client, draft, people):
    at = timezone.now()
    sign(client, draft)
    version = actions.endorse(draft.pk, by=people["head-w3"], at=at).version
    version = actions.take_charge(draft.pk, by=people["pharmacist-1"], at=at, version=version).version
    return actions.ask(draft.pk, questions=["Da quando?"], by=people["pharmacist-1"], at=at, version=version)


def test_while_answering_every_section_opens_again(client, questioned):
    assert {client.get(page).status_code for page in pages(questioned)} == {200}
    page = client.get(reverse("check", args=[questioned.pk])).content.decode()
    assert 'name="password"' not in page
    assert reverse("act", args=[questioned.number, "answer"]) in page


def test_while_answering_the_row_and_the_patient_cannot_be_exchanged(client, questioned):
    before = stored(questioned)
    post(client, questioned, "indication", {**before["indication"], "indication": "DER-01"}, then="out")
    post(client, questioned, "patient", {**before["patient"], "surname": "Altra"}, then="out")
    after = stored(questioned)
    assert (after["indication"], after["patient"]) == (before["indication"], before["patient"])


def test_while_answering_a_changed_answer_is_kept(client, questioned):
    post(client, questioned, "outcome", {**questioned.answers["outcome"], "target": "8"}, then="out")
    assert stored(questioned)["outcome"]["target"] == "8"
    assert Application.objects.get(pk=questioned.pk).status == Status.INFORMATION_REQUESTED


def test_a_form_under_questions_is_not_deleted(client, questioned):
    client.post(reverse("discard", args=[questioned.pk]), {"confirmed": "1"})
    assert Application.objects.filter(pk=questioned.pk).exists()
