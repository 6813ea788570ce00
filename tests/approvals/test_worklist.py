"""The to-do page: for each role exactly what waits for it."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.demo import CAST
from approvals import actions
from approvals.models import Application
from approvals.offers import awaits_vote
from approvals.permissions import why_not
from approvals.policies import shortcomings
from approvals.waiting import Task
from approvals.workflow import Action, Status
from approvals.worklist import items, worklist
from tests.approvals.walk import LATER, NOW, WAY, declare, draft, heard, proposed, step, vote, walk

CAST_NAMES = [person.username for person in CAST]
pytestmark = pytest.mark.usefixtures("catalogue")


def waiting(user, *, at=NOW) -> set[tuple[str, int]]:
    return {(item.task, item.pk) for item in items(user, at=at)}


def page(client, user, query="") -> str:
    client.force_login(user)
    answer = client.get("/" + query)
    assert answer.status_code == 200
    return answer.content.decode()


# What a task stands for: the action that the permissions must allow, and what it is not.
SAME = {
    Task.ANSWER: Action.ANSWER,
    Task.ENDORSE: Action.ENDORSE,
    Task.TAKE_CHARGE: Action.TAKE_CHARGE,
    Task.REVIEW: Action.REFER,
    Task.COUNTERSIGN: Action.DECLARE_INADMISSIBLE,
    Task.VOTE: Action.VOTE,
}


def may(user, action, application, *, at) -> bool:
    if action == Action.VOTE:  # whoever has to declare first is waited for too
        return awaits_vote(user, application, at=at)
    if why_not(user, action, application, at=at):
        return False
    return action not in (Action.ENDORSE, Action.TAKE_CHARGE) or not shortcomings(action, application, at=at)


def test_a_task_waits_for_those_whom_the_permissions_allow_it_at_every_stage(people):
    placed = [walk(people, place, person=n) for n, place in enumerate(WAY)]
    placed.append(walk(people, Status.PHARMACY_REVIEW, person=20))
    actions.ask(placed[-1].pk, questions=["Perché?"], by=people["pharmacist-1"], at=NOW + timedelta(hours=9))
    placed.append(walk(people, Status.SUBMITTED, person=21, author="head-w3"))
    placed.append(proposed(people, person=23))
    placed.append(walk(people, Status.SUBMITTED, person=22, author="prescriber-w5"))
    placed.append(walk(people, Status.COMMITTEE_REVIEW, person=24, author="prescriber-w5"))
    heard(people, placed[-1].pk, at=NOW + timedelta(hours=9))
    declare(people, placed[-1].pk, "member-1", at=NOW + timedelta(hours=9))
    at = NOW + timedelta(hours=10)
    found = set()
    for user in people.values():
        tasks = waiting(user, at=at)
        for task, action in SAME.items():
            for application in Application.objects.select_related("unit", "author", "indication"):
                allowed = may(user, action, application, at=at)
                assert ((task, application.pk) in tasks) == allowed, (user.username, task, application.status)
                found |= {(task, user.username)} if allowed else set()
    assert {task for task, _name in found} == set(SAME)
    assert (Task.ENDORSE, "director") in found  # the author heads the unit


def test_an_author_has_the_own_drafts_only(people):
    own = draft(people)
    draft(people, author="prescriber-w5", person=1)
    assert waiting(people["prescriber-w3"]) == {(Task.DRAFT, own.pk)}


def test_a_reassessment_waits_from_thirty_days_before(people):
    application = walk(people, Status.APPROVED)
    due = application.authorisations.get().due_on
    task = (Task.REASSESS, application.pk)
    for days, waits in ((31, False), (30, True), (-5, True)):
        at = NOW + timedelta(days=(due - NOW.date()).days - days)
        assert (task in waiting(people["prescriber-w3"], at=at)) == waits
        assert task not in waiting(people["head-w3"], at=at)


def test_the_chair_closes_with_the_quorum_of_those_who_are_needed(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    at = NOW + timedelta(hours=9)

    def closes() -> bool:
        found = worklist(people["chair"], at=at)
        return any(Task.CLOSE in tasks for _row, tasks in found.rows)

    vote(people, application.pk, at=at, chair="approve", member_1="approve", member_3="reject")
    assert not closes()  # no pharmacist among them
    vote(people, application.pk, at=at, member_2="approve")
    assert closes()
    actions.approve(application.pk, by=people["chair"], at=at)
    assert not closes()


def test_the_director_sees_decisions_that_are_late_but_not_what_waits_for_the_prescriber(people):
    late = walk(people, Status.PHARMACY_REVIEW)
    asked = walk(people, Status.PHARMACY_REVIEW, person=1)
    actions.ask(asked.pk, questions=["Perché?"], by=people["pharmacist-1"], at=NOW + timedelta(hours=9))
    assert waiting(people["director"], at=NOW + timedelta(days=6)) == set()
    assert waiting(people["director"], at=NOW + timedelta(days=9)) == {(Task.OVERDUE, late.pk)}


def test_the_overdue_stand_first_and_the_order_is_that_of_the_deadlines(people):
    for hours, person in ((30, 0), (0, 1), (20, 2), (10, 3)):
        walk(people, "endorsed", person=person, at=NOW + timedelta(hours=hours))
    found = worklist(people["pharmacist-1"], at=NOW + timedelta(days=7, hours=15))
    dues = [row.due.when for row, _tasks in found.rows]
    assert len(dues) == 4
    assert dues == sorted(dues)
    assert [row.due.is_late for row, _tasks in found.rows] == [True, True, False, False]
    assert found.counts["late"] == 2
    assert found.counts["today"] == 2


def test_counters_count_everything_while_a_filter_shows_some(people):
    walk(people, "endorsed")
    walk(people, Status.PHARMACY_REVIEW, person=1)
    found = worklist(people["pharmacist-1"], at=NOW + timedelta(hours=5), show=Task.REVIEW)
    assert [tasks for _row, tasks in found.rows] == [[Task.REVIEW]]
    assert found.counts == {"late": 0, "today": 0, "take_charge": 1, "review": 1, "countersign": 0}


def test_a_person_of_two_roles_has_the_tasks_of_both(people):
    to_endorse = walk(people, Status.SUBMITTED)
    own = draft(people, author="head-w3", person=1)
    assert waiting(people["head-w3"]) == {(Task.ENDORSE, to_endorse.pk), (Task.DRAFT, own.pk)}


def test_the_row_says_who_holds_it_with_the_votes_and_the_dose(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, at=NOW + timedelta(hours=9), member_1="approve")
    ((row, _tasks),) = worklist(people["member-2"], at=NOW + timedelta(hours=10)).rows
    # member-3 belongs to another unit than the applicant's: four may vote.
    assert row.holder.endswith(("1 vote of 4", "1 voto su 4"))
    figures = application.snapshot.content["dose"]["figures"]
    assert str(row.cycle_g) == figures["cycle_g"]


def test_no_patient_is_named_on_the_page(client, people):
    application = walk(people, "endorsed", at=timezone.now() - timedelta(hours=4))
    html = page(client, people["pharmacist-1"])
    patient = application.patient
    assert application.number in html
    assert patient.initials in html
    for secret in (patient.surname, patient.tax_code):
        assert secret not in html


def test_an_auditor_goes_to_the_trail_and_an_administrator_sees_the_deadlines(client, people):
    client.force_login(people["auditor"])
    assert client.get("/").headers["Location"] == "/registro/"
    assert 'href="/scadenze/?window=late"' in page(client, people["administrator"])


@pytest.mark.parametrize("name", CAST_NAMES)
def test_with_nothing_to_do_the_page_says_so(client, people, name):
    client.force_login(people[name])
    answer = client.get("/", follow=True)
    assert answer.status_code == 200
    assert 'class="table"' not in answer.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(client, people):
    def queries(name) -> int:
        client.force_login(people[name])
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get("/", follow=True).status_code == 200
        return len(captured)

    def fill(first: int) -> None:
        at = timezone.now() - timedelta(days=70)
        for n, place in enumerate([*WAY, *WAY]):
            walk(people, place, person=first + n, at=at)
        asked = walk(people, Status.PHARMACY_REVIEW, person=first + 20, at=at)
        actions.ask(asked.pk, questions=["?"], by=people["pharmacist-1"], at=at + timedelta(hours=9))

    fill(0)
    few = {name: queries(name) for name in CAST_NAMES}
    fill(30)
    assert {name: queries(name) for name in CAST_NAMES} == few
    assert max(few.values()) <= 12


def test_the_export_holds_the_rows_of_the_filter(client, people):
    at = timezone.now() - timedelta(hours=9)
    walk(people, "endorsed", at=at)
    in_charge = walk(people, Status.PHARMACY_REVIEW, person=1, at=at)
    client.force_login(people["pharmacist-1"])
    answer = client.get("/?show=review&format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    _header, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert [row[0] for row in rows] == [in_charge.number]


def test_a_draft_leads_to_its_form_and_an_unknown_filter_shows_everything(client, people):
    own = draft(people)
    html = page(client, people["prescriber-w3"], "?show=nonsense")
    assert f'href="/richieste/bozza/{own.pk}/"' in html


def test_a_settled_period_waits_for_nobody(people):
    application = walk(people, "voted")
    step(people, application.pk, Status.APPROVED, at=NOW + timedelta(hours=9))
    assert (Task.REASSESS, application.pk) in waiting(people["prescriber-w3"], at=LATER)
    actions.close(
        application.pk,
        verdict="stop_choice",
        reason="Il paziente ha scelto di interrompere.",
        by=people["prescriber-w3"],
        at=LATER,
    )
    assert waiting(people["prescriber-w3"], at=LATER) == set()
