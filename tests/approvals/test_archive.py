"""The archive: what one may see, found by filters that stand in the address."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals import actions
from approvals.models import Application
from approvals.workflow import Status
from audit.models import Entry
from tests.approvals.walk import NOW, draft, walk

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def find(client, people):
    """Return `find("pharmacist-1", "?q=…")`: the numbers on the page, in order."""

    def look(name: str, query: str = "") -> list[str]:
        client.force_login(people[name])
        answer = client.get(f"/richieste/{query}")
        assert answer.status_code == 200
        return [row.application.number or "draft" for row, _tasks in answer.context["rows"]]

    return look


@pytest.fixture
def three(people) -> list[str]:
    """One of ward 3, one of ward 5, one referred to the committee; sent in this order."""
    made = [
        walk(people, Status.SUBMITTED),
        walk(people, Status.SUBMITTED, person=1, author="prescriber-w5", at=NOW + timedelta(days=1)),
        walk(people, Status.COMMITTEE_REVIEW, person=2, code="NEU-01", at=NOW + timedelta(days=2)),
    ]
    return [one.number for one in made]


def test_each_sees_what_the_rules_of_seeing_allow_the_latest_sent_first(find, three):
    first, second, third = three
    assert find("prescriber-w3") == [third, first]
    assert find("prescriber-w5") == [second]
    assert find("pharmacist-2") == [third, second, first]
    assert find("member-1") == [third]
    assert find("administrator") == find("auditor") == []


def test_drafts_are_shown_where_they_are_asked_for(people, find, three):
    draft(people, person=5)
    assert "draft" not in find("prescriber-w3")
    assert find("prescriber-w3", "?status=draft") == ["draft"]
    assert find("pharmacist-1", "?status=draft") == []


@pytest.mark.parametrize("typed", ["{number}", "{last}", "2026-{last}", " {number} "])
def test_a_number_however_written_leads_to_the_application(client, people, three, typed):
    client.force_login(people["pharmacist-1"])
    answer = client.get("/richieste/", {"q": typed.format(number=three[1], last=int(three[1][-6:]))})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/richieste/{three[1]}/"


def test_a_number_one_may_not_see_is_not_found(find, three):
    assert find("prescriber-w3", f"?q={three[1]}") == []


def test_filters_by_status_area_unit_and_day(people, find, three):
    _first, second, third = three
    unit = people["prescriber-w5"].memberships.get().unit_id
    assert find("pharmacist-1", "?status=committee_review") == [third]
    assert find("pharmacist-1", "?status=ended") == []
    assert find("pharmacist-1", "?area=neurology") == [third]
    assert find("pharmacist-1", f"?unit={unit}") == [second]
    assert find("pharmacist-1", "?since=2026-11-24&until=2026-11-24") == [second]


def test_words_find_the_indication_and_two_letters_the_patient(find, three):
    letters = Application.objects.get(number=three[1]).patient.initials
    assert find("pharmacist-1", "?q=uveite") == [three[1], three[0]]
    assert three[1] in find("pharmacist-1", f"?q={letters}")
    assert find("pharmacist-1", "?q=XQ") == []


def test_a_date_that_is_none_is_said(client, people):
    client.force_login(people["pharmacist-1"])
    answer = client.get("/richieste/?since=ieri")
    assert answer.status_code == 422
    assert "has-error" in answer.content.decode()


def test_pages_forward_and_back_show_every_row_once(client, people, monkeypatch):
    monkeypatch.setattr("approvals.views.archive.SIZE", 2)
    same_moment = [walk(people, Status.SUBMITTED, person=n) for n in range(5)]
    client.force_login(people["pharmacist-1"])
    seen, pages, query = [], [], {}
    while query is not None:
        answer = client.get("/richieste/", query)
        pages.append([row.application.pk for row, _tasks in answer.context["rows"]])
        seen += pages[-1]
        page = answer.context["page"]
        query = {"after": page.after} if page.after else None
    assert seen == [one.pk for one in reversed(same_moment)]
    back = client.get("/richieste/", {"before": page.before})
    assert [row.application.pk for row, _tasks in back.context["rows"]] == pages[-2]


@pytest.mark.parametrize("place", ["", "x", "2026-11-23~1~2", "~", "9999999999999999999999~1"])
def test_a_place_that_cannot_be_read_is_the_first_page(find, three, place):
    assert len(find("pharmacist-1", f"?after={place}")) == 3


def test_the_number_of_queries_does_not_grow_with_the_rows(client, people):
    client.force_login(people["chair"])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/richieste/?q=uveite&area=ophthalmology")
        return len(captured)

    walk(people, Status.COMMITTEE_REVIEW)
    walk(people, Status.APPROVED, person=1)
    few = queries()
    for n in range(2, 8):
        walk(people, Status.COMMITTEE_REVIEW if n % 2 else Status.APPROVED, person=n)
    assert queries() == few <= 12


def test_an_export_leaves_its_filters_in_the_trail_and_no_initials(client, people, three):
    client.force_login(people["pharmacist-1"])
    answer = client.get("/richieste/?q=R.+M.&status=open&format=csv")
    assert answer.status_code == 200
    entry = Entry.objects.get(action="exported")
    assert (entry.chain, entry.actor) == (f"export:{people['pharmacist-1'].pk}", people["pharmacist-1"])
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[1:]
    assert entry.data == {
        "list": "richieste",
        "format": "csv",
        "rows": len(rows),
        "filters": {"status": "open", "text": "initials"},
    }


def test_the_export_holds_what_the_person_may_see_and_names_no_patient(client, people, three):
    client.force_login(people["prescriber-w3"])
    text = b"".join(client.get("/richieste/?format=csv").streaming_content).decode()
    assert three[0] in text
    assert three[1] not in text
    for patient in {one.patient for one in Application.objects.select_related("patient")}:
        assert patient.surname not in text


def test_what_was_withdrawn_is_found_among_the_ended(people, find, three):
    pk = Application.objects.get(number=three[0]).pk
    actions.withdraw(pk, reason="Non serve più.", by=people["prescriber-w3"], at=NOW + timedelta(days=3))
    assert three[0] in find("prescriber-w3", "?status=ended")
