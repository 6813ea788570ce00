"""The page of an application: what each role reads on it, and what it may do."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Role
from approvals import actions
from approvals.models import Application
from approvals.opening import sees_identity
from approvals.reassessing import Event
from approvals.workflow import Action, Status
from audit.models import Entry
from tests.approvals.walk import CHECKED, LATER, NOW, declare, heard, judged, vote, walk
from treatments.models import Verdict

READERS = ["prescriber-w3", "head-w3", "pharmacist-2", "chair", "member-1", "member-3", "director"]
STRANGERS = ["prescriber-w5", "head-w5", "administrator", "auditor"]
STAGES = ["submitted", "endorsed", "pharmacy_review", "committee_review", "voted", "approved"]
pytestmark = pytest.mark.usefixtures("catalogue")


def read(client, user, application) -> str:
    client.force_login(user)
    answer = client.get(reverse("application", args=[application.number]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("place", STAGES)
def test_whoever_may_see_the_file_gets_its_page_at_every_stage_and_nobody_else(client, people, place):
    application = walk(people, place)
    for name in READERS + STRANGERS:
        sees = Application.objects.visible_to(people[name], at=timezone.now()).filter(pk=application.pk)
        client.force_login(people[name])
        answer = client.get(reverse("application", args=[application.number]))
        assert answer.status_code == (200 if sees.exists() else 404), name
        assert not (name in STRANGERS and sees.exists())


def test_opening_the_file_leaves_who_in_which_role_in_the_trail(client, people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    read(client, people["chair"], application)
    entry = Entry.objects.filter(chain=application.chain).latest("sequence")
    assert (entry.action, entry.actor) == ("opened", people["chair"])
    told = {"what": "file", "why": "committee", "where": "127.0.0.1"}
    assert entry.data == {"roles": ["chair"], "identity": False, **told}


def test_a_stranger_leaves_no_trace_and_learns_nothing(client, people):
    application = walk(people, Status.SUBMITTED)
    before = Entry.objects.count()
    client.force_login(people["prescriber-w5"])
    assert client.get(reverse("application", args=[application.number])).status_code == 404
    assert Entry.objects.count() == before


@pytest.mark.parametrize("number", ["%00", "OL-2026-999999", "nuova%0A", "..", "OL-2026-000001%00"])
def test_an_address_that_names_no_application_is_not_found(client, people, number):
    walk(people, Status.SUBMITTED)
    client.force_login(people["pharmacist-1"])
    assert client.get(f"/richieste/{number}/").status_code == 404
    assert client.post(f"/richieste/{number}/presa-in-carico/", {"version": 1}).status_code == 404


def test_the_page_is_there_in_english_too(client, people):
    application = walk(people, Status.APPROVED)
    client.cookies["django_language"] = "en"
    page = read(client, people["chair"], application)
    assert '<html lang="en">' in page
    assert "Criteria of the catalogue" in page


def test_a_reassessment_is_read_with_its_measure_events_and_judgement(client, people):
    application = walk(people, Status.APPROVED)
    told = judged(20, events=(Event("Cefalea, riferita da Fittizia Prova.", "mild", LATER.date()),))
    actions.reassess(application.pk, outcome=told, by=people["prescriber-w3"], at=LATER)
    page = read(client, people["prescriber-w3"], application)
    assert "da 18 a <strong>20</strong>" in page
    assert "Cefalea, riferita da Fittizia Prova." in page
    assert "Cefalea, riferita da […] […]." in read(client, people["chair"], application)


def test_an_early_end_is_read_with_its_coded_reason_and_words(client, people):
    application = walk(people, Status.APPROVED)
    told = {"verdict": "stop_toxicity", "reason": "Meningite asettica."}
    actions.close(application.pk, **told, by=people["prescriber-w3"], at=LATER)
    page = read(client, people["pharmacist-1"], application)
    assert page.count(str(Verdict.STOP_TOXICITY.label)) == 1
    assert f"{Verdict.STOP_TOXICITY.label.lower()} · «Meningite asettica.»" in page


# ── Who the patient is ─────────────────────────────────────────────────────────────────────────────────


def named(people) -> Application:
    """In the committee, with the patient's name in every text somebody typed."""
    application = walk(
        people,
        Status.PHARMACY_REVIEW,
        indication={"diagnosis": "La sig.ra FITTIZIA, nata il 31/12/1991, ha una uveite di prova."},
    )
    told = application.snapshot.content["patient"]
    by, at = people["pharmacist-1"], NOW.replace(hour=15)
    who = f"{told['surname']} {told['name']} ({told['tax_code']})"
    actions.ask(application.pk, questions=[f"Chi segue {who}?"], by=by, at=at)
    actions.answer(application.pk, answers={1: f"Seguo io {who}."}, by=people["prescriber-w3"], at=at)
    actions.refer(
        application.pk,
        checks={**CHECKED, "identity": who},
        conclusion="favourable",
        text=f"Favorevole per {who}.",
        by=by,
        at=at,
    )
    return Application.objects.get(pk=application.pk)


