"""Who may do what, in which status: the whole table, written out here and not computed from the code."""

from datetime import timedelta

import pytest

from approvals import actions, permissions
from approvals.models import Application
from approvals.workflow import Action, Status
from tests.approvals import emergencies
from tests.approvals.walk import (
    BETTER,
    LATER,
    NOW,
    appealed,
    asked,
    decided_alone,
    declare,
    heard,
    inadmissible,
    judged,
    meeting,
    on_trial,
    proposed,
    rejected,
    step,
    suspended,
    walk,
)

AUTHOR, COLLEAGUE = "prescriber-w3", "head-w3"  # the head of ward 3 prescribes there too
TREATING = {
    "record_infusion": {AUTHOR, COLLEAGUE, "pharmacist-1", "pharmacist-2"},
    "reassess": {AUTHOR, COLLEAGUE},
    "close": {AUTHOR, COLLEAGUE},
    "change_dose": {"pharmacist-1", "pharmacist-2"},
    "suspend": {AUTHOR, COLLEAGUE, "pharmacist-1", "pharmacist-2", "director"},
    "transfer": {AUTHOR, COLLEAGUE, "director", "administrator"},
    "revoke": {"director"},
    # Whether there is something to ratify is for the policies to say.
    "open_hearing": {"chair"},
}
MEMBERS = {"chair", "member-1", "member-2", "member-3"}
BEFORE_COMMITTEE = {
    "ask": {"chair"},
    "name_rapporteur": {"chair"},
    "open_hearing": {"chair"},
    "declare": MEMBERS,
    "approve": {"chair"},
    "reject": {"chair"},
    "decide_urgently": {"chair"},
    "withdraw": {AUTHOR},
}
# Application of ward 3, by prescriber-w3, endorsed by head-w3, in charge of pharmacist-1.
ALLOWED: dict[str, dict[str, set[str]]] = {
    "draft": {"submit": {AUTHOR}, "request_emergency": {AUTHOR}, "withdraw": {AUTHOR}},
    "emergency_requested": {
        "agree_emergency": {"on-call-pharmacist"},
        "decline_emergency": {"on-call-pharmacist", "on-call-consultant"},
        "withdraw": {AUTHOR},
    },
    "emergency_agreed": {
        "authorise_emergency": {"on-call-consultant"},
        "decline_emergency": {"on-call-pharmacist", "on-call-consultant"},
        "withdraw": {AUTHOR},
    },
    "emergency_authorised": {
        "submit": {AUTHOR},
        "record_infusion": TREATING["record_infusion"],
        "suspend": TREATING["suspend"],
        "hand_over": {AUTHOR, "head-w3"},
    },
    "submitted": {
        "endorse": {"head-w3"},
        "take_charge": {"pharmacist-1", "pharmacist-2"},
        "withdraw": {AUTHOR},
    },
    "pharmacy_review": {
        "ask": {"pharmacist-1"},
        "refer": {"pharmacist-1"},
        "propose_inadmissible": {"pharmacist-1"},
        "withdraw": {AUTHOR},
    },
    # As not admissible, by pharmacist-1, who may take it back.
    "proposed": {
        "object_inadmissible": {"pharmacist-1", "pharmacist-2"},
        "declare_inadmissible": {"pharmacist-2"},
        "withdraw": {AUTHOR},
    },
    "inadmissible": {"appeal": {AUTHOR}, "follow_up": {AUTHOR, COLLEAGUE}},
    "information_requested": {
        "answer": {AUTHOR},
        "withdraw": {AUTHOR},
        "hand_over": {AUTHOR, "head-w3"},
    },
    "committee_review": BEFORE_COMMITTEE,
    # In a virtual round; chair and member-1 have declared, member-3 has a conflict.
    "heard": {
        **BEFORE_COMMITTEE,
        "declare": MEMBERS - {"member-3"},
        "vote": {"chair", "member-1"},
        "defer": {"chair"},
    },
    # In a meeting with all but member-2, who has declared like the others.
    "in_a_meeting": {
        **BEFORE_COMMITTEE,
        "vote": MEMBERS - {"member-2"},
        "defer": {"chair"},
    },
    "approved": TREATING,
    # Authorised by the chair alone, who presides over the ratification and does not vote on it.
    "to_ratify": {
        **TREATING,
        "declare": MEMBERS - {"chair"},
        "vote": {"member-1"},
        "defer": {"chair"},
        "ratify": {"chair"},
        "deny_ratification": {"chair"},
    },
    "reassessed": TREATING,
    "suspended": {
        **{action: who for action, who in TREATING.items() if action in ("reassess", "transfer", "revoke")},
        **{action: who for action, who in TREATING.items() if action in ("close", "open_hearing")},
        "resume": {"director"},
    },
    "rejected": {"appeal": {AUTHOR}, "follow_up": {AUTHOR, COLLEAGUE}},
    "expired": {},
    "revoked": {},
    # Chair, member-1 and member-2 refused it: nobody presides, one may judge.
    "appealed": {
        "declare": {"member-3"},
        "withdraw": {AUTHOR},
        "appoint": {"director"},
    },
    "lapsed": {},
    "withdrawn": {},
    "closed": {},
    # For so many days it starts again without a new application.
    "on_trial": {"restart": {AUTHOR, COLLEAGUE}},
}
# Places that are not the name of a status.
STATUSES = {
    "emergency_agreed": "emergency_requested",
    "proposed": "pharmacy_review",
    "appealed": "committee_review",
    "heard": "committee_review",
    "in_a_meeting": "committee_review",
    "to_ratify": "approved",
    "suspended": "approved",
    "on_trial": "closed",
}


