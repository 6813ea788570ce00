"""What each action needs to be told: the shape only; what the words must say is asked by `policies`."""

from approvals.forms.base import ActForm
from approvals.forms.contesting import (
    AppealForm,
    AppointForm,
    ObjectInadmissibleForm,
    ProposeInadmissibleForm,
)
from approvals.forms.deciding import (
    ApproveForm,
    DecideUrgentlyForm,
    DeclareForm,
    DeferForm,
    RefusalForm,
    RejectForm,
    VoteForm,
)
from approvals.forms.disclosing import DiscloseForm
from approvals.forms.passing import HandOverForm
from approvals.forms.reviewing import CHECK_LABELS, AnswerForm, AskForm, DeclineForm, ReferForm, WithdrawForm
from approvals.forms.treating import (
    CloseForm,
    InfusionForm,
    ReasonForm,
    ReassessForm,
    SuspendForm,
    TransferForm,
)

__all__ = [
    "CHECK_LABELS",
    "ActForm",
    "AnswerForm",
    "AppealForm",
    "AppointForm",
    "ApproveForm",
    "AskForm",
    "CloseForm",
    "DecideUrgentlyForm",
    "DeclareForm",
    "DeclineForm",
    "DeferForm",
    "DiscloseForm",
    "HandOverForm",
    "InfusionForm",
    "ObjectInadmissibleForm",
    "ProposeInadmissibleForm",
    "ReasonForm",
    "ReassessForm",
    "ReferForm",
    "RefusalForm",
    "RejectForm",
    "SuspendForm",
    "TransferForm",
    "VoteForm",
    "WithdrawForm",
]