def secrets(application) -> list[str]:
    told = application.snapshots.get(revision=1).content["patient"]
    born_on = date.fromisoformat(told["born_on"])
    return [told["surname"], told["surname"].upper(), "Prova", told["tax_code"], f"{born_on:%d/%m/%Y}"]


@pytest.mark.parametrize("name", ["chair", "member-1"])
def test_the_committee_reads_initials_age_and_sex_and_no_name_anywhere(client, people, name):
    application = named(people)
    pages = [read(client, people[name], application)]
    for action in (Action.DECLARE, Action.VOTE, Action.DEFER, Action.ASK, Action.APPROVE, Action.REJECT):
        pages.append(client.get(reverse("act", args=[application.number, action])).content.decode())
    heard(people, application.pk)
    declare(people, application.pk, name)
    data = {"choice": "reject", "text": "Mancano prove.", "reason_codes": ["R03"], "round": application.round}
    asked = client.post(reverse("act", args=[application.number, Action.VOTE]), data)
    pages.append(asked.content.decode())
    assert asked.status_code == 200
    vote(people, application.pk, **{name.replace("-", "_"): "approve"})
    pages.append(read(client, people[name], application))
    assert "F. P., 34 anni, F" in pages[0]
    assert "uveite di prova" in pages[0]
    for page in pages:
        assert [secret for secret in secrets(application) if secret in page] == []
        assert "dicembre 1991" not in page


def test_pharmacy_and_unit_read_the_full_name(client, people):
    application = named(people)
    for name in ("pharmacist-2", "prescriber-w3", "head-w3", "director"):
        page = read(client, people[name], application)
        assert "Fittizia Prova" in page, name


