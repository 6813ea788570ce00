"""The page of each action: done from a form, refused in words, nothing half-written, every word kept."""

from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals import actions, drafts
from approvals.forms import CHECK_LABELS
from approvals.models import Application, Opinion, Question, Step, Vote
from approvals.prints import all_answers
from approvals.urls.reading import SLUGS
from approvals.workflow import Action, Status
from catalogue.pasted import clean_text
from tests.approvals.walk import NOW, REFUSAL, declare, heard, vote, walk
from treatments.models import Reassessment

pytestmark = pytest.mark.usefixtures("catalogue")
OPINION = {
    **dict.fromkeys(CHECK_LABELS, "Verificato."),
    "conclusion": "favourable",
    "text": "Parere scritto.",
}
CONFLICT = {"has_conflict": "yes", "text": "Ha curato un familiare.", "round": 1}
OUTCOME = {
    "value_now": "14",
    "weight_kg": "61,5",
    "pregnant": "no",
    "adverse": "none",
    "judgement": "Andamento clinico coerente con la misura.",
    "verdict": "continue",
}


def address(application, action) -> str:
    return reverse("act", args=[application.number, action])


def post(client, user, application, action, **data):
    """Send the form as the page of this application would."""
    client.force_login(user)
    return client.post(address(application, action), {"version": application.version, **data})


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


def steps(application) -> list[str]:
    return list(Step.objects.filter(application=application).values_list("action", flat=True))


def test_the_whole_review_is_done_from_pages(client, people):
    application = walk(people, Status.SUBMITTED)

    def does(name, action, **data):
        answer = post(client, people[name], fresh(application), action, **data)
        assert answer.status_code == 302, answer.content.decode()
        assert answer.url == reverse("application", args=[application.number])
        told = client.get(answer.url)
        assert application.number in str(next(iter(told.context["messages"])))

    does("head-w3", Action.ENDORSE)
    does("pharmacist-1", Action.TAKE_CHARGE)
    does("pharmacist-1", Action.ASK, question_1="Da quando?", question_3="Con quale esito?")
    seen = all_answers(application)
    does("prescriber-w3", Action.ANSWER, answer_1="Da maggio.", answer_2="Nessuno.", seen=seen)
    does("pharmacist-1", Action.REFER, **OPINION)
    heard(people, application.pk)
    round_ = fresh(application).round
    for name in ("chair", "member-1", "member-2"):
        does(name, Action.DECLARE, has_conflict="no", round=round_)
        text = {"text": "Un ciclo."} if name == "chair" else {}
        choice = "conditions" if name == "chair" else "approve"
        does(name, Action.VOTE, choice=choice, round=round_, confirmed="1", **text)
    does("chair", Action.APPROVE, conditions="Un ciclo alla volta.", co_therapy="Idratazione.")
    does("pharmacist-2", Action.RECORD_INFUSION, on=f"{timezone.localdate():%d/%m/%Y}")
    does("prescriber-w3", Action.REASSESS, confirmed="1", **OUTCOME)
    does("prescriber-w3", Action.CLOSE, verdict="stop_remission", reason="Remissione completa.")
    assert fresh(application).status == Status.CLOSED
    assert fresh(application).decisions.get().co_therapy == "Idratazione."
    assert list(Question.objects.values_list("text", flat=True)) == ["Da quando?", "Con quale esito?"]
    assert Reassessment.objects.get().weight_kg * 2 == 123


def test_the_chair_refuses_with_codes_reasons_and_what_would_change(client, people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, chair="reject", member_1="reject", member_2="reject")
    answer = post(client, people["chair"], fresh(application), Action.REJECT, **REFUSAL)
    assert answer.status_code == 302
    decision = fresh(application).decisions.get()
    assert (decision.reason_codes, decision.would_change) == (["R03"], REFUSAL["would_change"])


