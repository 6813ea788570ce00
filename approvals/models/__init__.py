from approvals.models.application import Application, ApplicationQuerySet, NumberSequence, Snapshot, Step
from approvals.models.review import Conclusion, Decision, Letter, Opinion, Question, ReasonCode, Vote

__all__ = [
    "Application",
    "ApplicationQuerySet",
    "Conclusion",
    "Decision",
    "Letter",
    "NumberSequence",
    "Opinion",
    "Question",
    "ReasonCode",
    "Snapshot",
    "Step",
    "Vote",
]
