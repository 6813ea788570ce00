"""Section 6: why nothing else will do, and the literature (Law 94/1998, art. 3)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.sections.base import SectionForm
from approvals.sections.literature import Doi, Pmid, Work
from catalogue.choices import ReferenceStatus
from catalogue.fields import LONG, Choice, Text, Ticks
from catalogue.models import Reference

# Below this the text cannot name objective elements (design/domain.md §3.5).
LEAST_CHARACTERS = 200
# In the short form of an emergency; the whole form completes it.
LEAST_SHORT = 100
MOST_WORKS = 6
DOUBTFUL = (ReferenceStatus.SUPERSEDED, ReferenceStatus.CONTRADICTS)


class Level(models.TextChoices):
    """The best evidence there is for this use."""

    SYNTHESIS = "synthesis", gettext_lazy("Guideline or systematic review")
    RANDOMISED = "randomised", gettext_lazy("Randomised trial")
    PHASE_TWO = "phase_two", gettext_lazy("Phase II trial with favourable results")
    OBSERVATIONAL = "observational", gettext_lazy("Observational study")
    CASES = "cases", gettext_lazy("Case series or case reports")
    OPINION = "opinion", gettext_lazy("Expert opinion")


# What Law 94/1998, art. 3, wants at least (design/domain.md §6).
ENOUGH_FOR_THE_LAW = (Level.SYNTHESIS, Level.RANDOMISED, Level.PHASE_TWO)
BELOW_THE_LAW = gettext_lazy(
    "The law wants a use known from guidelines or accredited publications, with favourable phase II data at "
    "least (Law 94/1998, art. 3)."
)


class JustificationForm(SectionForm):
    slug = "justification"
    title = gettext_lazy("Justification and literature")
    short = ("no_alternative",)

    no_alternative = Text(
        label=gettext_lazy("Why there is no valid alternative"),
        help_text=gettext_lazy("On objective elements: at least 200 characters."),
        rows=8,
        max_length=LONG,
        error_messages={"required": gettext_lazy("Write why there is no valid alternative")},
    )
    references = Ticks(
        [], label=gettext_lazy("References of the catalogue the request rests on"), required=False
    )
    reference_reason = Text(
        label=gettext_lazy("Why you rely on it all the same"),
        help_text=gettext_lazy(
            "One of the works ticked is superseded, or contradicts the row. The committee reads this text."
        ),
        rows=2,
        max_length=2000,
        required=False,
    )
    # One free text until the second release: shown where a draft holds one.
    own_literature = Text(
        label=gettext_lazy("Other literature, as written before"), rows=4, max_length=LONG, required=False
    )
    evidence_level = Choice(
        Level.choices,
        label=gettext_lazy("Level of evidence"),
        help_text=gettext_lazy("The best there is for this use."),
        error_messages={"required": gettext_lazy("Say on which level of evidence the request rests")},
    )

    def build(self) -> None:
        if self.sheet.is_short:
            told = _("On objective elements: at least %(least)d characters, in an emergency.")
            self.fields["no_alternative"].help_text = told % {"least": LEAST_SHORT}
        row = self.sheet.indication
        self.offered = {f"{row.code}/{one.position}": one for one in row.references.all()} if row else {}
        self.fields["references"] = Ticks(
            [(key, one.printed) for key, one in self.offered.items()],
            label=self.fields["references"].label,
            required=False,
        )
        if not self.offered:
            del self.fields["references"]
        if not any(one.status in DOUBTFUL for one in self.offered.values()):
            del self.fields["reference_reason"]
        if not (self.initial.get("own_literature") or self.data.get("own_literature")):
            del self.fields["own_literature"]
        self.work_fields = [self._ask_for_a_work(n) for n in range(1, MOST_WORKS + 1)]
        self.order_fields([name for name in self.fields if name != "evidence_level"])
        self.conditional = tuple(name for name, field in self.fields.items() if not field.required)

    def _ask_for_a_work(self, n: int) -> tuple[str, str, str]:
        names = (f"doi_{n}", f"pmid_{n}", f"citation_{n}")
        citation = Text(
            label=_("Citation"),
            help_text=_("Authors, title, journal, year."),
            max_length=1000,
            required=False,
        )
        self.fields |= dict(zip(names, (Doi(), Pmid(), citation), strict=True))
        return names

    def computed(self) -> dict[str, Any]:
        """The references ticked, as they stand in the catalogue, and the works of one's own."""
        return {"cited": self.cited(), "works": list(self.works().values())}

    def cited(self) -> list[Reference]:
        return [self.offered[one] for one in self.value("references") or []]

    def works(self) -> dict[int, Work]:
        """What was entered, by the number of its fields."""
        told = {
            n: Work(*(self.value(name) or "" for name in names))
            for n, names in enumerate(self.work_fields, 1)
        }
        return {n: work for n, work in told.items() if work.names()}

    def clean(self) -> None:
        self.need_indication()
        text = self.value("no_alternative") or ""
        least = LEAST_SHORT if self.sheet.is_short else LEAST_CHARACTERS
        if self.complete and 0 < len(text) < least:
            self.add_error(
                "no_alternative",
                _("Write at least %(least)d characters: these are %(count)d.")
                % {"least": least, "count": len(text)},
            )
        self._check_doubtful()
        self._check_duplicates()
        is_wanted = self.complete and self.is_asked("references")
        if is_wanted and self.sheet.indication and not self.works() and not self.value("own_literature"):
            self._check_own_work()

    def _check_doubtful(self) -> None:
        if any(one.status in DOUBTFUL for one in self.cited()):
            self.need("reference_reason", _("Say why you rely on a work that is superseded or contradicts"))
        elif "reference_reason" in self.fields:
            self.drop("reference_reason")

    def _check_duplicates(self) -> None:
        """A work counts once, and one of the catalogue is ticked there."""
        known = {name: 0 for one in self.offered.values() for name in _of_the_catalogue(one).names()}
        for n, work in self.works().items():
            twice = [known[name] for name in work.names() if name in known]
            if twice and min(twice) == 0:
                self._refuse_work(n, _("The catalogue has this work for the row: tick it above."))
            elif twice:
                self._refuse_work(n, _("This work stands here already, as number %(n)d.") % {"n": min(twice)})
            known |= {name: n for name in work.names() if name not in known}

    def _refuse_work(self, n: int, sentence: str) -> None:
        """Beside the first field of the work that is filled in."""
        self.add_error(next(name for name in self.work_fields[n - 1] if self.value(name)), sentence)

    def _check_own_work(self) -> None:
        """Whether the catalogue's works are enough; a wrong entry has its own sentence."""
        row, first = self.sheet.indication, self.work_fields[0]
        if row is None or any(name in self.errors for names in self.work_fields for name in names):
            return
        if row.not_routinely_indicated:
            self.add_error(
                first[0], _("This row is not routinely indicated: name at least one work of your own")
            )
        elif not self.offered:
            self.add_error(first[0], _("The catalogue cites no work for this row: name at least one"))
        elif not self.value("references"):
            self.add_error("references", _("Tick a reference of the catalogue, or name a work"))


def _of_the_catalogue(one: Reference) -> Work:
    return Work(one.doi, one.pmid, one.printed)
