"""The dose of intravenous immunoglobulin: one pure computation for screen, letter, trail and API."""

from catalogue.dose_values import DoseError, Finding, Severity
from catalogue.schedules import Family, Reading, Request, Schedule
from catalogue.weights import DosingWeight, PatientFacts, Sex, Trigger, WeightPolicy, WeightReason

__all__ = [
    "DoseError",
    "DosingWeight",
    "Family",
    "Finding",
    "PatientFacts",
    "Reading",
    "Request",
    "Schedule",
    "Severity",
    "Sex",
    "Trigger",
    "WeightPolicy",
    "WeightReason",
]
