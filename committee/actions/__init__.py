"""DO: one function per action on a sitting, on top of `committee.acting`.

All take the sitting's `pk`, who acts (`by`), when (`at`) and the `version` the person saw, and raise
`Refused` with nothing written. Hearing, voting and deciding are the application's (`approvals.actions`).
"""

from committee.actions.convening import add_item, arrange, cancel, convene, remove_item
from committee.actions.minuting import sign_minutes, write_minutes
from committee.actions.presiding import arrive, close, leave, open_item, open_sitting
from committee.actions.substituting import end_substitution, substitute

__all__ = [
    "add_item",
    "arrange",
    "arrive",
    "cancel",
    "close",
    "convene",
    "end_substitution",
    "leave",
    "open_item",
    "open_sitting",
    "remove_item",
    "sign_minutes",
    "substitute",
    "write_minutes",
]
