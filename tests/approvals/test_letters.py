"""What the letters say, before they are drawn."""

from datetime import timedelta

from approvals import actions, letters
from approvals.models import Application
from approvals.workflow import Status
from documents.filing import reserve
from tests.approvals.walk import BETTER, LATER, REFUSAL, WORSE, judged, vote, walk


def drawn(step):
    """The letter of a step as it would be drawn now."""
    draft = letters.of(step)
    document = reserve(
        f"issue_letter:{step.pk}", kind=draft.kind, number=draft.number, at=step.at, by=step.by
    )
    return draft.compose(document)


def test_a_renewal_drawn_late_says_what_was_in_force_then(people, catalogue):
    application = walk(people, Status.APPROVED)
    actions.reassess(application.pk, outcome=judged(BETTER), by=people["prescriber-w3"], at=LATER)
    renewed = application.steps.latest("sequence")
    later = LATER + timedelta(days=80)
    actions.reassess(application.pk, outcome=judged(WORSE), by=people["prescriber-w3"], at=later)
    vote(people, application.pk, chair="reject", member_1="reject", member_2="reject", at=later)
    actions.reject(application.pk, **REFUSAL, by=people["chair"], at=later)
    assert Application.objects.get(pk=application.pk).status == Status.REJECTED
    assert drawn(renewed).decision["outcome"] == "approved"
    assert drawn(application.steps.latest("sequence")).decision["outcome"] == "rejected"
