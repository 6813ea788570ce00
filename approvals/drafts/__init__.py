"""Writing the form: begin a draft, save a section, pass it on, throw it away.

None of this is an action: no status moves, nothing is sent. The answers are kept as typed, wrong ones too;
`approvals/sections` says what they lack. While the author answers questions the same functions edit what
will be sent with the answers. Who may write is one rule: `why_not_write`.
"""

from approvals.drafts.beginning import copy, copyable, start
from approvals.drafts.notes import PAGES, hand_of, handed_over, to_check
from approvals.drafts.passing import hand_over, make_ready
from approvals.drafts.saving import LONGEST, Conflict, Seen, discard, save_section
from approvals.drafts.short import answers_of, proposes_short, save_short, shown
from approvals.drafts.writers import SIGNED_NEXT, STATED, WRITABLE, may_write, why_not_write
from approvals.prints import fingerprint

__all__ = [
    "LONGEST",
    "PAGES",
    "SIGNED_NEXT",
    "STATED",
    "WRITABLE",
    "Conflict",
    "Seen",
    "answers_of",
    "copy",
    "copyable",
    "discard",
    "fingerprint",
    "hand_of",
    "hand_over",
    "handed_over",
    "make_ready",
    "may_write",
    "proposes_short",
    "save_section",
    "save_short",
    "shown",
    "start",
    "to_check",
    "why_not_write",
]
