from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.choices import ReferenceStatus, TherapyRole
from catalogue.models.indication import Indication
from catalogue.models.named import Named, in_language


class SubCriterion(Named):
    """One of the different uses that a row holds. Where a row has any, choosing one is mandatory."""

    indication = models.ForeignKey(Indication, on_delete=models.CASCADE, related_name="sub_criteria")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=30)
    asks_which = models.BooleanField(default=False, help_text="The printed list is open: say which in words")

    class Meta:
        ordering = ["indication", "position"]
        constraints = [
            models.UniqueConstraint(fields=["indication", "code"], name="sub_criterion_code_once"),
            models.UniqueConstraint(fields=["indication", "position"], name="sub_criterion_position_once"),
        ]


class ReferenceTherapy(Named):
    """One therapy (or criterion) of the table's second column, as read; `printed` is its literal span.

    Those of one `line` with the same `alternatives` are alternatives: one of them is enough.
    With a `sub_criterion` it counts for that use only.
    """

    indication = models.ForeignKey(Indication, on_delete=models.CASCADE, related_name="reference_therapies")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    printed = models.CharField(max_length=200)
    line = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Where the table prints lines")
    role = models.CharField(max_length=15, choices=TherapyRole)
    alternatives = models.CharField(max_length=10, blank=True)
    sub_criterion = models.ForeignKey(
        SubCriterion, on_delete=models.CASCADE, null=True, blank=True, related_name="reference_therapies"
    )

    class Meta:
        ordering = ["indication", "position"]
        constraints = [
            models.UniqueConstraint(fields=["indication", "code"], name="reference_therapy_code_once"),
            models.UniqueConstraint(
                fields=["indication", "position"], name="reference_therapy_position_once"
            ),
        ]


class Reference(models.Model):
    """One citation of the table's last column, as printed, with what we know about it."""

    indication = models.ForeignKey(Indication, on_delete=models.CASCADE, related_name="references")
    position = models.PositiveSmallIntegerField()
    printed = models.TextField()
    status = models.CharField(max_length=15, choices=ReferenceStatus, default=ReferenceStatus.AS_PRINTED)
    doi = models.CharField(
        max_length=150,
        blank=True,
        validators=[
            RegexValidator(r"^10\.[0-9]{4,9}/[^\s<>\"]+\Z", _("Write the DOI alone: it begins with 10."))
        ],
    )
    pmid = models.CharField(
        max_length=8,
        blank=True,
        validators=[RegexValidator(r"^[1-9][0-9]{0,7}\Z", _("Write the PMID alone: digits only."))],
    )
    note_it = models.TextField(blank=True)
    note_en = models.TextField(blank=True)

    class Meta:
        ordering = ["indication", "position"]
        constraints = [
            models.UniqueConstraint(fields=["indication", "position"], name="reference_position_once")
        ]

    def __str__(self) -> str:
        return self.printed

    @property
    def note(self) -> str:
        return in_language(self.note_it, self.note_en)