def test_the_author_withdraws_with_a_reason(client, people):
    application = walk(people, Status.SUBMITTED)
    answer = post(
        client, people["prescriber-w3"], application, Action.WITHDRAW, reason="Paziente trasferita."
    )
    assert answer.status_code == 302
    assert fresh(application).status == Status.WITHDRAWN


# ── Refused ────────────────────────────────────────────────────────────────────────────────────────────

WRONG_PEOPLE = [
    (Action.ENDORSE, Status.SUBMITTED, "prescriber-w3", {}),
    (Action.ENDORSE, Status.SUBMITTED, "pharmacist-1", {}),
    (Action.TAKE_CHARGE, "endorsed", "head-w3", {}),
    (Action.ASK, Status.PHARMACY_REVIEW, "pharmacist-2", {"question_1": "Testo di prova"}),
    (Action.REFER, Status.PHARMACY_REVIEW, "pharmacist-2", OPINION),
    (Action.VOTE, Status.COMMITTEE_REVIEW, "pharmacist-1", {"choice": "reject", "text": "Testo", "round": 1}),
    (Action.DECLARE, Status.COMMITTEE_REVIEW, "pharmacist-1", {"has_conflict": "no", "round": 1}),
    (Action.VOTE, "voted", "member-3", {"choice": "approve", "round": 1, "confirmed": "1"}),
    (Action.DEFER, "voted", "member-1", {"reason": "Testo di prova", "until": "1/1/2030"}),
    (Action.DECIDE_URGENTLY, Status.COMMITTEE_REVIEW, "member-1", {"alone_because": "Testo di prova"}),
    (Action.RATIFY, Status.APPROVED, "chair", {}),
    (Action.DENY_RATIFICATION, Status.APPROVED, "director", {"reasons": "Testo di prova"}),
    (Action.APPROVE, "voted", "member-1", {"conditions": "Testo di prova"}),
    (Action.REJECT, "voted", "prescriber-w3", {"reasons": "Testo di prova"}),
    (Action.WITHDRAW, Status.SUBMITTED, "head-w3", {"reason": "Testo di prova"}),
    (Action.REASSESS, Status.APPROVED, "pharmacist-1", {**OUTCOME, "confirmed": "1"}),
    (Action.CLOSE, Status.APPROVED, "chair", {"verdict": "stop_death", "reason": "Testo di prova"}),
]


@pytest.mark.parametrize(("action", "place", "name", "data"), WRONG_PEOPLE)
def test_the_wrong_person_reads_why_and_writes_nothing(client, people, action, place, name, data):
    application = walk(people, place)
    before = steps(application)
    client.force_login(people[name])
    shown = client.get(address(application, action))
    assert shown.status_code == 200
    why = shown.context["why_not"]
    assert why
    answer = post(client, people[name], application, action, **data)
    assert answer.status_code == 409
    assert why in unescape(answer.content.decode())
    assert steps(application) == before
    assert not Vote.objects.filter(voted_by=people[name]).exclude(choice="approve").exists()


def test_a_stranger_finds_no_page_of_any_action(client, people):
    application = walk(people, Status.PHARMACY_REVIEW)
    for action in SLUGS:
        assert post(client, people["prescriber-w5"], application, action).status_code == 404


