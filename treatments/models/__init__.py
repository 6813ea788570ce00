"""Periods in which treatment is allowed, what was dispensed in them, the judgement at their end."""

from treatments.models.authorisation import (
    BY_HAND,
    BY_OTHERS,
    CONTINUING,
    OPEN,
    Authorisation,
    AuthorisationQuerySet,
    NextReminder,
    Verdict,
)
from treatments.models.dose_change import DoseChange
from treatments.models.ledger import CycleReport, Dispensing
from treatments.models.reassessment import Measured, Reassessment
from treatments.models.suspension import Suspension
from treatments.models.vigilance import AdverseEvent

__all__ = [
    "BY_HAND",
    "BY_OTHERS",
    "CONTINUING",
    "OPEN",
    "AdverseEvent",
    "Authorisation",
    "AuthorisationQuerySet",
    "CycleReport",
    "Dispensing",
    "DoseChange",
    "Measured",
    "NextReminder",
    "Reassessment",
    "Suspension",
    "Verdict",
]
