"""What each action needs to be told: the shape only; what the words must say is asked by `policies`."""

from approvals.forms.base import ActForm
from approvals.forms.changing_dose import ChangeDoseForm, FollowUpForm, RestartForm
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
from approvals.forms.reassessing import ReassessForm
from approvals.forms.reviewing import CHECK_LABELS, AnswerForm, AskForm, DeclineForm, ReferForm, WithdrawForm
from approvals.forms.treating import (
    CloseForm,
    DischargeForm,
    InfusionForm,
    ReasonForm,
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
    "ChangeDoseForm",
    "CloseForm",
    "DecideUrgentlyForm",
    "DeclareForm",
    "DeclineForm",
    "DeferForm",
    "DischargeForm",
    "DiscloseForm",
    "FollowUpForm",
    "HandOverForm",
    "InfusionForm",
    "ObjectInadmissibleForm",
    "ProposeInadmissibleForm",
    "ReasonForm",
    "ReassessForm",
    "ReferForm",
    "RefusalForm",
    "RejectForm",
    "RestartForm",
    "SuspendForm",
    "TransferForm",
    "VoteForm",
    "WithdrawForm",
]
