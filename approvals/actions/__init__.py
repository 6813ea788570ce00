"""DO: one function per action, the only writers of a status. Each is what its body says, on top of `acting`.

All take the application's `pk`, who acts (`by`), when (`at`) and the `version` the person saw, and raise
`Refused` with nothing written. What follows an action (letters, mails) is promised in the same transaction
and done in `jobs.py`.
"""

from approvals.actions.admissibility import (
    declare_inadmissible,
    object_inadmissible,
    propose_inadmissible,
)
from approvals.actions.appealing import appeal, appoint
from approvals.actions.applying import answer, hand_over, submit, withdraw
from approvals.actions.changing_dose import change_dose
from approvals.actions.deciding import approve, decide_urgently, deny_ratification, ratify, reject
from approvals.actions.emergency import (
    agree_emergency,
    authorise_emergency,
    decline_emergency,
    request_emergency,
)
from approvals.actions.hearing import arrive, declare, defer, leave, name_rapporteur, open_hearing, vote
from approvals.actions.interrupting import resume, revoke, suspend, transfer
from approvals.actions.lapsing import expire, lapse
from approvals.actions.reassessing import reassess
from approvals.actions.restarting import follow_up, restart
from approvals.actions.reviewing import ask, endorse, refer, take_charge
from approvals.actions.treating import close, record_discharge, record_infusion
from approvals.reassessing import Outcome

__all__ = [
    "Outcome",
    "agree_emergency",
    "answer",
    "appeal",
    "appoint",
    "approve",
    "arrive",
    "ask",
    "authorise_emergency",
    "change_dose",
    "close",
    "decide_urgently",
    "declare",
    "declare_inadmissible",
    "decline_emergency",
    "defer",
    "deny_ratification",
    "endorse",
    "expire",
    "follow_up",
    "hand_over",
    "lapse",
    "leave",
    "name_rapporteur",
    "object_inadmissible",
    "open_hearing",
    "propose_inadmissible",
    "ratify",
    "reassess",
    "record_discharge",
    "record_infusion",
    "refer",
    "reject",
    "request_emergency",
    "restart",
    "resume",
    "revoke",
    "submit",
    "suspend",
    "take_charge",
    "transfer",
    "vote",
    "withdraw",
]