def test_a_stale_page_says_who_did_what_and_keeps_every_word(client, people):
    application = walk(people, Status.SUBMITTED)
    actions.endorse(application.pk, by=people["head-w3"], at=NOW.replace(hour=12))
    typed = "Una ragione lunga\nsu due righe."
    answer = post(client, people["prescriber-w3"], application, Action.WITHDRAW, reason=typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Giorgio Salvi" in page
    assert "Una ragione lunga" in page
    assert fresh(application).status == Status.SUBMITTED
    # Having read it, the person may go on: the page now carries the version it shows.
    assert answer.context["form"]["version"].value() == str(application.version + 1)
    post(client, people["prescriber-w3"], fresh(application), Action.WITHDRAW, reason=typed)
    assert fresh(application).status == Status.WITHDRAWN


def test_words_typed_on_a_page_that_is_overtaken_can_still_be_copied(client, people):
    application = walk(people, Status.PHARMACY_REVIEW)
    actions.withdraw(
        application.pk, reason="Ripensamento.", by=people["prescriber-w3"], at=NOW.replace(hour=15)
    )
    answer = post(client, people["pharmacist-1"], application, Action.REFER, **OPINION)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Parere scritto." in page
    assert "Elena Conti" in page
    assert not Opinion.objects.exists()


@pytest.mark.parametrize(
    ("action", "place", "name", "data"),
    [
        (Action.ENDORSE, Status.SUBMITTED, "head-w3", {}),
        (Action.TAKE_CHARGE, "endorsed", "pharmacist-1", {}),
        (Action.ASK, Status.PHARMACY_REVIEW, "pharmacist-1", {"question_1": "Da quando?"}),
        (Action.REFER, Status.PHARMACY_REVIEW, "pharmacist-1", OPINION),
        (Action.DECLARE, "voted", "member-3", {"has_conflict": "no", "round": 1}),
        (Action.DECLARE, Status.COMMITTEE_REVIEW, "member-3", CONFLICT),
        (Action.VOTE, "voted", "member-1", {"choice": "approve", "round": 1, "confirmed": "1"}),
        (Action.APPROVE, "voted", "chair", {}),
        (Action.CLOSE, Status.APPROVED, "prescriber-w3", {"verdict": "stop_choice", "reason": "Sua scelta."}),
    ],
)
def test_a_double_click_is_one_action(client, people, action, place, name, data):
    application = walk(people, place)
    for _click in range(2):
        answer = post(client, people[name], application, action, **data)
        assert (answer.status_code, answer.url) == (302, reverse("application", args=[application.number]))
    assert Step.objects.filter(application=application, action=action, by=people[name]).count() == 1


def ready_to_vote(people, *names) -> Application:
    """Before the committee, heard, and these have declared that they have no conflict."""
    application = walk(people, Status.COMMITTEE_REVIEW)
    heard(people, application.pk)
    declare(people, application.pk, *(names or ("member-1",)))
    return application


def test_a_vote_is_changed_by_sending_another_and_both_are_kept(client, people):
    application = ready_to_vote(people)
    post(client, people["member-1"], application, Action.VOTE, choice="approve", round=1, confirmed="1")
    data = {"choice": "reject", "text": "Ho cambiato idea.", "reason_codes": ["R03"], "round": 1}
    answer = post(client, people["member-1"], application, Action.VOTE, **data, confirmed="1")
    assert answer.status_code == 302
    kept = Vote.objects.filter(voted_by=people["member-1"]).order_by("change")
    assert [(vote.change, vote.choice) for vote in kept] == [(0, "approve"), (1, "reject")]


def test_a_vote_for_a_round_that_is_closed_is_refused_and_its_words_kept(client, people):
    application = walk(people, Status.APPROVED)
    data = {"choice": "reject", "text": "Ho cambiato idea.", "reason_codes": ["R03"], "round": 1}
    answer = post(client, people["member-1"], application, Action.VOTE, **data, confirmed="1")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ho cambiato idea." in page
    assert "Anna Verdi" in page
    assert Vote.objects.get(voted_by=people["member-1"]).choice == "approve"


# ── Shape and content ──────────────────────────────────────────────────────────────────────────────────


def test_what_is_missing_is_said_beside_its_field_and_in_the_summary(client, people):
    application = walk(people, Status.PHARMACY_REVIEW)
    answer = post(client, people["pharmacist-1"], application, Action.REFER, **{**OPINION, "stock": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["stock"]
    assert '<a href="#id_stock">Disponibilità – ' in page
    assert "Parere scritto." in page
    assert "<title>Errore:" in page


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "con un carattere \x00 nullo"], ids=["a hundred kilobytes", "a null character"]
)
def test_a_text_that_cannot_be_kept_comes_back_with_a_sentence(client, people, text):
    application = walk(people, Status.SUBMITTED)
    answer = post(client, people["prescriber-w3"], application, Action.WITHDRAW, reason=text)
    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors
    assert text[:17] in answer.content.decode()
    assert fresh(application).status == Status.SUBMITTED


@pytest.mark.parametrize(
    "text", ["\u202egirato\u202c", "<script>alert(1)</script>", "naïve 🧬 ﷽ \ufeff", "%(n)s {{ x }} {% y %}"]
)
def test_strange_texts_are_kept_as_they_look_and_shown_as_text(client, people, text):
    application = walk(people, Status.PHARMACY_REVIEW)
    post(client, people["pharmacist-1"], application, Action.ASK, question_1=text)
    assert Question.objects.get().text == clean_text(text).strip()
    page = client.get(reverse("application", args=[application.number])).content.decode()
    assert "<script>alert" not in page
    assert 'dir="auto">1. ' in page


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_tampered_version_is_refused(client, people, version):
    application = walk(people, Status.SUBMITTED)
    client.force_login(people["head-w3"])
    answer = client.post(address(application, Action.ENDORSE), {"version": version})
    assert answer.status_code in (409, 422)
    assert "endorse" not in steps(application)


@pytest.mark.parametrize("round_", ["", "0", "7", "-1", "99999999999999999999"])
def test_a_vote_for_another_round_is_not_cast(client, people, round_):
    application = ready_to_vote(people)
    data = {"choice": "approve", "round": round_, "confirmed": "1"}
    answer = post(client, people["member-1"], application, Action.VOTE, **data)
    assert answer.status_code in (409, 422)
    assert not Vote.objects.exists()


def test_more_boxes_for_questions_without_losing_those_typed(client, people):
    application = walk(people, Status.PHARMACY_REVIEW)
    data = {"question_1": "Uno?", "question_2": "", "question_3": "Tre?", "more": "1"}
    answer = post(client, people["pharmacist-1"], application, Action.ASK, **data)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "question_5" in answer.context["form"].fields
    assert "Uno?" in page
    assert "Tre?" in page
    assert not Question.objects.exists()


def test_an_incomplete_form_is_pointed_to_when_answering(client, people):
    application = walk(people, Status.PHARMACY_REVIEW)
    actions.ask(application.pk, questions=["Il peso?"], by=people["pharmacist-1"], at=NOW.replace(hour=14))
    waiting = fresh(application)
    waiting.answers["dose"]["weight_kg"] = ""
    waiting.save(update_fields=["answers"])
    answer = post(client, people["prescriber-w3"], waiting, Action.ANSWER, answer_1="Sessanta chili.")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert reverse("section", args=[application.pk, "dose"]) in page
    assert "Sessanta chili." in page


def test_what_a_delegate_changes_while_the_author_reads_is_not_sent_unseen(client, people):
    application = walk(people, Status.PHARMACY_REVIEW)
    Application.objects.filter(pk=application.pk).update(prepared_by=people["delegate-w3"])
    actions.ask(
        application.pk, questions=["Quanti cicli?"], by=people["pharmacist-1"], at=NOW.replace(hour=14)
    )
    waiting = fresh(application)
    seen = all_answers(waiting)
    changed = {**waiting.answers["dose"], "cycles": "2"}
    drafts.save_section(waiting.pk, "dose", changed, by=people["delegate-w3"], at=NOW.replace(hour=15))
    given = {"answer_1": "Come scritto.", "seen": seen}
    answer = post(client, people["prescriber-w3"], waiting, Action.ANSWER, **given)
    assert answer.status_code == 422
    assert fresh(application).status == Status.INFORMATION_REQUESTED
    again = answer.context["form"]
    assert again["answer_1"].value() == "Come scritto."
    given["seen"] = again["seen"].value()
    assert post(client, people["prescriber-w3"], waiting, Action.ANSWER, **given).status_code == 302
    assert fresh(application).snapshot.content["treatment"]["cycles"] == 2


# ── Said twice before it is done ───────────────────────────────────────────────────────────────────────


def test_without_javascript_a_page_repeats_the_vote_before_it_counts(client, people):
    application = ready_to_vote(people)
    data = {"choice": "conditions", "text": "Con profilassi.", "round": 1}
    answer = post(client, people["member-1"], application, Action.VOTE, **data)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert application.number in page
    assert "F. P." in page
    assert "Con profilassi." in page
    assert not Vote.objects.exists()


def test_going_back_from_the_confirmation_loses_no_word(client, people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    data = {"choice": "reject", "text": "Mancano prove.", "round": 1, "again": "1"}
    page = post(client, people["member-1"], application, Action.VOTE, **data).content.decode()
    assert "Mancano prove.</textarea>" in page
    assert not Vote.objects.exists()


def test_a_vote_without_its_reasons_is_sent_back_before_the_confirmation(client, people):
    application = ready_to_vote(people)
    answer = post(client, people["member-1"], application, Action.VOTE, choice="reject", text="", round=1)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["text", "reason_codes"]


def test_a_text_typed_and_then_hidden_is_not_part_of_the_vote(client, people):
    application = ready_to_vote(people)
    data = {"choice": "approve", "text": "Scritto prima di cambiare idea.", "round": 1, "confirmed": "1"}
    post(client, people["member-1"], application, Action.VOTE, reason_codes=["R03"], **data)
    vote = Vote.objects.get()
    assert (vote.text, vote.reason_codes) == ("", [])


def test_the_confirmation_carries_the_reasons_ticked(client, people):
    application = ready_to_vote(people)
    data = {"choice": "reject", "text": "Mancano prove.", "reason_codes": ["R02", "R03"], "round": 1}
    page = post(client, people["member-1"], application, Action.VOTE, **data).content.decode()
    for code in data["reason_codes"]:
        assert f'<input type="hidden" name="reason_codes" value="{code}"' in page


@pytest.mark.parametrize(
    ("value", "change", "told"),
    [("14", "−4", "periodo"), ("20", "+2", "commissione"), ("9", "−9", "periodo")],
)
def test_the_reassessment_is_computed_and_shown_before_it_is_recorded(client, people, value, change, told):
    application = walk(people, Status.APPROVED)
    data = {**OUTCOME, "value_now": value}
    answer = post(client, people["prescriber-w3"], application, Action.REASSESS, **data)
    assert answer.status_code == 200
    (measured,) = answer.context["measured"]
    assert measured.change.startswith(f"{change}, ")
    assert measured.is_met is (value == "9")
    assert told in answer.context["consequence"]
    assert not Reassessment.objects.exists()


def test_adverse_events_are_asked_and_none_is_an_answer(client, people):
    application = walk(people, Status.APPROVED)
    user = people["prescriber-w3"]
    silent = {name: text for name, text in OUTCOME.items() if name != "adverse"}
    answer = post(client, user, application, Action.REASSESS, confirmed="1", **silent)
    assert list(answer.context["form"].errors) == ["adverse"]
    vague = {**OUTCOME, "adverse": "some", "what_1": " "}
    answer = post(client, user, application, Action.REASSESS, confirmed="1", **vague)
    assert list(answer.context["form"].errors) == ["what_1"]
    assert post(client, user, application, Action.REASSESS, confirmed="1", **OUTCOME).status_code == 302


@pytest.mark.parametrize("value", ["1.250", "dodici", "", "1e5", "NaN", "9999999999"])
def test_a_value_that_is_no_number_is_refused_and_kept(client, people, value):
    application = walk(people, Status.APPROVED)
    data = {**OUTCOME, "value_now": value, "confirmed": "1"}
    answer = post(client, people["prescriber-w3"], application, Action.REASSESS, **data)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["value_now"]
    assert f'value="{value}"' in answer.content.decode() or not value
