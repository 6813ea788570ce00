"""Finding applications among all that one may see: filters, what a search box takes, and the order."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import VOTING_ROLES, Unit, User
from accounts.people import hospital_ids, unit_ids
from approvals.models import Application
from approvals.models.application import HOSPITAL_ROLES, UNIT_ROLES
from approvals.reports.lists import ReportFilters, midnight
from approvals.rows import light
from approvals.workflow import ENDED, ON_TREATMENT, UNDECIDED, Status
from catalogue.choices import Area
from catalogue.models import Indication
from catalogue.search import matching
from treatments.paging import Keyset

# The latest sent first: numbers are given in that order, emergencies included. What may never have been sent
# has none and stands in the order it was begun.
BY_SENDING = Keyset(("number",), is_descending=True)
BY_BEGINNING = Keyset(("id",), is_descending=True)
UNSENT = (Status.DRAFT, Status.WITHDRAWN)
GROUPS = {"open": UNDECIDED, "treated": ON_TREATMENT, "ended": ENDED}
NUMBER = re.compile(r"(?:OL-?)?(?:(\d{4})-)?(\d{1,6})", re.IGNORECASE)
INITIALS = re.compile(r"([^\W\d_])\.?\s?([^\W\d_])\.?")


class ArchiveForm(ReportFilters):
    """The filters, as they stand in the address: no field for a surname, because addresses are logged."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("All")),
            ("open", _("Awaiting a decision")),
            ("treated", _("On treatment")),
            ("ended", _("Ended")),
            *Status.choices,
        ],
    )
    area = forms.ChoiceField(label=_("Area"), required=False, choices=[("", _("All")), *Area.choices])
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("All"))
    since = forms.DateField(
        label=_("Sent from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("Sent until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, user: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.at = user, at
        seen = Unit.objects.filter(hospital__in=hospital_ids(user, *HOSPITAL_ROLES, *VOTING_ROLES, at=at))
        own = Unit.objects.filter(pk__in=unit_ids(user, *UNIT_ROLES, at=at))
        units: forms.ModelChoiceField[Unit] = self.fields["unit"]  # type: ignore[assignment]
        units.queryset = seen | own

    def applications(self) -> QuerySet[Application]:
        """What fits the filters, for the user; everything they may see while the filters cannot be read."""
        found = light(Application.objects.visible_to(self.user, at=self.at))
        if self.order is BY_SENDING:
            found = found.filter(number__isnull=False)
        if not self.is_valid():
            return found
        wanted = self.cleaned_data
        if wanted["status"]:
            found = found.filter(status__in=GROUPS.get(wanted["status"], [wanted["status"]]))
        if wanted["unit"]:
            found = found.filter(unit=wanted["unit"])
        if wanted["since"]:
            found = found.filter(_sent(gte=midnight(wanted["since"])))
        if wanted["until"]:
            found = found.filter(_sent(lt=midnight(wanted["until"], days=1)))
        return self.by_text(self.of_report(found))

    @property
    def order(self) -> Keyset:
        """Drafts are shown where they are asked for, not among what was sent."""
        is_unsent = self.is_valid() and self.cleaned_data["status"] in UNSENT
        return BY_BEGINNING if is_unsent else BY_SENDING

    def by_text(self, found: QuerySet[Application]) -> QuerySet[Application]:
        """A whole number, initials, or words of the indication; with the area, whose rows are few."""
        text, area = self.cleaned_data["q"], self.cleaned_data["area"]
        if number := self.number():
            found, text = found.filter(number=number), ""
        elif letters := INITIALS.fullmatch(text):
            surname, name = letters.groups()
            found = found.filter(patient__surname__istartswith=surname, patient__name__istartswith=name)
            text = ""
        if not text and not area:
            return found
        rows = Indication.objects.prefetch_related("sub_criteria")
        rows = rows.filter(area=area) if area else rows
        return found.filter(indication__in=[row.pk for row in matching(rows, text)])

    def number(self) -> str:
        return as_number(self.cleaned_data.get("q", ""), at=self.at)

    def told(self) -> dict[str, Any]:
        """The filters for the trail: words and ids. What was searched is named, initials are not."""
        if not self.is_valid():
            return {}
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        text = wanted.pop("q", "")
        if number := self.number():
            wanted["number"] = number
        elif text:
            wanted["text"] = "initials" if INITIALS.fullmatch(text) else "indication"
        return {name: value.pk if isinstance(value, Unit) else str(value) for name, value in wanted.items()}


def as_number(text: str, *, at: datetime) -> str:
    """The number that was typed, also shortened ("123", "2026-123"); "" if it is none."""
    typed = NUMBER.fullmatch(text.replace(" ", ""))
    if typed is None:
        return ""
    year, last = typed.groups()
    return f"OL-{year or timezone.localtime(at).year}-{int(last):06d}"


def _sent(**when: datetime) -> Q:
    """By the day of `Application.sent_at`: an emergency was sent with its short form."""
    ((comparison, moment),) = when.items()
    return Q(**{f"emergency_requested_at__{comparison}": moment}) | Q(
        **{"emergency_requested_at": None, f"submitted_at__{comparison}": moment}
    )
