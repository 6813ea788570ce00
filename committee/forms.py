"""Shapes of what is typed about a sitting; whether it holds is for the policies to say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Membership, User
from approvals.forms.base import words
from approvals.refusals import Refused, Shortcoming
from approvals.rows import Row
from catalogue.fields import Choice, ClockTime, Day, Text, Ticks
from committee.lines import Line
from committee.models import Mode, Sitting


class Asked(forms.Form):
    """Puts a refusal's sentences beside their fields and keeps every word that was typed."""

    use_required_attribute = False
    # The form's field for a policy's field, where they differ.
    places: dict[str, str] = {}
    optional: tuple[str, ...] = ()

    def refuse(self, refusal: Refused) -> None:
        for missing in refusal.shortcomings or [Shortcoming("", "", refusal.sentence)]:
            name = self.places.get(missing.field, missing.field)
            self.add_error(name if name in self.fields else None, missing.sentence)


class Boxes(Ticks):
    """Boxes to tick; what is no longer on offer is kept, so that the action refuses it in words."""

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        return [int(one) for one in value or [] if str(one).isascii() and str(one).isdigit()]

    def validate(self, value: Any) -> None:
        """Nothing has to be ticked."""


class ConveneForm(Asked):
    places = {"begins": "begins_on", "voting_until": "until_on"}
    optional = ("place", "applications")

    mode = Choice(
        [
            (Mode.MEETING, gettext_lazy("Meeting: those present vote, item by item")),
            (Mode.VIRTUAL, gettext_lazy("Virtual round: every member votes in their own time")),
        ],
        label=gettext_lazy("What kind of sitting"),
        required=False,
    )
    begins_on = Day(label=gettext_lazy("Day of the meeting"), required=False)
    begins_time = ClockTime(label=gettext_lazy("Time"), required=False)
    place = Text(label=pgettext_lazy("of a meeting", "Place"), required=False)
    until_on = Day(label=gettext_lazy("Members vote until"), required=False)
    until_time = ClockTime(label=gettext_lazy("Time"), required=False)

    def __init__(self, waiting: list[Row], data: Any = None) -> None:
        everything = [row.application.pk for row in waiting]
        first = {
            "mode": Mode.MEETING,
            "begins_time": "14:30",
            "until_time": "18:00",
            "applications": everything,
        }
        super().__init__(data, initial=first)
        self.fields["applications"] = Boxes(
            [(str(row.application.pk), label(row)) for row in waiting],
            label=gettext_lazy("Agenda"),
            help_text=gettext_lazy("Urgent and oldest first. What you leave out waits for another sitting."),
            required=False,
        )

    def content(self) -> dict[str, Any]:
        """The keyword arguments of `convene`; what belongs to the other kind of sitting is dropped."""
        told = self.cleaned_data
        is_virtual = told["mode"] == Mode.VIRTUAL
        return {
            "mode": told["mode"],
            "begins": None if is_virtual else moment(told["begins_on"], told["begins_time"]),
            "voting_until": moment(told["until_on"], told["until_time"]) if is_virtual else None,
            "place": "" if is_virtual else told["place"],
            "applications": told["applications"],
        }


def label(row: Row) -> str:
    """One application in a list of boxes: number, case, urgency, deadline."""
    parts = [row.name, row.indication, row.patient]
    if row.application.is_urgent:
        parts.append(_("urgent"))
    if row.is_reassessment:
        parts.append(_("to ratify"))
    elif row.due:
        parts.append(str(row.due) if row.due.is_late else _("decision by %(due)s") % {"due": row.due})
    return " · ".join(filter(None, parts))


def moment(on: date | None, clock: str) -> datetime | None:
    """The day and time typed, in the hospital's time zone; None while one is missing."""
    if on is None or not clock:
        return None
    hours, minutes = map(int, clock.split(":"))
    return timezone.make_aware(datetime.combine(on, time(hours, minutes)))


class OpeningForm(Asked):
    """Who is in the room when the meeting opens; nobody is ticked beforehand."""

    def __init__(self, people: Iterable[tuple[User, str]], data: Any = None) -> None:
        super().__init__(data)
        offered = [(str(user.pk), f"{user.signature} – {as_what}") for user, as_what in people]
        self.fields["present"] = Boxes(offered, label=gettext_lazy("Present"), required=False)


class CancelForm(Asked):
    reason = words(
        gettext_lazy("Why it does not take place"),
        rows=3,
        help_text=gettext_lazy("It stays on record. No patient's name."),
    )


