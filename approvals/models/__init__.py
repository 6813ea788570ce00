from approvals.models.application import Application, ApplicationQuerySet, NumberSequence, Snapshot, Step
from approvals.models.attachment import Attachment, AttachmentContent, AttachmentKind, ContentType
from approvals.models.review import Conclusion, Decision, Letter, Opinion, Question, ReasonCode, Vote

__all__ = [
    "Application",
    "ApplicationQuerySet",
    "Attachment",
    "AttachmentContent",
    "AttachmentKind",
    "Conclusion",
    "ContentType",
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
