"""Section 5: what was tried first. One question per therapy (or criterion) of the row's second column.

The table's gate: immunoglobulin comes after the failure of the reference therapies, or where they are
contraindicated. Where the table prints lines (acquired haemophilia) each line must open it; the newborn
row lists criteria, and all must hold (design/domain.md §3.4, §5). Where no therapy is printed one free text
says what was tried: required where immunoglobulin is not routinely indicated or outside the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from approvals.sections.base import SectionForm
from catalogue.choices import TherapyRole
from catalogue.fields import LONG, Choice, Day, Text
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
# With these the patient had the therapy: a dose was given, from one day to another.
GIVEN = (Outcome.FAILED, Outcome.PARTIAL, Outcome.NOT_TOLERATED)
NEEDS_NO_DETAILS = ("", None, Outcome.NOT_TRIED, Criterion.NOT_MET)

TRIED = gettext_lazy("What was tried before")


@dataclass(frozen=True)
class Answered:
    """What was answered about one therapy or criterion. `details` is the reason; before the second release
    dose and dates stood there too."""

    therapy: ReferenceTherapy
    outcome: str
    dose: str
    from_on: date | None
    to_on: date | None
    details: str


class TherapiesForm(SectionForm):
    slug = "therapies"
    title = gettext_lazy("Prior therapies")

    def build(self) -> None:
        row, use = self.sheet.indication, self.sheet.sub_criterion
        self.therapies = row.therapies_for(use.code if use else "") if row else []
        for therapy in self.therapies:
            self._ask(therapy)
        self.conditional = tuple(
            name
            for name in self.fields
            if not name.startswith("outcome_") or self._therapy(name).alternatives
        )
        is_use_known = row is not None and (use is not None or not row.sub_criteria.all())
        if row is not None and is_use_known and not self.therapies:
            self.fields["tried"] = Text(
                label=TRIED,
                help_text=_(
                    "The table prints no therapy: for each one tried its dose, from when to when, result."
                ),
                rows=6,
                max_length=LONG,
                required=row.not_routinely_indicated,
                error_messages={"required": _("Write what was tried before: therapy, dose, dates, result")},
            )

    def _therapy(self, name: str) -> ReferenceTherapy:
        return next(one for one in self.therapies if name == f"outcome_{one.code}")

    def _ask(self, therapy: ReferenceTherapy) -> None:
        """The questions about one therapy; of a criterion only whether it holds, and what that rests on."""
        is_criterion = therapy.role == TherapyRole.CRITERION
        outcome = Choice(
            Criterion.choices if is_criterion else Outcome.choices,
            label=therapy.name,
            help_text=_("In the catalogue: “%(printed)s”.") % {"printed": therapy.printed},
            # Alternatives excuse each other: `clean` asks for them.
            required=therapy.role != TherapyRole.INVESTIGATIONAL and not therapy.alternatives,
            inline=is_criterion,
        )
        outcome.error_messages["required"] = _("Answer about “%(therapy)s”") % {"therapy": therapy.name}
        self.fields[f"outcome_{therapy.code}"] = outcome
        if not is_criterion:
            self.fields[f"dose_{therapy.code}"] = Text(
                label=_("Dose and schedule"),
                help_text=_("For example 1 mg/kg a day, or 5 sessions."),
                required=False,
            )
            self.fields[f"from_{therapy.code}"] = Day(
                label=pgettext_lazy("a therapy", "From"), required=False
            )
            self.fields[f"to_{therapy.code}"] = Day(
                label=pgettext_lazy("a therapy", "To"),
                help_text=_("Empty if it still goes on."),
                required=False,
            )
        self.fields[f"details_{therapy.code}"] = Text(
            label=_("What it rests on") if is_criterion else _("What happened, or why"),
            rows=2,
            max_length=2000,
            required=False,
        )

    def computed(self) -> dict[str, list[Answered]]:
        return {
            "answered": [
                Answered(
                    therapy=one,
                    outcome=self.outcome(one),
                    dose=self.value(f"dose_{one.code}") or "",
                    from_on=self.value(f"from_{one.code}"),
                    to_on=self.value(f"to_{one.code}"),
                    details=self.value(f"details_{one.code}") or "",
                )
                for one in self.therapies
            ]
        }

    def outcome(self, therapy: ReferenceTherapy) -> str:
        return self.value(f"outcome_{therapy.code}") or ""

    def clean(self) -> None:
        self.need_indication()
        for therapy in self.therapies:
            if therapy.role != TherapyRole.CRITERION:
                self._check_course(therapy)
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

    def _check_course(self, therapy: ReferenceTherapy) -> None:
        """Dose and dates, of a therapy that was given; the end stays empty while it goes on."""
        dose, start, end = (f"{name}_{therapy.code}" for name in ("dose", "from", "to"))
        if self.outcome(therapy) not in GIVEN:
            self.drop(dose, start, end)
            return
        named = {"therapy": therapy.name}
        self.need(dose, _("Enter the dose of “%(therapy)s”") % named)
        self.need(start, _("Say since when “%(therapy)s” was given") % named)
        for name in (start, end):
            if problem := self._impossible(self.value(name)):
                self.add_error(name, problem)
        if self.value(start) and self.value(end) and self.value(end) < self.value(start):
            self.add_error(end, _("The end of “%(therapy)s” is before its beginning.") % named)

    def _impossible(self, day: date | None) -> str:
        """Why the patient cannot have had a therapy on that day."""
        if day is None:
            return ""
        if day > self.sheet.today:
            return _("The date is in the future: only therapies already given count.")
        if self.sheet.born_on and day < self.sheet.born_on:
            return _("The date is before the patient's birth.")
        return ""

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
                self.add_error(f"outcome_{line[0].code}", " ".join(self._closed(line)))

    def _lines(self) -> list[list[ReferenceTherapy]]:
        lines: dict[int | None, list[ReferenceTherapy]] = {}
        for therapy in self.therapies:
            if therapy.role == TherapyRole.REFERENCE:
                lines.setdefault(therapy.line, []).append(therapy)
        return list(lines.values())

    def _closed(self, line: list[ReferenceTherapy]) -> Iterator[str]:
        """Which criterion is not met, and why the answers given do not meet it."""
        if line[0].line is not None:
            yield _("Line %(line)d of the table:") % {"line": line[0].line}
        yield _(
            "The table admits immunoglobulin after the reference therapy failed or where it is "
            "contraindicated: at least one of these must be so (%(therapies)s)."
        ) % {"therapies": ", ".join(therapy.name for therapy in line)}
        given = {self.outcome(therapy) for therapy in line}
        if Outcome.NOT_TRIED in given:
            yield _("“Not tried” alone is not enough: the therapy could still work.")
        if others := [str(one.label) for one in Outcome if one in given - {Outcome.NOT_TRIED}]:
            yield _("These answers are not enough: %(answers)s.") % {"answers": ", ".join(others).lower()}
        if Outcome.NOT_TOLERATED in given:
            yield _("A therapy that can no longer be given is contraindicated: answer so.")
