"""A new draft from an earlier application: what comes along, what never does, who looks at it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import actions, drafts, sections
from approvals.models import Application
from approvals.refusals import Refused
from approvals.workflow import Status
from audit.models import Entry
from catalogue.fields import Day
from tests.approvals.test_matrix import make
from tests.approvals.walk import LATER, NOW, draft, walk

pytestmark = pytest.mark.usefixtures("catalogue")
# Days that belong to the patient or to the past, not to one application.
OLD_DAYS = {"born_on", "diagnosed_on"}


@pytest.fixture
def approved(people):
    return walk(people, Status.APPROVED)


@pytest.fixture
def browser(people) -> Client:
    client = Client()
    client.force_login(people["prescriber-w3"])
    return client


def copied(source, *, by=None, at=LATER) -> Application:
    return drafts.copy(source, by=by or source.author, at=at)


def typed(application) -> dict[tuple[str, str], str]:
    answers = application.answers
    return {
        (slug, name): value for slug in sections.SECTIONS for name, value in answers.get(slug, {}).items()
    }


def test_patient_indication_therapies_and_justification_come_as_typed(approved):
    new = copied(approved)
    assert new.answers["patient"]["tax_code"] == approved.answers["patient"]["tax_code"]
    for slug in ("indication", "therapies", "justification"):
        assert new.answers[slug] == approved.answers[slug]
    assert new.answers["outcome"]["target"] == approved.answers["outcome"]["target"]
    assert (new.copied_from, new.author, new.status) == (approved, approved.author, Status.DRAFT)


def test_consent_responsibility_urgency_measures_and_dates_never_come(approved):
    names = typed(copied(approved))
    assert not [name for slug, name in names if slug == "consent"]
    for name in ("weight_kg", "height_cm", "is_urgent", "urgency_reason", "planned_start", "baseline"):
        assert name not in {one for _slug, one in names}
    for laboratory in ("creatinine_mg_dl", "egfr", "iga", "iga_g_l", "thrombosis_risks", "renal_risks"):
        assert ("patient", laboratory) not in names


def test_no_day_of_the_application_itself_comes_along(approved):
    """Whoever adds a date to the form decides here whether it is history."""
    new = copied(approved)
    sheet = sections.Sheet(new, at=LATER)
    days = {
        (slug, name)
        for slug in sections.SECTIONS
        for name, field in sheet[slug].fields.items()
        if isinstance(field, Day) and slug != "therapies"
    }
    assert {name for slug, name in days if (slug, name) in typed(new)} <= OLD_DAYS


def test_files_stay_where_they_are(approved):
    assert not copied(approved).attachments.exists()


def test_each_copied_section_waits_until_somebody_saves_it(approved, people):
    new = copied(approved)
    at = LATER
    waiting = drafts.to_check(new)
    assert set(waiting) == {slug for slug in sections.SECTIONS if new.answers.get(slug)}
    with pytest.raises(Refused) as refusal:
        actions.submit(new.pk, by=new.author, at=at)
    assert {one.section for one in refusal.value.shortcomings if not one.field} == set(waiting)
    saved = drafts.save_section(new.pk, "therapies", new.answers["therapies"], by=new.author, at=at)
    assert drafts.to_check(saved) == [slug for slug in waiting if slug != "therapies"]


def test_the_index_says_what_is_to_check_and_counts_it_as_missing(approved, browser):
    new = copied(approved, at=timezone.now())
    page = browser.get(reverse("draft", args=[new.pk])).content.decode()
    assert approved.number in page
    assert page.count("Da controllare") + page.count("To check") == len(drafts.to_check(new))


def test_a_running_treatment_is_copied_as_its_continuation(approved):
    kind = copied(approved).answers["kind"]
    assert (kind["type"], kind["follows"]) == ("continuation", approved.number)


@pytest.mark.parametrize("status", ["withdrawn", "rejected", "closed"])
def test_what_is_over_begins_anew_without_a_type(people, status):
    source = make(people, status)
    kind = copied(source).answers.get("kind", {})
    assert "type" not in kind and "follows" not in kind


@pytest.mark.parametrize(
    "status", ["draft", "submitted", "pharmacy_review", "information_requested", "committee_review"]
)
def test_what_is_not_decided_is_not_copied(people, status):
    source = make(people, status)
    with pytest.raises(Refused):
        copied(source)


@pytest.mark.parametrize("name", ["prescriber-w5", "delegate-w3", "pharmacist-1", "chair"])
def test_only_a_prescriber_of_the_unit_copies(people, approved, name):
    with pytest.raises(Refused):
        copied(approved, by=people[name])
    client = Client()
    client.force_login(people[name])
    answer = client.post(reverse("copy", args=[approved.number]))
    assert answer.status_code in (302, 404)
    assert not Application.objects.filter(copied_from=approved).exists()


def test_a_colleague_copies_in_the_own_name(people, approved):
    new = copied(approved, by=people["head-w3"])
    assert new.author == people["head-w3"]
    assert "qualification" not in new.answers["kind"] and "registration_number" not in new.answers["kind"]


def test_the_page_of_a_closed_application_offers_the_copy(people, browser):
    source = make(people, "withdrawn")
    page = browser.get(reverse("application", args=[source.number])).content.decode()
    assert reverse("copy", args=[source.number]) in page
    answer = browser.post(reverse("copy", args=[source.number]))
    new = Application.objects.get(copied_from=source)
    assert answer.url == reverse("draft", args=[new.pk])


# Looking for the patient before one starts


def look(browser, application, **typed):
    code = application.answers["patient"]["tax_code"]
    return browser.post(reverse("new"), {"find": "1", "tax_code": code.lower() + " ", **typed})


def test_an_open_application_and_a_running_treatment_are_told_with_their_links(people, browser, approved):
    waiting = walk(people, Status.SUBMITTED, code="EMA-01", patient=approved.answers["patient"])
    answer = look(browser, approved)
    page = answer.content.decode()
    assert answer.status_code == 200
    for one in (waiting, approved):
        assert reverse("application", args=[one.number]) in page
    assert approved.authorisations.get().number in page
    assert reverse("copy", args=[approved.number]) in page
    assert reverse("copy", args=[waiting.number]) not in page


def test_a_draft_that_somebody_is_writing_is_told(people, browser):
    own = draft(people)
    assert reverse("draft", args=[own.pk]) in look(browser, own).content.decode()


def test_other_units_applications_are_not_found(people, browser):
    other = walk(people, Status.SUBMITTED, author="prescriber-w5")
    assert other.number not in look(browser, other).content.decode()


def test_looking_leaves_an_access_entry(people, browser, approved):
    before = Entry.objects.filter(chain=approved.chain).count()
    look(browser, approved)
    entry = Entry.objects.filter(chain=approved.chain).latest("sequence")
    assert Entry.objects.filter(chain=approved.chain).count() == before + 1
    assert (entry.action, entry.actor) == ("opened", people["prescriber-w3"])


def test_a_code_that_is_none_is_told_beside_the_field(browser):
    answer = browser.post(reverse("new"), {"find": "1", "tax_code": "ABC"})
    assert answer.status_code == 422
    assert 'id="id_tax_code_error"' in answer.content.decode()


def test_starting_after_the_search_keeps_the_code(people, browser):
    code = draft(people, author="prescriber-w5").answers["patient"]["tax_code"]
    browser.post(reverse("new"), {"tax_code": code})
    made = Application.objects.get(author=people["prescriber-w3"])
    assert made.answers["patient"] == {"tax_code": code}


def test_a_second_click_on_start_finds_the_empty_draft_of_the_first(people, browser):
    addresses = {browser.post(reverse("new")).url for _click in range(2)}
    assert len(addresses) == 1
    assert Application.objects.count() == 1


def test_todays_catalogue_judges_what_was_copied(approved):
    new = copied(approved)
    assert new.indication is None
    assert sections.Sheet(new, at=NOW).indication.edition.code == approved.indication.edition.code
