"""WHAT: for each action, the checks of its content. A check answers everything that is missing, in words.

Asked by the action under the lock; the pages ask the same functions to show what is missing beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from approvals.models import Application
from approvals.policies import applying, deciding, reviewing, treating
from approvals.policies.applying import hand_over, looked_at
from approvals.policies.ceiling import is_above_ceiling
from approvals.policies.deciding import has_quorum
from approvals.policies.reviewing import CHECKS
from approvals.policies.texts import LONGEST_TEXT
from approvals.refusals import Shortcoming
from approvals.workflow import Action

__all__ = [
    "CHECKS",
    "LONGEST_TEXT",
    "POLICIES",
    "hand_over",
    "has_quorum",
    "is_above_ceiling",
    "looked_at",
    "shortcomings",
]

Check = Callable[..., Iterable[Shortcoming]]

POLICIES: dict[Action, Check] = {
    Action.SUBMIT: applying.whole_form,
    Action.ENDORSE: reviewing.endorse,
    Action.TAKE_CHARGE: reviewing.take_charge,
    Action.ASK: reviewing.ask,
    Action.ANSWER: applying.answer,
    Action.REFER: reviewing.refer,
    Action.VOTE: deciding.vote,
    Action.APPROVE: deciding.approve,
    Action.REJECT: deciding.reject,
    Action.WITHDRAW: applying.withdraw,
    Action.RECORD_INFUSION: treating.record_infusion,
    Action.REASSESS: treating.reassess,
    Action.CLOSE: treating.close,
    Action.HAND_OVER: applying.hand_over,
}


def shortcomings(
    action: Action, application: Application, *, at: datetime, **content: Any
) -> list[Shortcoming]:
    """Everything this action's content lacks, in the order of the form; [] when nothing does."""
    check = POLICIES.get(action)
    return list(check(application, at, **content)) if check else []
