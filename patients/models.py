"""Who an application is about."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    FEMALE = "F", _("Female")
    MALE = "M", _("Male")


class Patient(models.Model):
    """A person treated in a hospital.

    `tax_code` is empty for a newborn who has none yet: such a patient is never matched with another.
    """

    hospital = models.ForeignKey("accounts.Hospital", on_delete=models.PROTECT, related_name="+")
    tax_code = models.CharField(max_length=16, blank=True)
    surname = models.CharField(max_length=100)
    name = models.CharField(max_length=100)
    born_on = models.DateField()
    sex = models.CharField(max_length=1, choices=Sex)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "tax_code"],
                condition=~models.Q(tax_code=""),
                name="patient_tax_code_once_per_hospital",
            )
        ]

    def __str__(self) -> str:
        return self.initials

    @property
    def full_name(self) -> str:
        return f"{self.surname} {self.name}"

    @property
    def initials(self) -> str:
        """How the patient is named wherever the identity is not needed: "R. M."."""
        return initials(self.surname, self.name)

    def age(self, *, on: date) -> int:
        """Completed years on that day."""
        return age(self.born_on, on=on)


def initials(surname: str, name: str) -> str:
    return " ".join(f"{part.strip()[0].upper()}." for part in (surname, name) if part.strip())


def age(born_on: date, *, on: date) -> int:
    """Completed years on that day; somebody born on 29 February turns on 1 March."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
