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
from treatments.models.ledger import CycleReport, Dispensing
from treatments.models.reassessment import Reassessment
from treatments.models.suspension import Suspension

__all__ = [
    "BY_HAND",
    "BY_OTHERS",
    "CONTINUING",
    "OPEN",
    "Authorisation",
    "AuthorisationQuerySet",
    "CycleReport",
    "Dispensing",
    "NextReminder",
    "Reassessment",
    "Suspension",
    "Verdict",
]
