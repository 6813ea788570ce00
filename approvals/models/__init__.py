from approvals.models.access import AccessReport, AccessReview, EmergencyAccess, Masking, Way
from approvals.models.application import Application, ApplicationQuerySet, NumberSequence, Snapshot, Step
from approvals.models.attachment import Attachment, AttachmentContent, AttachmentKind, ContentType
from approvals.models.contesting import Appeal, Inadmissibility
from approvals.models.following import FollowUp
from approvals.models.review import Conclusion, Decision, Letter, Opinion, Question, ReasonCode
from approvals.models.voting import Appointment, Declaration, Disclosure, Hearing, Presence, Vote

__all__ = [
    "AccessReport",
    "AccessReview",
    "Appeal",
    "Application",
    "ApplicationQuerySet",
    "Appointment",
    "Attachment",
    "AttachmentContent",
    "AttachmentKind",
    "Conclusion",
    "ContentType",
    "Decision",
    "Declaration",
    "Disclosure",
    "EmergencyAccess",
    "FollowUp",
    "Hearing",
    "Inadmissibility",
    "Letter",
    "Masking",
    "NumberSequence",
    "Opinion",
    "Presence",
    "Question",
    "ReasonCode",
    "Snapshot",
    "Step",
    "Vote",
    "Way",
]
