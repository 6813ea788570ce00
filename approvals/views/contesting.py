"""What a page shows of proposals, appeals and the lack of members: in the reader's eyes."""

from __future__ import annotations

from typing import Any

from approvals import appeals, substitutes
from approvals.models import Inadmissibility, ReasonCode
from approvals.reading import Reading

Context = dict[str, Any]


def proposals_of(reading: Reading) -> list[Context]:
    """Whether it is admissible, as it was proposed and answered; the latest first."""
    return [proposal_of(reading, one) for one in reversed(reading.record.proposals)]


def proposal_of(reading: Reading, proposal: Inadmissibility) -> Context:
    return {
        "proposal": proposal,
        "codes": [(code, ReasonCode(code).label) for code in proposal.reason_codes],
        "text": reading.erase(proposal.text),
        "reply": reading.erase(proposal.reply),
    }


def appeal_of(reading: Reading) -> Context | None:
    appeal = reading.record.appeal
    return {"appeal": appeal, "text": reading.erase(appeal.text)} if appeal else None


def countersigning(reading: Reading) -> Context:
    """Beside the answer: what was proposed."""
    return {"proposals": [one for one in proposals_of(reading) if one["proposal"].settled_at is None]}


def appealing(reading: Reading) -> Context:
    """Beside the appeal: what refused it, and until when one may appeal."""
    if reading.application.status not in appeals.REFUSED:
        return {}
    return {"until": appeals.until(reading.application)}


def appointing(reading: Reading) -> Context:
    """Beside the appointment: why, and who was appointed already."""
    application = reading.application
    return {
        "wanted": substitutes.wanted(application, at=reading.at),
        "appointments": application.appointments.select_related("member"),
    }