class DeclarationsForm(Asked):
    """One's conflicts of interest on all the items that still want to know: none, or which.

    Nothing is chosen beforehand. `NONE_LEFT`, the name of a second button, says it of all that are left open.
    """

    NONE_LEFT = "none_left"

    def __init__(self, lines: list[Line], data: Any = None) -> None:
        if data and self.NONE_LEFT in data:
            data = data.copy()
            for name in (f"conflict_{line.item.pk}" for line in lines):
                data[name] = data.get(name) or "no"
        super().__init__(data)
        self.lines = lines
        for line in lines:
            pk = line.item.pk
            self.fields[f"round_{pk}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=line.application.round
            )
            self.fields[f"conflict_{pk}"] = Choice(
                [("no", gettext_lazy("No conflict of interest")), ("yes", gettext_lazy("I have a conflict"))],
                label=f"{line.position}. {line.row.name} · {line.row.indication}",
                inline=True,
                error_messages={"required": gettext_lazy("Say whether you have a conflict of interest.")},
            )
            self.fields[f"text_{pk}"] = words(gettext_lazy("Which conflict"), rows=2)

    def rows(self) -> list[dict[str, Any]]:
        """For the template: the fields item by item."""
        return [
            {
                "line": line,
                "round": self[f"round_{line.item.pk}"],
                "conflict": self[f"conflict_{line.item.pk}"],
                "text": self[f"text_{line.item.pk}"],
            }
            for line in self.lines
        ]

    def keep(self, refusals: dict[int, Refused]) -> None:
        """Only the items that were refused stay on the page, each with its sentence."""
        self.lines = [line for line in self.lines if line.item.pk in refusals]
        for pk, refusal in refusals.items():
            self.add_error(f"text_{pk}" if refusal.shortcomings else f"conflict_{pk}", refusal.sentence)
        for name in list(self.fields):
            if int(name.rpartition("_")[2]) not in refusals:
                del self.fields[name]

    def told(self, line: Line) -> dict[str, Any]:
        """The keyword arguments of `declare` on one item."""
        pk, told = line.item.pk, self.cleaned_data
        has_conflict = told[f"conflict_{pk}"] == "yes"
        text = told[f"text_{pk}"] if has_conflict else ""
        return {"round": told[f"round_{pk}"], "has_conflict": has_conflict, "text": text}


class MinutesForm(Asked):
    """What the chair adds to what the program knows."""

    def __init__(self, sitting: Sitting, titles: dict[int, str], data: Any = None) -> None:
        notes = {f"note_{item.pk}": item.note for item in sitting.items.all()}
        super().__init__(data, initial={"remarks": sitting.remarks, **notes})
        self.items = list(titles)
        for pk, title in titles.items():
            self.fields[f"note_{pk}"] = words(_("Discussion of %(item)s") % {"item": title}, rows=2)
        self.fields["remarks"] = words(gettext_lazy("Remarks of the chair"), rows=4)
        self.optional = tuple(self.fields)

    def content(self) -> dict[str, Any]:
        notes = {pk: self.cleaned_data[f"note_{pk}"] for pk in self.items}
        return {"remarks": self.cleaned_data["remarks"], "notes": notes}


class SubstituteForm(Asked):
    def __init__(self, seats: list[Membership], people: list[User], data: Any = None) -> None:
        super().__init__(data)
        self.seats = {str(seat.pk): seat for seat in seats}
        self.people = {str(user.pk): user for user in people}
        nobody = [("", _("Choose"))]
        self.fields["seat"] = forms.ChoiceField(
            label=gettext_lazy("In the stead of"),
            choices=nobody + [(pk, f"{seat.user.signature}") for pk, seat in self.seats.items()],
            error_messages={"required": gettext_lazy("Choose a seat of the committee.")},
        )
        self.fields["user"] = forms.ChoiceField(
            label=gettext_lazy("Substitute"),
            choices=nobody + [(pk, person(user)) for pk, user in self.people.items()],
            error_messages={"required": gettext_lazy("Choose somebody who works in this hospital.")},
        )
        self.fields["from_on"] = Day(label=gettext_lazy("From"), required=False)
        self.fields["to_on"] = Day(label=gettext_lazy("To, included"), required=False)
        self.fields["reason"] = words(gettext_lazy("Reason"), rows=2)

    def content(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {
            "seat": self.seats[told["seat"]],
            "user": self.people[told["user"]],
            "from_on": told["from_on"],
            "to_on": told["to_on"],
            "reason": told["reason"],
        }


def person(user: User) -> str:
    return f"{user.last_name} {user.first_name} ({user.get_profession_display()})"
