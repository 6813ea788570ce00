"""The pages of an emergency: the short form on the phone, the two answers, the whole form, the lists."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals import actions
from approvals.models import Application
from approvals.prints import fingerprint
from approvals.waiting import Task
from approvals.workflow import Status
from approvals.worklist import items
from tests.approvals import emergencies as emg
from tests.approvals.walk import draft, walk
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def now():
    """Pages read the clock: these stories happen today."""
    return timezone.localtime() - timedelta(minutes=30)


@pytest.fixture
def page(client, people):
    """Return `page("chair", address, {…})`: the answer to that person."""

    def ask(name, address, data=None):
        client.force_login(people[name])
        return client.get(address) if data is None else client.post(address, data)

    return ask


def typed(people, now) -> dict[str, str]:
    """What somebody types into the short form: that of a newborn."""
    told = emg.short_draft(people, at=now).answers
    Application.objects.all().delete()
    found = {name: value for answers in told.values() for name, value in answers.items()}
    return {name: value for name, value in found.items() if isinstance(value, str)} | {"password": PASSWORD}


def test_a_new_application_begins_with_the_short_form_where_it_cannot_wait(page):
    assert "Urgenza: scheda breve" in page("prescriber-nicu", "/richieste/nuova/").content.decode()
    answer = page("prescriber-nicu", "/richieste/nuova/", {"emergency": "1"})
    begun = Application.objects.get()
    assert answer["Location"] == reverse("emergency", args=[begun.pk])


def test_one_page_asks_signs_and_calls(page, people, now):
    told = typed(people, now)
    page("prescriber-nicu", "/richieste/nuova/", {"emergency": "1"})
    address = reverse("emergency", args=[Application.objects.get().pk])
    empty = page("prescriber-nicu", address)
    assert empty.status_code == 200
    assert "Chiara Fabbri" in empty.content.decode()  # who is on call
    answer = page("prescriber-nicu", address, told | {"then": "send"})
    assert answer.status_code == 302, answer.context["blocked"]
    application = Application.objects.get()
    assert application.status == Status.EMERGENCY_REQUESTED
    sent = page("prescriber-nicu", answer["Location"]).content.decode()
    assert application.number in sent
    assert "Pietro Longo" in sent


def test_a_second_click_leads_to_the_application(page, people, now):
    told = typed(people, now)
    page("prescriber-nicu", "/richieste/nuova/", {"emergency": "1"})
    address = reverse("emergency", args=[Application.objects.get().pk])
    page("prescriber-nicu", address, told | {"then": "send"})
    again = page("prescriber-nicu", address, told | {"then": "send"})
    assert again["Location"] == f"/richieste/{Application.objects.get().number}/"
    assert Application.objects.get().steps.count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"password": "un'altra"}, "La password non è corretta"),
        ({"weight_kg": ""}, "Indica il peso"),
        ({"no_alternative": "Breve."}, "almeno 100 caratteri"),
        ({"indication": "OFT-03"}, "dichiara il pericolo"),
        ({"g_per_kg": "1,1"}, "di al massimo 3,2"),
    ],
)
def test_what_is_missing_stands_on_the_page_and_nothing_is_lost(page, people, now, changed, sentence):
    told = typed(people, now) | changed | {"then": "send"}
    page("prescriber-nicu", "/richieste/nuova/", {"emergency": "1"})
    address = reverse("emergency", args=[Application.objects.get().pk])
    answer = page("prescriber-nicu", address, told)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence.lower() in text.lower()
    assert told["surname"] in text
    application = Application.objects.get()
    assert application.status == Status.DRAFT
    assert application.answers["patient"]["surname"] == told["surname"]


def test_it_saves_itself_and_computes_the_dose_while_typing(page, people, now):
    told = typed(people, now)
    page("prescriber-nicu", "/richieste/nuova/", {"emergency": "1"})
    pk = Application.objects.get().pk
    saved = page("prescriber-nicu", reverse("emergency-autosave", args=[pk]), told)
    assert "Bozza salvata" in saved.content.decode()
    dose = page("prescriber-nicu", reverse("emergency-dose", args=[pk]), told).content.decode()
    assert "In urgenza è assegnato un ciclo: <strong>1,6" in dose
    application = Application.objects.get()
    assert "password" not in str(application.answers)
    assert application.answers["patient"]["no_tax_code"] == "yes"


def test_the_whole_form_is_filled_in_with_what_the_short_one_says(page, people, now):
    application = emg.authorised(people, at=now)
    section = page("prescriber-nicu", reverse("section", args=[application.pk, "dose"])).content.decode()
    assert 'value="3,2"' in section
    kind = page("prescriber-nicu", reverse("section", args=[application.pk, "kind"])).content.decode()
    assert 'value="XX-10777"' in kind  # proposed from the profile, as in any new form
    assert "Un ciclo è stato autorizzato in urgenza" in kind


def test_the_newborns_row_proposes_the_short_form_first(page, people, now):
    begun = draft(people, author="prescriber-nicu", code="OFT-03", at=now)
    address = reverse("section", args=[begun.pk, "indication"])
    newborn = begun.answers["indication"] | {"indication": "PED-05", "page": "abc123"}
    newborn["fingerprint"] = fingerprint(begun, "indication")
    page("prescriber-nicu", reverse("autosave", args=[begun.pk, "indication"]), newborn)
    assert page("prescriber-nicu", address, newborn)["Location"] == reverse("emergency", args=[begun.pk])
    again = page("prescriber-nicu", address, newborn)  # whoever came back wants the whole form
    assert again["Location"] == reverse("section", args=[begun.pk, "dose"])
    panel = page("prescriber-nicu", reverse("row-panel", args=[begun.pk]), newborn).content.decode()
    assert "comincia dalla scheda breve" in panel


def test_a_delegate_fills_it_in_and_cannot_send_it(page, people, now):
    application = emg.short_draft(people, author="prescriber-w3", code=emg.HAEMOLYSIS, at=now)
    address = reverse("emergency", args=[application.pk])
    assert "Firma e chiama" not in page("delegate-w3", address).content.decode()
    sent = page("delegate-w3", address, {"then": "send", "password": PASSWORD})
    assert sent.status_code == 422
    application.refresh_from_db()
    assert application.status == Status.DRAFT
    assert application.answers["consent"]["responsibility"] == "yes"  # the author's word stays


def test_the_two_people_on_call_answer_on_their_pages(page, people, now):
    application = emg.requested(people, at=now)
    number = application.number
    shown = page("on-call-pharmacist", f"/richieste/{number}/").content.decode()
    assert application.patient.surname in shown  # they treat: no pseudonym
    assert "Dai l’assenso all’urgenza" in shown
    address = f"/richieste/{number}/assenso-urgenza/"
    assert "1,6" in page("on-call-pharmacist", address).content.decode()
    assert page("on-call-pharmacist", address, {"version": 1}).status_code == 302
    address = f"/richieste/{number}/autorizzazione-urgenza/"
    assert page("on-call-consultant", address, {"version": 2})["Location"] == f"/richieste/{number}/"
    application.refresh_from_db()
    assert application.status == Status.EMERGENCY_AUTHORISED
    for name in ("on-call-pharmacist", "on-call-consultant", "pharmacist-1", "director", "head-nicu"):
        assert page(name, f"/richieste/{number}/").status_code == 200


def test_declining_wants_a_reason_and_leaves_a_copy_possible(page, people, now):
    number = emg.requested(people, at=now).number
    address = f"/richieste/{number}/rifiuto-urgenza/"
    assert page("on-call-consultant", address, {"version": 1, "reason": "No"}).status_code == 422
    page("on-call-consultant", address, {"version": 1, "reason": "Il bambino risponde alla fototerapia."})
    assert Application.objects.get().status == Status.REJECTED
    shown = page("prescriber-nicu", f"/richieste/{number}/").content.decode()
    assert "Il bambino risponde alla fototerapia." in shown
    assert "Copia in una nuova bozza" in shown


@pytest.mark.parametrize(
    "name", ["prescriber-w3", "prescriber-w5", "delegate-w3", "chair", "member-1", "administrator", "auditor"]
)
def test_nobody_else_sees_an_emergency(page, people, now, name):
    application = emg.authorised(people, at=now)
    assert page(name, f"/richieste/{application.number}/").status_code == 404
    assert page(name, reverse("emergency", args=[application.pk])).status_code == 404


def test_after_their_turn_people_on_call_see_what_they_answered_only(people, now):
    answered, other = emg.authorised(people, at=now), emg.authorised(people, at=now, person=1)
    pharmacist = people["on-call-pharmacist"]
    seen = Application.objects.visible_to(pharmacist, at=now)
    assert {one.pk for one in seen} == {answered.pk, other.pk}
    ordinary = walk(people, Status.SUBMITTED, at=now, person=2)
    assert ordinary not in Application.objects.visible_to(pharmacist, at=now)
    pharmacist.memberships.update(to_on=now.date() - timedelta(days=1))
    pharmacist.__dict__.pop("_memberships", None)
    assert not Application.objects.visible_to(pharmacist, at=now).exists()


def test_where_nobody_is_on_call_the_page_says_whom_to_call(page, people, now):
    application = emg.short_draft(people, at=now)
    for name in ("on-call-pharmacist", "on-call-consultant"):
        people[name].memberships.update(to_on=now.date() - timedelta(days=1))
    shown = page("prescriber-nicu", reverse("emergency", args=[application.pk])).content.decode()
    assert "Nessuno è reperibile" in shown
    assert "Paolo Neri, Dott.ssa Sara Galli" in shown
    assert "Franco Bassi" in shown


def test_the_whole_form_is_signed_on_its_last_page(page, people, now):
    application = emg.authorised(people, at=now)
    emg.complete(application)
    number = application.number
    detail = page("prescriber-nicu", f"/richieste/{number}/").content.decode()
    assert "Completa la scheda" in detail
    assert page("prescriber-nicu", reverse("draft", args=[application.pk])).status_code == 200
    check = page("prescriber-nicu", reverse("check", args=[application.pk]))
    assert "Firma e invia" in check.content.decode()
    data = {"password": PASSWORD, "answers": check.context["answers"], "version": application.version}
    assert page("prescriber-nicu", reverse("check", args=[application.pk]), data)["Location"] == reverse(
        "sent", args=[number]
    )
    assert Application.objects.get().status == Status.SUBMITTED
    again = page("prescriber-nicu", reverse("check", args=[application.pk]), data)
    assert again.status_code == 302  # a second click
    assert page("prescriber-nicu", f"/richieste/{number}/").status_code == 200
    assert page("pharmacist-1", f"/richieste/{number}/").status_code == 200


def tasks(user, *, at) -> set[tuple[str, int]]:
    user.__dict__.pop("_memberships", None)
    return {(item.task, item.pk) for item in items(user, at=at)}


def test_the_to_do_lists_show_emergencies_to_those_who_have_to_act(page, people, now):
    application = emg.requested(people, at=now)
    task = (Task.EMERGENCY, application.pk)
    assert tasks(people["on-call-pharmacist"], at=now) == {task}
    assert tasks(people["on-call-consultant"], at=now) == {task}
    emg.agree(people, application, at=now)
    assert tasks(people["on-call-pharmacist"], at=now) == set()
    assert tasks(people["on-call-consultant"], at=now) == {task}
    emg.authorise(people, application, at=now)
    assert tasks(people["on-call-consultant"], at=now) == set()
    assert tasks(people["prescriber-nicu"], at=now) == {(Task.FULL_FORM, application.pk)}
    assert tasks(people["director"], at=now) == set()
    late = now + timedelta(days=6)
    assert tasks(people["director"], at=late) == {(Task.LATE_EMERGENCY, application.pk)}
    shown = page("prescriber-nicu", "/").content.decode()
    assert "Schede complete di urgenze" in shown


def test_members_of_the_unit_have_no_emergency_of_it_to_authorise(people, now):
    application = emg.requested(people, at=now)
    head = people["head-nicu"]
    pharmacy = people["on-call-pharmacist"].memberships.get().unit
    head.memberships.create(unit=pharmacy, role="on_call_consultant", from_on=now.date() - timedelta(days=9))
    assert (Task.EMERGENCY, application.pk) not in tasks(head, at=now)


def test_the_archive_and_the_trail_hold_emergencies(page, people, now):
    ordinary = walk(people, Status.SUBMITTED, at=now)
    application = emg.requested(people, at=now)
    listed = page("director", "/richieste/")
    assert [row.application.number for row, _tasks in listed.context["rows"]] == [
        application.number,
        ordinary.number,
    ]
    text = listed.content.decode()
    assert "Urgenza richiesta" in text
    assert "Farmacista reperibile" in text  # who holds it
    today = f"{now:%Y-%m-%d}"
    found = page("director", f"/richieste/?since={today}&until={today}&status=emergency_requested")
    assert [row.application.number for row, _tasks in found.context["rows"]] == [application.number]
    assert application.number in page("auditor", "/registro/").content.decode()
    assert page("director", "/richieste/?after=%00").status_code == 200


def test_the_page_says_what_comes_next_and_by_when(page, people, now):
    application = emg.authorised(people, at=now)
    shown = page("head-nicu", f"/richieste/{application.number}/").content.decode()
    assert "Scheda completa del prescrittore" in shown
    assert "Provvisoria" in shown
    assert (
        "Registra la prima infusione"
        in page("pharmacist-1", f"/richieste/{application.number}/").content.decode()
    )


def test_a_refused_unit_is_told_before_it_writes(page, people):
    long_ago = timezone.now() - timedelta(days=30)
    first = emg.authorised(people, at=long_ago)
    begun = emg.short_draft(people, at=timezone.now(), person=1)
    shown = page("prescriber-nicu", reverse("emergency", args=[begun.pk])).content.decode()
    assert f"La scheda completa di {first.number}" in shown


def test_a_photograph_of_the_consent_leads_back_to_the_short_form(page, people, now):
    application = emg.short_draft(people, at=now)
    file = application.attachments.get()
    remove = reverse("attachment-remove", args=[application.pk, file.pk])
    asked = page("prescriber-nicu", remove, {"back": "emergency"}).content.decode()
    assert reverse("emergency", args=[application.pk]) in asked
    done = page("prescriber-nicu", remove, {"back": "emergency", "confirmed": "1"})
    assert done["Location"] == reverse("emergency", args=[application.pk]) + "#attachments"


def test_the_committee_reads_it_under_a_pseudonym_as_ever(page, people, now):
    application = emg.before_committee(people, at=now - timedelta(hours=12))
    shown = page("member-1", f"/richieste/{application.number}/").content.decode()
    assert application.patient.surname not in shown
    assert "Urgenza" in shown


def test_the_author_may_hand_the_whole_form_over(page, people, now):
    application = emg.authorised(people, author="prescriber-w3", code=emg.HAEMOLYSIS, at=now)
    to = {"colleague": people["head-w3"], "reason": "Ferie."}
    actions.hand_over(application.pk, **to, by=application.author, at=now + timedelta(minutes=25))
    application.refresh_from_db()
    assert (application.status, application.author) == (Status.EMERGENCY_AUTHORISED, people["head-w3"])
