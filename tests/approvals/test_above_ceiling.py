"""A dose above 2 g/kg per cycle passes three people, each with a reason, or it is not authorised."""

from datetime import timedelta

import pytest

from approvals import actions, drafts, policies
from approvals.models import Application
from approvals.refusals import Refused
from approvals.workflow import Status
from tests.approvals.test_letters import drawn
from tests.approvals.walk import CHECKED, NOW, draft, step, vote

pytestmark = pytest.mark.usefixtures("catalogue")

ASKED = {"g_per_kg": "0,5", "days": "5", "ceiling_reason": "Recidiva grave dopo due cicli a dose piena."}
PHARMACY = "Letteratura concorde, paziente sorvegliato in reparto."
COMMITTEE = "Rischio accettato dalla commissione, emolisi sorvegliata."


def reviewed(people, **dose) -> Application:
    application = draft(people, dose={**ASKED, **dose})
    for place in (Status.SUBMITTED, "endorsed", Status.PHARMACY_REVIEW):
        step(people, application.pk, place, at=NOW)
    return application


def refer(people, application, conclusion="favourable", reason=PHARMACY):
    report = {"checks": CHECKED, "conclusion": conclusion, "text": "Parere.", "ceiling_reason": reason}
    actions.refer(application.pk, **report, by=people["pharmacist-1"], at=NOW)


def approve(people, application, reason=COMMITTEE):
    vote(people, application.pk, **dict.fromkeys(("chair", "member-1", "member-2"), "approve"))
    return actions.approve(application.pk, ceiling_reason=reason, by=people["chair"], at=NOW)


def test_without_the_prescribers_reason_it_is_not_sent(people):
    application = draft(people, dose={**ASKED, "ceiling_reason": ""})
    with pytest.raises(Refused) as refused:
        actions.submit(application.pk, by=application.author, at=NOW)
    assert ("dose", "g_per_kg") in {(one.section, one.field) for one in refused.value.shortcomings}


@pytest.mark.parametrize("reason", ["", "Va bene."])
@pytest.mark.parametrize("conclusion", ["favourable", "with_changes"])
def test_a_favourable_opinion_says_why_it_may_pass(people, conclusion, reason):
    application = reviewed(people)
    with pytest.raises(Refused) as refused:
        refer(people, application, conclusion, reason)
    assert [one.field for one in refused.value.shortcomings] == ["ceiling_reason"]


def test_what_the_pharmacist_did_not_let_pass_the_committee_cannot_authorise(people):
    application = reviewed(people)
    refer(people, application, "unfavourable", "")
    with pytest.raises(Refused):
        approve(people, application)
    assert Application.objects.get(pk=application.pk).status == Status.COMMITTEE_REVIEW


def test_a_dose_raised_after_the_opinion_is_not_the_one_the_pharmacist_let_pass(people):
    application = reviewed(people)
    refer(people, application)
    later, chair = NOW + timedelta(hours=3), people["chair"]
    actions.ask(application.pk, questions=["La dose è corretta?"], by=chair, at=later)
    answered = Application.objects.get(pk=application.pk)
    more = {"g_per_kg": "0,8", "deviation_reason": "Recidiva grave dopo due cicli a dose piena."}
    dose = {**answered.answers["dose"], **more}
    drafts.save_section(answered.pk, "dose", dose, by=answered.author, at=later)
    actions.answer(answered.pk, answers={1: "Ora sì."}, by=answered.author, at=later)
    vote(people, answered.pk, **dict.fromkeys(("chair", "member-1", "member-2"), "approve"), at=later)
    with pytest.raises(Refused, match="farmacista"):
        actions.approve(answered.pk, ceiling_reason=COMMITTEE, by=chair, at=later)


def test_the_chair_says_why_too(people):
    application = reviewed(people)
    refer(people, application)
    with pytest.raises(Refused) as refused:
        approve(people, application, "")
    assert [one.field for one in refused.value.shortcomings] == ["ceiling_reason"]


def test_with_three_reasons_it_is_authorised_and_the_letter_names_them(people):
    application = reviewed(people)
    refer(people, application)
    approve(people, application)
    letter = repr(drawn(application.steps.get(action="approve")))
    assert PHARMACY in letter and COMMITTEE in letter


def test_at_the_ceiling_nobody_is_asked(people):
    application = reviewed(people, g_per_kg="0,4", ceiling_reason="")
    assert not policies.is_above_ceiling(Application.objects.get(pk=application.pk))
    refer(people, application, reason="")
    approve(people, application, "")
    assert Application.objects.get(pk=application.pk).status == Status.APPROVED
