"""An emergency from the short form to the committee: what happens, and what is refused in which words."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from approvals import actions, drafts, emergency
from approvals.demo_answers import complete_answers
from approvals.models import Application, Snapshot
from approvals.policies import shortcomings
from approvals.refusals import Refused
from approvals.workflow import Action, Status
from catalogue.models import Indication
from outbox.models import Promise
from tests.approvals import emergencies as emg
from tests.approvals.walk import NOW, REFUSAL, draft, walk
from treatments.models import Authorisation, NextReminder, Verdict

pytestmark = pytest.mark.usefixtures("catalogue")
LATER = NOW + timedelta(days=3)


def lacks(application, *, at=NOW) -> dict[tuple[str, str], str]:
    found = shortcomings(Action.REQUEST_EMERGENCY, application, at=at)
    return {(one.section, one.field): one.sentence for one in found}


# ── The short form ──────────────────────────────────────────────────────────────────────────────────────


def test_the_short_form_alone_is_enough_for_an_emergency(people):
    application = emg.short_draft(people)
    assert lacks(application) == {}
    actions.request_emergency(application.pk, by=application.author, at=NOW)
    application.refresh_from_db()
    assert application.status == Status.EMERGENCY_REQUESTED
    assert application.number == "OL-2026-000001"
    assert application.submitted_at is None
    snapshot = application.snapshots.get()
    assert (snapshot.revision, snapshot.content["dose"]["figures"]["cycle_g"]) == (1, "1.6")
    assert snapshot.content["consent"]["off_label_consent"] == "not_obtainable"


def test_the_same_answers_are_too_few_for_the_ordinary_form(people):
    application = emg.short_draft(people)
    missing = {(s.section, s.field) for s in shortcomings(Action.SUBMIT, application, at=NOW)}
    assert {
        ("kind", "legal_route"),
        ("therapies", "outcome_phototherapy-failure"),
        ("outcome", "measure"),
    } <= missing


@pytest.mark.parametrize(
    ("section", "field"),
    [
        ("kind", "urgency_reason"),
        ("patient", "surname"),
        ("patient", "birth_time"),
        ("patient", "previous_reactions"),
        ("dose", "weight_kg"),
        ("dose", "g_per_kg"),
        ("dose", "planned_start"),
        ("justification", "no_alternative"),
        ("consent", "responsibility"),
        ("consent", "not_obtainable_reason"),
    ],
)
def test_what_the_short_form_wants_is_wanted(people, section, field):
    application = emg.short_draft(people, **{section: {field: ""}})
    assert (section, field) in lacks(application)


def test_why_the_consent_is_missing_is_said(people):
    application = emg.short_draft(people, consent={"not_obtainable_reason": ""})
    assert lacks(application) == {
        ("consent", "not_obtainable_reason"): "Scrivi perché il consenso non è acquisibile"
    }


def test_a_hundred_characters_say_why_there_is_no_alternative(people):
    assert lacks(emg.short_draft(people, justification={"no_alternative": "x" * 100})) == {}
    short = emg.short_draft(people, person=1, justification={"no_alternative": "x" * 99})
    assert "100" in lacks(short)["justification", "no_alternative"]


def test_a_newborn_was_weighed_within_a_day(people):
    old = emg.short_draft(people, dose={"weighed_on": "21/11/2026"})
    assert "1 giorno" in lacks(old)["dose", "weighed_on"]


def test_a_consent_can_be_missing_in_an_emergency_only(people):
    ordinary = draft(people, consent={"off_label_consent": "not_obtainable"})
    with pytest.raises(Refused) as refused:
        actions.submit(ordinary.pk, by=ordinary.author, at=NOW)
    assert refused.value.sentence == "Solo in un’urgenza il consenso può mancare: acquisiscilo per iscritto."


def test_a_refused_consent_stops_an_emergency_too(people):
    refused = emg.short_draft(people, consent={"off_label_consent": "refused"})
    assert ("consent", "off_label_consent") in lacks(refused)


# ── Which uses ──────────────────────────────────────────────────────────────────────────────────────────


def test_rows_printed_for_emergencies_need_no_statement(people):
    rows = {row.code: row for row in Indication.objects.current().with_everything()}
    assert emergency.foresees_emergency(rows["PED-05"])
    assert emergency.foresees_emergency(rows["EMA-02"], "emergency")
    assert not emergency.foresees_emergency(rows["EMA-02"], "failure")
    assert not emergency.foresees_emergency(rows["OFT-03"])
    assert [code for code, row in rows.items() if emergency.starts_as_emergency(row)] == ["PED-05"]


def test_any_other_use_needs_the_statement_that_life_is_in_danger(people):
    without = emg.short_draft(people, author="prescriber-w3", code="OFT-03")
    assert lacks(without) == {
        (
            "kind",
            "life_threat",
        ): "La riga non prevede urgenze per questo impiego: dichiara il pericolo, oppure "
        "invia la scheda completa."
    }
    stated = emg.short_draft(
        people, author="prescriber-w3", code="OFT-03", person=1, kind={"life_threat": "yes"}
    )
    assert lacks(stated) == {}


# ── One cycle, below the ceiling ────────────────────────────────────────────────────────────────────────


def test_an_emergency_allots_one_cycle_whatever_was_asked(people):
    application = emg.authorised(
        people, author="prescriber-w3", code=emg.HAEMOLYSIS, dose={"cycles": "3", "interval": "1"}
    )
    period = application.authorisations.get()
    assert (period.is_provisional, period.cycles, period.grams) == (True, 1, Decimal("123.5"))
    assert application.snapshot.dose.course_g == Decimal("370.5")
    assert period.number == f"{application.number}/1"


@pytest.mark.parametrize(("g_per_kg", "ceiling"), [("1", True), ("1,1", False)])
def test_no_emergency_passes_the_ceiling_of_the_row(people, g_per_kg, ceiling):
    found = lacks(emg.short_draft(people, dose={"g_per_kg": g_per_kg}))
    assert (found == {}) == ceiling
    if not ceiling:
        told = (
            "In urgenza è consentito un ciclo di al massimo 3,2 g, questi sono 3,52 g: riduci dose o giorni."
        )
        assert found["dose", "g_per_kg"] == told


def test_no_reason_lets_an_emergency_pass_two_grams_per_kilogram(people):
    application = emg.short_draft(
        people,
        author="prescriber-w3",
        code="OFT-03",
        kind={"life_threat": "yes"},
        dose={"g_per_kg": "0,5", "days": "5"},
    )
    answers = application.answers
    answers["dose"]["ceiling_reason"] = "Risposta parziale a due grammi, malattia che minaccia la vista."
    Application.objects.filter(pk=application.pk).update(answers=answers)
    application.refresh_from_db()
    assert "124 g" in lacks(application)["dose", "g_per_kg"]


def test_a_blocked_dose_is_refused(people):
    application = emg.short_draft(people, dose={"g_per_kg": "3"})
    with pytest.raises(Refused):
        actions.request_emergency(application.pk, by=application.author, at=NOW)
    assert Snapshot.objects.count() == 0
    assert emg.requested(people, person=1).number == "OL-2026-000001"  # no number was used up


# ── Two people ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_pharmacist_agrees_then_the_consultant_authorises(people):
    application = emg.requested(people)
    with pytest.raises(Refused, match="Prima deve dare l’assenso il farmacista reperibile"):
        emg.authorise(people, application)
    emg.agree(people, application)
    with pytest.raises(Refused, match="Il farmacista reperibile ha già dato l’assenso"):
        emg.agree(people, application, at=NOW + timedelta(minutes=1))
    emg.authorise(people, application)
    application.refresh_from_db()
    assert application.status == Status.EMERGENCY_AUTHORISED
    assert application.full_form_due.isoformat() == "2026-11-25T22:59:00+00:00"
    assert application.decision_due == NOW + timedelta(days=7)
    assert [s.action for s in application.steps.all()] == [
        "request_emergency",
        "agree_emergency",
        "authorise_emergency",
    ]


def grant(user, unit, *roles):
    for role in roles:
        user.memberships.create(unit=unit, role=role, from_on=date(2020, 1, 1))
    user.__dict__.pop("_memberships", None)


def test_one_person_in_both_roles_is_not_two(people):
    application = emg.requested(people)
    both = people["on-call-pharmacist"]
    grant(both, both.memberships.get().unit, "on_call_consultant")
    emg.agree(people, application)
    with pytest.raises(
        Refused, match="Hai dato l’assenso come farmacista: deve autorizzarla un’altra persona"
    ):
        emg.authorise(people, application, who="on-call-pharmacist")


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("prescriber-nicu", "Hai scritto tu questa richiesta"),
        ("head-nicu", "Dirigi l’unità che chiede"),
        ("pharmacist-1", "Può farlo solo il farmacista reperibile oggi"),
    ],
)
def test_who_may_not_agree_is_told_why(people, who, sentence):
    application = emg.requested(people)
    if who != "pharmacist-1":
        grant(people[who], people["on-call-pharmacist"].memberships.get().unit, "on_call_pharmacist")
    with pytest.raises(Refused, match=sentence):
        emg.agree(people, application, who=who)


def test_members_of_the_unit_and_whoever_prepared_it_authorise_nothing(people):
    application = emg.requested(people)
    pharmacist = people["on-call-pharmacist"]
    Application.objects.filter(pk=application.pk).update(prepared_by=pharmacist)
    with pytest.raises(Refused, match="Hai preparato questa richiesta"):
        emg.agree(people, application)
    Application.objects.filter(pk=application.pk).update(prepared_by=None)
    grant(pharmacist, application.unit, "delegate")
    with pytest.raises(Refused, match="Appartieni all’unità che chiede"):
        emg.agree(people, application)


def test_somebody_on_call_yesterday_is_not_on_call_today(people):
    application = emg.requested(people)
    people["on-call-pharmacist"].memberships.update(to_on=NOW.date() - timedelta(days=1))
    with pytest.raises(Refused, match="Può farlo solo il farmacista reperibile oggi"):
        emg.agree(people, application)


@pytest.mark.parametrize("who", ["on-call-pharmacist", "on-call-consultant"])
def test_either_may_decline_with_a_reason(people, who):
    application = emg.requested(people)
    with pytest.raises(Refused):
        actions.decline_emergency(application.pk, reason="No.", by=people[who], at=NOW)
    reason = "Il bambino risponde alla fototerapia: non vi è urgenza."
    actions.decline_emergency(application.pk, reason=reason, by=people[who], at=NOW)
    application.refresh_from_db()
    assert (application.status, application.decision_due) == (Status.REJECTED, None)
    assert not application.decisions.exists()
    assert not Authorisation.objects.exists()
    assert drafts.copy(application, by=application.author, at=NOW).status == Status.DRAFT


def test_nobody_else_declines(people):
    application = emg.requested(people)
    with pytest.raises(Refused, match="Possono farlo solo le persone reperibili oggi"):
        actions.decline_emergency(application.pk, reason="x" * 30, by=people["director"], at=NOW)


def test_before_it_is_authorised_the_author_may_withdraw(people):
    application = emg.requested(people)
    actions.withdraw(application.pk, reason="Il bambino è guarito.", by=application.author, at=NOW)
    application.refresh_from_db()
    assert application.status == Status.WITHDRAWN


# ── After the authorisation ─────────────────────────────────────────────────────────────────────────────


def test_nobody_is_reminded_to_reassess_a_provisional_period(people):
    application = emg.authorised(people)
    assert application.authorisations.get().due_on == date(2026, 11, 30)
    assert not NextReminder.objects.exists()


def test_the_whole_form_keeps_number_and_dates_and_freezes_the_next_revision(people):
    application = emg.submitted(people)
    assert application.status == Status.SUBMITTED
    assert application.number == "OL-2026-000001"
    assert application.decision_due == NOW + timedelta(minutes=20, days=7)
    assert list(application.snapshots.order_by("revision").values_list("revision", flat=True)) == [1, 2]
    assert application.snapshot.content["outcome"]["measure"]


def test_weight_and_start_are_judged_on_the_day_of_the_emergency(people):
    application = emg.authorised(people, dose={"planned_start": "23/11/2026"})
    emg.complete(application)
    actions.submit(application.pk, by=application.author, at=NOW + timedelta(days=2))
    application.refresh_from_db()
    assert application.snapshot.dose.facts.age_days == 2


def test_what_was_authorised_cannot_be_exchanged_in_the_whole_form(people):
    application = emg.authorised(people)
    changed = {"indication": {"indication": "OFT-03"}, "patient": {"surname": "Altro"}}
    emg.complete(application, **changed)
    application.refresh_from_db()
    data = {**application.answers["patient"], "surname": "Un altro"}
    drafts.save_section(application.pk, "patient", data, by=application.author, at=NOW)
    application.refresh_from_db()
    assert application.answers["patient"]["surname"] == "Altro"  # as it stood: the page cannot change it
    row = {**application.answers["indication"], "indication": "EMA-01"}
    drafts.save_section(application.pk, "indication", row, by=application.author, at=NOW)
    application.refresh_from_db()
    assert application.answers["indication"]["indication"] == "OFT-03"


def test_a_tax_code_that_arrives_later_names_the_same_patient(people):
    application = emg.authorised(
        people, author="prescriber-w3", code=emg.HAEMOLYSIS, patient={"tax_code": ""}
    )
    assert application.patient.tax_code == ""
    emg.complete(application)
    application.refresh_from_db()
    code = complete_answers(emg.HAEMOLYSIS, on=NOW.date())["patient"]["tax_code"]
    whole = {**application.answers["patient"], "tax_code": code}
    drafts.save_section(application.pk, "patient", whole, by=application.author, at=NOW)
    actions.submit(application.pk, by=application.author, at=LATER)
    application.refresh_from_db()
    assert application.patient.tax_code == code
    assert application.authorisations.get().patient_id == application.patient_id


def test_what_was_begun_as_an_emergency_cannot_be_withdrawn(people):
    application = emg.submitted(people)
    with pytest.raises(Refused, match="non può essere ritirata"):
        actions.withdraw(application.pk, reason="Ripensamento.", by=application.author, at=NOW)


def test_questions_do_not_move_the_ratification(people):
    application = emg.before_committee(people)
    due = application.decision_due
    actions.ask(application.pk, questions=["Quale valore?"], by=people["chair"], at=LATER)
    actions.answer(
        application.pk, answers={1: "Ventidue."}, by=application.author, at=LATER + timedelta(hours=20)
    )
    application.refresh_from_db()
    assert application.decision_due == due


def test_the_committee_ratifies(people):
    application = emg.voted(people)
    actions.approve(application.pk, by=people["chair"], at=LATER)
    provisional, ordinary = application.authorisations.order_by("period")
    assert (provisional.verdict, provisional.settled_at) == (Verdict.RATIFIED, LATER)
    assert (ordinary.is_provisional, ordinary.settled_at, ordinary.cycles) == (False, None, 1)
    assert ordinary.due_on == date(2026, 12, 3)  # a newborn's row: judged on day 7 at the latest
    assert NextReminder.objects.filter(authorisation=ordinary).exists()


def test_the_cycle_given_in_the_emergency_counts_as_the_first_of_the_course(people):
    about = {"author": "prescriber-w3", "code": emg.HAEMOLYSIS}
    application = emg.voted(people, **about)
    actions.record_infusion(application.pk, on=NOW.date(), by=application.author, at=LATER)
    actions.approve(application.pk, by=people["chair"], at=LATER)
    ordinary = application.authorisations.get(is_provisional=False)
    assert (ordinary.cycles, ordinary.grams, ordinary.first_infusion_on) == (0, 0, NOW.date())
    assert ordinary.due_on == date(2027, 2, 23)  # three months after that infusion


def test_nothing_can_be_infused_before_anything_is_authorised(people):
    ordinary = walk(people, Status.SUBMITTED)
    with pytest.raises(Refused, match="Nessun periodo di trattamento è aperto"):
        actions.record_infusion(ordinary.pk, on=NOW.date(), by=ordinary.author, at=LATER)


def test_not_ratified_ends_the_provisional_period_and_keeps_what_was_given(people):
    application = emg.voted(people, "reject")
    actions.record_infusion(application.pk, on=NOW.date(), by=application.author, at=LATER)
    actions.reject(application.pk, **REFUSAL, by=people["chair"], at=LATER)
    period = application.authorisations.get()
    assert (period.verdict, period.first_infusion_on) == (Verdict.NOT_RATIFIED, NOW.date())
    assert not application.authorisations.live().exists()


def test_the_chair_alone_does_not_ratify(people, settings):
    settings.CHAIR_DECIDES_ALONE = True
    application = emg.before_committee(people)
    with pytest.raises(Refused, match="la ratifica la commissione, oppure no"):
        actions.decide_urgently(application.pk, alone_because="x" * 30, by=people["chair"], at=LATER)


# ── Debts of the unit ───────────────────────────────────────────────────────────────────────────────────


def test_an_overdue_whole_form_stops_new_emergencies_of_the_unit(people):
    first = emg.authorised(people)
    at = NOW + timedelta(days=3)
    other = emg.short_draft(people, at=at, person=1)
    with pytest.raises(Refused, match=f"La scheda completa di {first.number}.*è in ritardo"):
        actions.request_emergency(other.pk, by=other.author, at=at)
    elsewhere = emg.short_draft(people, author="prescriber-w3", code=emg.HAEMOLYSIS, at=at, person=2)
    assert lacks(elsewhere, at=at) == {}
    emg.complete(first)
    actions.submit(first.pk, by=first.author, at=at)
    assert lacks(other, at=at) == {}


def test_an_overdue_ratification_stops_them_until_the_committee_decides(people):
    first = emg.voted(people)
    at = NOW + timedelta(days=8)
    other = emg.short_draft(people, at=at, person=1)
    assert first.number in lacks(other, at=at)["", ""]
    actions.approve(first.pk, by=people["chair"], at=at)
    assert lacks(other, at=at) == {}


def test_a_second_emergency_for_the_same_child_is_refused(people):
    first = emg.requested(people)
    again = emg.short_draft(people)
    with pytest.raises(Refused, match=first.number):
        actions.request_emergency(again.pk, by=again.author, at=NOW)


def test_the_people_on_call_are_called_at_once(people):
    application = emg.requested(people)
    step = application.steps.get()
    assert Promise.objects.get(key=f"notify:{step.pk}").not_before == NOW