def make(people, place):
    about = {"author": AUTHOR, "code": emergencies.HAEMOLYSIS}
    match place:
        case "emergency_requested":
            application = emergencies.requested(people, **about)
        case "emergency_agreed":
            application = emergencies.requested(people, **about)
            emergencies.agree(people, application)
        case "emergency_authorised":
            application = emergencies.authorised(people, **about)
        case "information_requested":
            application = walk(people, Status.PHARMACY_REVIEW)
            actions.ask(application.pk, questions=["Quale dose?"], by=people["pharmacist-1"], at=NOW)
        case "rejected":
            application = rejected(people)
        case "appealed":
            application = appealed(people, rejected(people), at=NOW)
        case "proposed":
            application = proposed(people)
        case "inadmissible":
            application = inadmissible(people)
        case "lapsed":
            application = asked(people)
            actions.lapse(application.pk, at=LATER)
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
        case "suspended":
            application = suspended(people)
        case "on_trial":
            application = on_trial(people)
        case "expired":
            application = walk(people, Status.APPROVED)
            actions.expire(application.pk, at=LATER + timedelta(days=130))
        case "revoked":
            application = walk(people, Status.APPROVED)
            why = "Dichiarazioni false nella scheda (inventate)."
            actions.revoke(application.pk, reason=why, by=people["director"], at=LATER)
        case "heard":
            application = walk(people, Status.COMMITTEE_REVIEW)
            heard(people, application.pk)
            declare(people, application.pk, "chair", "member-1")
            declare(people, application.pk, "member-3", conflict="Ha curato la famiglia.")
        case "in_a_meeting":
            application = walk(people, Status.COMMITTEE_REVIEW)
            meeting(people, application.pk, *(MEMBERS - {"member-2"}))
            declare(people, application.pk, *MEMBERS)
        case "to_ratify":
            application = walk(people, Status.COMMITTEE_REVIEW)
            decided_alone(people, application.pk)
            heard(people, application.pk)
            declare(people, application.pk, "member-1")
        case _:
            application = walk(people, place)
    application = Application.objects.get(pk=application.pk)
    assert application.status == STATUSES.get(place, place)
    return application


def test_the_table_leaves_no_status_out():
    assert {STATUSES.get(place, place) for place in ALLOWED} == set(Status.values)


@pytest.mark.parametrize("place", ALLOWED)
def test_each_role_may_do_exactly_what_the_table_says(people, catalogue, place):
    standing = make(people, place)
    table = ALLOWED[place]
    for action in Action:
        allowed = {
            name for name, user in people.items() if not permissions.why_not(user, action, standing, at=NOW)
        }
        assert allowed == table.get(action.value, set()), f"{place}: {action}"


@pytest.mark.parametrize(
    "place",
    [
        *("emergency_agreed", "submitted", "committee_review", "proposed"),
        *("heard", "in_a_meeting", "to_ratify"),
    ],
)
def test_a_refusal_is_a_sentence(people, catalogue, place):
    standing = make(people, place)
    for action in Action:
        for user in people.values():
            reason = permissions.why_not(user, action, standing, at=NOW)
            # Actions whose story is not told yet say so.
            assert reason in ("", "NOT YET") or reason.endswith("."), reason


def test_roles_end_with_the_membership(people, catalogue):
    application = walk(people, Status.SUBMITTED)
    step(people, application.pk, "endorsed", at=NOW)
    membership = people["pharmacist-1"].memberships.get()
    membership.to_on = NOW.date().replace(day=22)
    membership.save()
    people["pharmacist-1"].__dict__.pop("_memberships", None)
    assert permissions.why_not(people["pharmacist-1"], Action.TAKE_CHARGE, application, at=NOW)
