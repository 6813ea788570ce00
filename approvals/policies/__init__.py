"""WHAT: for each action, the checks of its content. A check answers everything that is missing, in words.

Asked by the action under the lock; the pages ask the same functions to show what is missing beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from approvals.models import Application
from approvals.policies import (
    admissibility,
    appealing,
    applying,
    changing_dose,
    deciding,
    emergency,
    reassessing,
    restarting,
    reviewing,
    treating,
)
from approvals.policies.admissibility import TRIAGE
from approvals.policies.applying import hand_over, looked_at
from approvals.policies.ceiling import is_above_ceiling
from approvals.policies.deciding import may_be_closed, ratifying
from approvals.policies.emergency import no_overdue_emergency
from approvals.policies.restarting import follow_up_from
from approvals.policies.reviewing import CHECKS
from approvals.policies.texts import LONGEST_TEXT
from approvals.refusals import Shortcoming
from approvals.voting import unratified
from approvals.workflow import Action

__all__ = [
    "CHECKS",
    "LONGEST_TEXT",
    "POLICIES",
    "TRIAGE",
    "follow_up_from",
    "hand_over",
    "is_above_ceiling",
    "looked_at",
    "may_be_closed",
    "no_overdue_emergency",
    "ratifying",
    "shortcomings",
    "unratified",
]

Check = Callable[..., Iterable[Shortcoming]]

POLICIES: dict[Action, Check] = {
    Action.REQUEST_EMERGENCY: emergency.request,
    Action.AUTHORISE_EMERGENCY: emergency.authorise,
    Action.DECLINE_EMERGENCY: emergency.decline,
    Action.SUBMIT: applying.whole_form,
    Action.ENDORSE: reviewing.endorse,
    Action.TAKE_CHARGE: reviewing.take_charge,
    Action.ASK: reviewing.ask,
    Action.ANSWER: applying.answer,
    Action.REFER: reviewing.refer,
    Action.PROPOSE_INADMISSIBLE: admissibility.propose,
    Action.OBJECT_INADMISSIBLE: admissibility.object_to_it,
    Action.NAME_RAPPORTEUR: deciding.name_rapporteur,
    Action.OPEN_HEARING: deciding.open_hearing,
    Action.DECLARE: deciding.declare,
    Action.VOTE: deciding.vote,
    Action.APPROVE: deciding.approve,
    Action.REJECT: deciding.reject,
    Action.DEFER: deciding.defer,
    Action.DECIDE_URGENTLY: deciding.decide_urgently,
    Action.RATIFY: deciding.ratify,
    Action.DENY_RATIFICATION: deciding.deny_ratification,
    Action.APPEAL: appealing.appeal,
    Action.APPOINT: appealing.appoint,
    Action.WITHDRAW: applying.withdraw,
    Action.RECORD_INFUSION: treating.record_infusion,
    Action.RECORD_DISCHARGE: treating.record_discharge,
    Action.REASSESS: reassessing.reassess,
    Action.CHANGE_DOSE: changing_dose.change_dose,
    Action.CLOSE: treating.close,
    Action.RESTART: restarting.restart,
    Action.FOLLOW_UP: restarting.follow_up,
    Action.SUSPEND: treating.suspend,
    Action.RESUME: treating.wants_reason,
    Action.TRANSFER: treating.transfer,
    Action.REVOKE: treating.wants_reason,
    Action.HAND_OVER: applying.hand_over,
}


def shortcomings(
    action: Action, application: Application, *, at: datetime, **content: Any
) -> list[Shortcoming]:
    """Everything this action's content lacks, in the order of the form; [] when nothing does."""
    check = POLICIES.get(action)
    return list(check(application, at, **content)) if check else []
