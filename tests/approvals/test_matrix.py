"""Who may do what, in which status: the whole table, written out here and not computed from the code."""

import pytest

from approvals import actions, permissions
from approvals.workflow import Action, Status
from tests.approvals import emergencies
from tests.approvals.walk import BETTER, LATER, NOW, REFUSAL, judged, step, vote, walk

AUTHOR, COLLEAGUE = "prescriber-w3", "head-w3"  # the head of ward 3 prescribes there too
TREATING = {
    "record_infusion": {AUTHOR, COLLEAGUE, "pharmacist-1", "pharmacist-2"},
    "reassess": {AUTHOR, COLLEAGUE},
    "close": {AUTHOR, COLLEAGUE},
}
# Application of ward 3, by prescriber-w3, endorsed by head-w3, in charge of pharmacist-1.
ALLOWED: dict[str, dict[str, set[str]]] = {
    "draft": {"submit": {AUTHOR}, "request_emergency": {AUTHOR}, "withdraw": {AUTHOR}},
    "emergency_requested": {
        "agree_emergency": {"on-call-pharmacist"},
        "decline_emergency": {"on-call-pharmacist", "on-call-consultant"},
        "withdraw": {AUTHOR},
    },
    "emergency_authorised": {
        "submit": {AUTHOR},
        "record_infusion": TREATING["record_infusion"],
        "hand_over": {AUTHOR, "head-w3"},
    },
    "submitted": {
        "endorse": {"head-w3"},
        "take_charge": {"pharmacist-1", "pharmacist-2"},
        "withdraw": {AUTHOR},
    },
    "pharmacy_review": {"ask": {"pharmacist-1"}, "refer": {"pharmacist-1"}, "withdraw": {AUTHOR}},
    "information_requested": {
        "answer": {AUTHOR},
        "withdraw": {AUTHOR},
        "hand_over": {AUTHOR, "head-w3"},
    },
    "committee_review": {
        "ask": {"chair"},
        "vote": {"chair", "member-1", "member-2", "member-3"},
        "approve": {"chair"},
        "reject": {"chair"},
        "withdraw": {AUTHOR},
    },
    "approved": TREATING,
    "reassessed": TREATING,
    "rejected": {},
    "withdrawn": {},
    "closed": {},
}


@pytest.fixture
def standing(people, catalogue, request):
    """An application standing in the status the test asks for."""
    return make(people, request.param)


def make(people, status):
    about = {"author": AUTHOR, "code": emergencies.HAEMOLYSIS}
    match status:
        case "emergency_requested":
            application = emergencies.requested(people, **about)
        case "emergency_authorised":
            application = emergencies.authorised(people, **about)
        case "information_requested":
            application = walk(people, Status.PHARMACY_REVIEW)
            actions.ask(application.pk, questions=["Quale dose?"], by=people["pharmacist-1"], at=NOW)
        case "rejected":
            application = walk(people, Status.COMMITTEE_REVIEW)
            vote(people, application.pk, chair="reject", member_1="reject", member_2="reject")
            actions.reject(application.pk, **REFUSAL, by=people["chair"], at=NOW)
        case "withdrawn":
            application = walk(people, Status.SUBMITTED)
            actions.withdraw(application.pk, reason="Paziente trasferito.", by=people[AUTHOR], at=NOW)
        case "reassessed":
            application = walk(people, Status.APPROVED)
            actions.reassess(application.pk, outcome=judged(BETTER), by=people[AUTHOR], at=LATER)
        case "closed":
            application = walk(people, Status.APPROVED)
            actions.close(
                application.pk, verdict="stop_choice", reason="Scelta.", by=people[AUTHOR], at=LATER
            )
        case _:
            application = walk(people, status)
    application.refresh_from_db()
    assert application.status == status
    return application


@pytest.mark.parametrize("standing", Status.values, indirect=True)
def test_each_role_may_do_exactly_what_the_table_says(people, standing):
    table = ALLOWED[standing.status]
    for action in Action:
        allowed = {
            name for name, user in people.items() if not permissions.why_not(user, action, standing, at=NOW)
        }
        assert allowed == table.get(action.value, set()), f"{standing.status}: {action}"


def test_once_the_pharmacist_has_agreed_the_consultant_authorises(people, catalogue):
    application = make(people, "emergency_requested")
    emergencies.agree(people, application)
    application.refresh_from_db()
    who = {
        action: {n for n, user in people.items() if not permissions.why_not(user, action, application, at=NOW)}
        for action in (Action.AGREE_EMERGENCY, Action.AUTHORISE_EMERGENCY)
    }
    assert who == {Action.AGREE_EMERGENCY: set(), Action.AUTHORISE_EMERGENCY: {"on-call-consultant"}}


@pytest.mark.parametrize("standing", ["submitted"], indirect=True)
def test_a_refusal_is_a_sentence(people, standing):
    for action in Action:
        for user in people.values():
            reason = permissions.why_not(user, action, standing, at=NOW)
            assert reason == "" or reason.endswith("."), reason


def test_roles_end_with_the_membership(people, catalogue):
    application = walk(people, Status.SUBMITTED)
    step(people, application.pk, "endorsed", at=NOW)
    membership = people["pharmacist-1"].memberships.get()
    membership.to_on = NOW.date().replace(day=22)
    membership.save()
    people["pharmacist-1"].__dict__.pop("_memberships", None)
    assert permissions.why_not(people["pharmacist-1"], Action.TAKE_CHARGE, application, at=NOW)
