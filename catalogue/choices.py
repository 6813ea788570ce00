"""The closed lists of the catalogue. The words on the left are stored, and stand in the catalogue files."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EditionStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", pgettext_lazy("edition", "Published")
    SUPERSEDED = "superseded", pgettext_lazy("edition", "Superseded")


class Area(models.TextChoices):
    """The headings of the printed table, and last what stands in none of its rows."""

    IMMUNOLOGY = "immunology", _("Immunology")
    HAEMATOLOGY = "haematology", _("Haematology")
    NEUROLOGY = "neurology", _("Neurology")
    DERMATOLOGY = "dermatology", _("Dermatology")
    PAEDIATRICS = "paediatrics", _("Paediatrics")
    TRANSPLANTS = "transplants", _("Transplants")
    OPHTHALMOLOGY = "ophthalmology", _("Ophthalmology")
    OUTSIDE = "outside", _("Outside the catalogue")


class Priority(models.TextChoices):
    """Which table of the guidance the row stands in: 1, 2 or 3."""

    HIGH = "high", _("High priority")
    INTERMEDIATE = "intermediate", _("Intermediate priority")
    LOW = "low", _("Low priority")


class Population(models.TextChoices):
    ANY = "any", _("All ages")
    PAEDIATRIC = "paediatric", _("Children and adolescents")
    NEWBORN = "newborn", _("Newborns")


class Basis(models.TextChoices):
    """What the grams per kilogram are counted over."""

    PER_DAY = "per_day", _("per day of infusion")
    PER_CYCLE = "per_cycle", _("per cycle")
    PER_DOSE = "per_dose", _("single dose")


class BasisSource(models.TextChoices):
    """How we know the basis: the table says it, our rule reads it so, or the doubt is real."""

    PRINTED = "printed", _("as printed")
    RULE = "rule", _("by rule: the table does not say it")
    DOUBTFUL = "doubtful", _("doubtful: the table does not say it and both readings are plausible")


class Cadence(models.TextChoices):
    ONCE = "once", _("one cycle")
    MONTHLY = "monthly", _("monthly")


class ReassessmentTrigger(models.TextChoices):
    """When the table wants the treatment judged; `RULE` where it says nothing (the hospital's own rule)."""

    RULE = "rule", _("by the hospital's rule")
    MONTHS = "months", _("after a number of months")
    CYCLES = "cycles", _("after a number of cycles")
    INFUSION = "infusion", _("a number of days after the last infusion")
    DISCHARGE = "discharge", _("at discharge, or on day 7")


class TherapyRole(models.TextChoices):
    """What an entry of the table's second column is.

    `REFERENCE` is a therapy to be tried first; `INVESTIGATIONAL` is printed as "in studio" and is never
    required; `CRITERION` is no therapy but a condition that must hold (newborn row).
    """

    REFERENCE = "reference", _("Reference therapy")
    INVESTIGATIONAL = "investigational", _("Investigational, never required")
    CRITERION = "criterion", _("Criterion")


class ReferenceStatus(models.TextChoices):
    AS_PRINTED = "as_printed", _("As printed")
    VERIFIED = "verified", pgettext_lazy("reference", "Verified")
    SUPERSEDED = "superseded", pgettext_lazy("reference", "Superseded")
    CONTRADICTS = "contradicts", _("Contradicts the row")