def test_a_member_who_has_the_file_through_another_role_reads_it_in_full(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    member = people["member-1"]
    assert not sees_identity(member, application, NOW)
    Membership.objects.create(
        user=member, unit=application.unit, role=Role.PRESCRIBER, from_on=date(2026, 1, 1)
    )
    del member._memberships
    assert sees_identity(member, application, NOW)


def test_a_seat_in_another_hospital_opens_no_names(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    assert not sees_identity(people["prescriber-w5"], application, NOW)
    assert not sees_identity(people["auditor"], application, NOW)


# ── Votes ──────────────────────────────────────────────────────────────────────────────────────────────


def test_others_votes_stay_hidden_until_ones_own(client, people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, member_1="reject")
    before = read(client, people["chair"], application)
    assert "Motivo scritto dal componente." not in before
    assert "1 voto su 4" in before
    vote(people, application.pk, chair="approve")
    assert "Motivo scritto dal componente." in read(client, people["chair"], application)


def test_a_recused_member_sees_the_votes_only_after_the_decision(client, people):
    application = walk(people, Status.COMMITTEE_REVIEW, author="prescriber-w5")
    vote(people, application.pk, chair="conditions", member_1="approve", member_2="approve")
    assert "Motivo scritto dal componente." not in read(client, people["member-3"], application)
    actions.approve(application.pk, conditions="Un ciclo.", by=people["chair"], at=NOW)
    assert "Motivo scritto dal componente." in read(client, people["member-3"], application)


def test_outside_the_committee_nobody_sees_who_voted_what(client, people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, member_1="reject", member_2="approve", chair="approve", member_3="approve")
    actions.approve(application.pk, by=people["chair"], at=NOW)
    for name in ("prescriber-w3", "pharmacist-1", "director"):
        page = read(client, people[name], application)
        assert "Motivo scritto dal componente." not in page
        assert people["member-1"].last_name not in page


# ── What one may do ────────────────────────────────────────────────────────────────────────────────────


def offered(client, user, application) -> list[tuple[str, str]]:
    client.force_login(user)
    answer = client.get(reverse("application", args=[application.number]))
    return [(offer.action.value, offer.why_not) for offer in answer.context["offers"]]


def test_an_action_that_is_not_possible_yet_says_why(client, people):
    application = walk(people, Status.SUBMITTED)
    ((action, why),) = offered(client, people["pharmacist-1"], application)
    assert action == "take_charge"
    assert why
    assert why in read(client, people["pharmacist-1"], application)


def test_each_role_is_offered_its_own_actions_only(client, people):
    application = walk(people, Status.PHARMACY_REVIEW)
    assert offered(client, people["pharmacist-1"], application) == [
        ("refer", ""),
        ("ask", ""),
        ("propose_inadmissible", ""),
    ]
    assert [action for action, why in offered(client, people["pharmacist-2"], application) if why] == [
        "refer"
    ]
    assert offered(client, people["prescriber-w3"], application) == [("withdraw", "")]
    assert offered(client, people["director"], application) == []


def test_the_chair_closes_with_the_result_once_no_vote_can_change_it(client, people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, member_1="reject", member_2="reject", member_3="approve")
    action, why = offered(client, people["chair"], application)[0]
    assert action == "reject"
    assert why == str(_("Votes that are still missing may change the result: wait for them or for the end."))
    vote(people, application.pk, chair="reject")
    assert offered(client, people["chair"], application)[0] == ("reject", "")
    vote(people, application.pk, chair="approve")  # a tie: the chair's own vote decides
    assert offered(client, people["chair"], application)[0] == ("approve", "")


def test_without_a_quorum_the_chair_reads_how_many_votes_are_missing(client, people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, chair="approve")
    action, why = offered(client, people["chair"], application)[0]
    assert action == "approve"
    assert "3" in why


def test_before_a_hearing_the_chair_is_offered_no_closing(client, people, settings):
    application = walk(people, Status.COMMITTEE_REVIEW)
    assert offered(client, people["chair"], application) == [("ask", "")]
    settings.CHAIR_DECIDES_ALONE = True
    assert offered(client, people["chair"], application) == [("ask", ""), ("decide_urgently", "")]


def test_after_voting_the_next_of_the_queue_is_one_click_away(client, people):
    first = walk(people, Status.COMMITTEE_REVIEW)
    second = walk(people, Status.COMMITTEE_REVIEW, person=1)
    heard(people, second.pk)
    address = reverse("application", args=[second.number])
    heard(people, first.pk)
    assert address not in read(client, people["member-1"], first)  # this one first
    vote(people, first.pk, member_1="approve")
    assert address in read(client, people["member-1"], first)
    vote(people, second.pk, member_1="approve")
    assert address not in read(client, people["member-1"], first)


# ── Clock and timeline ─────────────────────────────────────────────────────────────────────────────────


def test_the_first_line_of_the_timeline_is_what_happens_next_and_by_when(client, people):
    application = walk(people, Status.SUBMITTED)
    client.force_login(people["prescriber-w3"])
    reading = client.get(reverse("application", args=[application.number])).context["reading"]
    assert reading.next.due == application.decision_due
    assert f'datetime="{application.decision_due.isoformat()}' in read(client, people["head-w3"], application)


def test_the_time_with_the_prescriber_is_shown_apart_and_not_counted(client, people):
    application = walk(people, Status.PHARMACY_REVIEW)
    asked_at, answered_at = NOW.replace(day=24), NOW.replace(day=26)
    actions.ask(application.pk, questions=["Quando?"], by=people["pharmacist-1"], at=asked_at)
    actions.answer(application.pk, answers={1: "Ieri."}, by=people["prescriber-w3"], at=answered_at)
    client.force_login(people["pharmacist-1"])
    spells = client.get(reverse("application", args=[application.number])).context["spells"]
    paused = [spell for spell, _words in spells if not spell.is_counted]
    assert [spell.lasted for spell in paused] == [answered_at - asked_at]


def test_answers_are_shown_with_what_they_changed_in_the_form(client, people):
    application = walk(people, Status.PHARMACY_REVIEW)
    actions.ask(application.pk, questions=["Il peso?"], by=people["pharmacist-1"], at=NOW.replace(hour=14))
    waiting = Application.objects.get(pk=application.pk)
    waiting.answers["dose"]["weight_kg"] = "64,5"
    waiting.save(update_fields=["answers"])
    at = NOW.replace(hour=16)
    actions.answer(application.pk, answers={1: "Ripesata."}, by=people["prescriber-w3"], at=at)
    page = read(client, people["pharmacist-1"], application)
    assert "<del>62 kg</del> <ins>64,5 kg</ins>" in page


# ── Cost ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_asks_the_database_as_often_for_many_questions_as_for_one(
    client, people, django_assert_max_num_queries
):
    application = walk(people, Status.PHARMACY_REVIEW)
    questions = [f"Domanda {n}?" for n in range(20)]
    actions.ask(application.pk, questions=questions, by=people["pharmacist-1"], at=NOW.replace(hour=14))
    client.force_login(people["pharmacist-1"])
    with django_assert_max_num_queries(16):
        client.get(reverse("application", args=[application.number]))
