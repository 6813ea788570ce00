"""Section 5: why nothing else will do, and the literature (Law 94/1998, art. 3)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.sections.base import SectionForm
from approvals.sections.fields import LONG, Text, Ticks

# Below this the text cannot name objective elements (design/domain.md §3.5).
LEAST_CHARACTERS = 200


class JustificationForm(SectionForm):
    slug = "justification"
    title = gettext_lazy("Justification and literature")
    conditional = ("references", "own_literature")

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
    own_literature = Text(
        label=gettext_lazy("Other literature"),
        help_text=gettext_lazy(
            "One work a line: authors, title, journal, year; DOI or PMID if there is one."
        ),
        rows=4,
        max_length=LONG,
        required=False,
    )

    def build(self) -> None:
        row = self.sheet.indication
        self.printed = (
            {f"{row.code}/{one.position}": one.printed for one in row.references.all()} if row else {}
        )
        self.fields["references"] = Ticks(
            list(self.printed.items()), label=self.fields["references"].label, required=False
        )
        if not self.printed:
            del self.fields["references"]

    def computed(self) -> dict[str, list[str]]:
        """The references ticked, as printed in the catalogue."""
        return {"cited": [self.printed[one] for one in self.value("references") or []]}

    def clean(self) -> None:
        self.need_indication()
        text = self.value("no_alternative") or ""
        if self.complete and 0 < len(text) < LEAST_CHARACTERS:
            self.add_error(
                "no_alternative",
                _("Write at least %(least)d characters: these are %(count)d.")
                % {"least": LEAST_CHARACTERS, "count": len(text)},
            )
        row = self.sheet.indication
        if row is None:
            return
        if row.not_routinely_indicated:
            self.need(
                "own_literature", _("This row is not routinely indicated: name at least one work of your own")
            )
        elif not self.printed:
            self.need("own_literature", _("The catalogue cites no work for this row: name at least one"))
        elif not self.value("references"):
            self.need("own_literature", _("Tick a reference of the catalogue, or name a work"))
