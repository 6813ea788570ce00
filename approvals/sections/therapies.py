"""Section 4: what was tried first. One question per therapy (or criterion) of the row's second column.

The table's gate: immunoglobulin comes after the failure of the reference therapies, or where they are
contraindicated. Where the table prints lines (acquired haemophilia) each line must open it; the newborn
row lists criteria, and all must hold (design/domain.md §3.4, §5).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from approvals.sections.base import SectionForm
from approvals.sections.fields import Choice, Text
from catalogue.choices import TherapyRole
from catalogue.models import ReferenceTherapy


class Outcome(models.TextChoices):
    FAILED = "failed", pgettext_lazy("therapy", "Failed")
    PARTIAL = "partial", gettext_lazy("Partial response")
    NOT_TOLERATED = "not_tolerated", gettext_lazy("Not tolerated")
    CONTRAINDICATED = "contraindicated", gettext_lazy("Contraindicated")
    NOT_AVAILABLE = "not_available", gettext_lazy("Not available in time")
    NOT_APPROPRIATE = "not_appropriate", gettext_lazy("Not appropriate")
    NOT_TRIED = "not_tried", gettext_lazy("Not tried")


class Criterion(models.TextChoices):
    MET = "met", gettext_lazy("Yes, it holds")
    NOT_MET = "not_met", gettext_lazy("No")


OPENS_THE_GATE = (Outcome.FAILED, Outcome.CONTRAINDICATED)
NEEDS_NO_DETAILS = ("", None, Outcome.NOT_TRIED, Criterion.NOT_MET)


@dataclass(frozen=True)
class Answered:
    """What was answered about one therapy or criterion."""

    therapy: ReferenceTherapy
    outcome: str
    details: str


class TherapiesForm(SectionForm):
    slug = "therapies"
    title = gettext_lazy("Prior therapies")

    def build(self) -> None:
        row, use = self.sheet.indication, self.sheet.sub_criterion
        self.therapies = row.therapies_for(use.code if use else "") if row else []
        self.conditional = tuple(f"details_{therapy.code}" for therapy in self.therapies) + tuple(
            f"outcome_{therapy.code}" for therapy in self.therapies if therapy.alternatives
        )
        for therapy in self.therapies:
            is_criterion = therapy.role == TherapyRole.CRITERION
            outcome = Choice(
                Criterion.choices if is_criterion else Outcome.choices,
                label=therapy.name,
                help_text=_("In the catalogue: “%(printed)s”.") % {"printed": therapy.printed},
                required=therapy.role != TherapyRole.INVESTIGATIONAL,
                inline=is_criterion,
            )
            # Alternatives excuse each other: `clean` asks for them.
            outcome.required = outcome.required and not therapy.alternatives
            outcome.error_messages["required"] = _("Answer about “%(therapy)s”") % {"therapy": therapy.name}
            self.fields[f"outcome_{therapy.code}"] = outcome
            self.fields[f"details_{therapy.code}"] = Text(
                label=_("What it rests on") if is_criterion else _("Dose, from when to when, and why"),
                rows=2,
                max_length=2000,
                required=False,
            )

    def computed(self) -> dict[str, list[Answered]]:
        return {
            "answered": [
                Answered(one, self.outcome(one), self.value(f"details_{one.code}") or "")
                for one in self.therapies
            ]
        }

    def outcome(self, therapy: ReferenceTherapy) -> str:
        return self.value(f"outcome_{therapy.code}") or ""

    def clean(self) -> None:
        self.need_indication()
        for therapy in self.therapies:
            if self.outcome(therapy) in NEEDS_NO_DETAILS:
                self.drop(f"details_{therapy.code}")
            else:
                self.need(
                    f"details_{therapy.code}",
                    _("Give the details about “%(therapy)s”") % {"therapy": therapy.name},
                )
        if self.complete:
            self._check_alternatives()
            self._check_gate()

    def _check_alternatives(self) -> None:
        """Of the alternatives of a line at least one is answered."""
        groups: dict[tuple[int | None, str], list[ReferenceTherapy]] = {}
        for therapy in self.therapies:
            if therapy.alternatives and therapy.role != TherapyRole.INVESTIGATIONAL:
                groups.setdefault((therapy.line, therapy.alternatives), []).append(therapy)
        for group in groups.values():
            if not any(map(self.outcome, group)):
                names = _(" or ").join(f"“{therapy.name}”" for therapy in group)
                self.add_error(
                    f"outcome_{group[0].code}", _("Answer about %(therapies)s") % {"therapies": names}
                )

    def _check_gate(self) -> None:
        for therapy in self.therapies:
            if therapy.role == TherapyRole.CRITERION and self.outcome(therapy) == Criterion.NOT_MET:
                self.add_error(
                    f"outcome_{therapy.code}",
                    _("The catalogue admits immunoglobulin only if this holds: “%(criterion)s”.")
                    % {"criterion": therapy.name},
                )
        for line in self._lines():
            # An unanswered question has its own sentence.
            if any(f"outcome_{therapy.code}" in self.errors for therapy in line):
                continue
            if not any(self.outcome(therapy) in OPENS_THE_GATE for therapy in line):
                self.add_error(f"outcome_{line[0].code}", self._closed(line))

    def _lines(self) -> list[list[ReferenceTherapy]]:
        lines: dict[int | None, list[ReferenceTherapy]] = {}
        for therapy in self.therapies:
            if therapy.role == TherapyRole.REFERENCE:
                lines.setdefault(therapy.line, []).append(therapy)
        return list(lines.values())

    def _closed(self, line: list[ReferenceTherapy]) -> str:
        names = ", ".join(therapy.name for therapy in line)
        sentence = _(
            "The table admits immunoglobulin after the reference therapy failed or where it is "
            "contraindicated: at least one of these must be so (%(therapies)s)."
        ) % {"therapies": names}
        if any(self.outcome(therapy) == Outcome.NOT_TRIED for therapy in line):
            sentence += " " + _("“Not tried” alone is not enough: the therapy could still work.")
        return sentence
