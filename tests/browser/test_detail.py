"""The detail page and the actions in a browser: clean for axe, no sideways scroll, also without scripts."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from approvals import actions
from approvals.models import Application, Letter, Vote
from approvals.workflow import Status
from documents.filing import file, reserve
from documents.models import Kind
from tests.approvals.walk import NOW, heard, vote, walk
from tests.people import people

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def catalogue(transactional_db):
    call_command("load_catalogue", verbosity=0)


def file_of(application) -> str:
    return f"/richieste/{application.number}/"


def issue_letter_of(application) -> None:
    step = application.steps.get(action="approve")
    document = reserve("test", kind=Kind.APPROVAL, number=f"{application.number}/A", at=NOW, by=step.by)
    Letter.objects.create(application=application, step=step, document=file(document, b"%PDF-1.7"))


def asked(people) -> Application:
    application = walk(people, Status.PHARMACY_REVIEW)
    questions = ["Da quando?", "Con quale esito?\nSu due righe."]
    actions.ask(application.pk, questions=questions, by=people["pharmacist-1"], at=NOW)
    return application


@pytest.mark.parametrize("width", [1440, 390])
def test_the_file_is_accessible_for_every_role_and_stage(
    page, axe, sign_in, people, catalogue, no_sideways_scroll, width
):
    stages = {
        "submitted": ["prescriber-w3", "head-w3", "pharmacist-1"],
        "pharmacy_review": ["pharmacist-1", "pharmacist-2"],
        "committee_review": ["member-1"],
        "voted": ["chair", "member-3"],
        "approved": ["prescriber-w3", "chair"],
    }
    for person, (place, names) in enumerate(stages.items()):
        application = walk(people, place, person=person)
        if place == Status.APPROVED:
            issue_letter_of(application)
        for name in names:
            sign_in(page, name)
            page.goto(file_of(application))
            expect(page.locator("h1")).to_contain_text(application.number)
            for details in page.locator("details").all():
                details.evaluate("element => element.open = true")
            axe(page)
    no_sideways_scroll(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_of_every_action_is_accessible_also_with_errors(
    page, axe, sign_in, people, catalogue, no_sideways_scroll, width
):
    review, approved = walk(people, "pharmacy_review", person=1), walk(people, "approved", person=2)
    voting = walk(people, "committee_review", person=3)
    vote(people, voting.pk, chair="reject", member_1="reject", member_2="reject")
    pages = [
        ("pharmacist-1", review, "domande"),
        ("pharmacist-1", review, "parere"),
        ("prescriber-w3", asked(people), "risposte"),
        ("prescriber-w3", review, "ritiro"),
        ("member-3", voting, "dichiarazione"),
        ("member-2", voting, "voto"),
        ("chair", voting, "rinvio"),
        ("chair", voting, "diniego"),
        ("pharmacist-1", approved, "prima-infusione"),
        ("prescriber-w3", approved, "rivalutazione"),
        ("prescriber-w3", approved, "conclusione"),
        ("pharmacist-2", review, "parere"),
    ]
    for name, application, slug in pages:
        sign_in(page, name)
        page.goto(file_of(application) + slug + "/")
        axe(page)
        button = page.locator("#act button.button:not([name=more])").first
        if button.count() and slug != "voto":
            button.click()
            expect(page.locator(".errors")).to_be_focused()
            axe(page)
        no_sideways_scroll(page)
        page.set_viewport_size({"width": width, "height": 900})


def declare_on_the_page(page, people, application) -> None:
    """The committee hears it; the member says that there is no conflict of interest, and may then vote."""
    heard(people, application.pk)
    page.goto(file_of(application))
    expect(page.locator("input[name=choice]")).to_have_count(0)
    page.locator("input[name=has_conflict][value=no]").check()
    page.get_by_role("button", name="Dichiara", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("dichiarazione registrata")


def test_the_dialog_repeats_the_vote_and_nothing_is_cast_before_it(page, axe, sign_in, people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    sign_in(page, "member-1")
    declare_on_the_page(page, people, application)
    page.locator("input[name=choice][value=conditions]").check()
    page.get_by_label("Condizioni, motivi o domanda").fill("Con profilassi.")
    page.get_by_role("button", name="Vota", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(application.number)
    expect(dialog).to_contain_text("F. P.")
    expect(dialog).to_contain_text(page.locator("label[for=id_choice_1]").inner_text())
    axe(page)
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    assert not Vote.objects.exists()
    page.get_by_role("button", name="Vota", exact=True).click()
    page.get_by_role("button", name="Conferma il voto").click()
    expect(page.get_by_role("status").first).to_contain_text("voto registrato")
    assert Vote.objects.get().text == "Con profilassi."


@pytest.mark.parametrize("scripts", [False])
def test_without_scripts_a_page_asks_for_the_confirmation(page, sign_in, people, catalogue, scripts):
    application = walk(people, Status.COMMITTEE_REVIEW)
    sign_in(page, "member-1")
    declare_on_the_page(page, people, application)
    page.locator("input[name=choice][value=reject]").check()
    page.locator("input[name=reason_codes][value=R03]").check()
    page.get_by_label("Condizioni, motivi o domanda").fill("Mancano prove.")
    page.get_by_role("button", name="Vota", exact=True).click()
    expect(page.locator("h1")).to_have_text("Confermi il voto?")
    expect(page.locator("main")).to_contain_text("Mancano prove.")
    page.get_by_role("button", name="Conferma il voto").click()
    expect(page.get_by_role("status").first).to_contain_text("voto registrato")
    cast = Vote.objects.get()
    assert (cast.choice, cast.reason_codes) == ("reject", ["R03"])


@pytest.mark.parametrize("scripts", [False])
def test_the_reassessment_is_confirmed_without_scripts(page, sign_in, people, catalogue, scripts):
    application = walk(people, Status.APPROVED)
    sign_in(page, "prescriber-w3")
    page.goto(file_of(application) + "rivalutazione/")
    page.get_by_label("Valore attuale").fill("14,5")
    page.get_by_label("Peso di oggi").fill("61")
    page.locator("input[name=pregnant][value=no]").check()
    page.locator("input[name=adverse][value=none]").check()
    page.get_by_label("Giudizio").fill("Miglioramento parziale ma costante.")
    page.locator("input[name=verdict][value=continue]").check()
    page.get_by_role("button", name="Verifica e registra").click()
    expect(page.locator("main")).to_contain_text("14,5")
    expect(page.locator("main")).to_contain_text("Non raggiunto")
    page.get_by_role("button", name="Registra la rivalutazione").click()
    expect(page.get_by_role("status").first).to_contain_text("rivalutazione registrata")
