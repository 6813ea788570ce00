"""Filters of the archive that a report's figures lead to: hidden on the page, told above the list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from approvals.models import Application, Decision, ReasonCode, Step
from approvals.workflow import Action
from treatments.models import Authorisation, Reassessment, Verdict

OUTCOMES = [
    ("approved", _("Authorised")),
    ("refused", _("Not authorised")),
    ("inadmissible", _("Not admissible")),
    *ReasonCode.choices,
]
KEPT = [
    ("in_time", _("Reassessed in time")),
    ("late", _("Reassessed late")),
    ("expired", _("Expired: not reassessed in time")),
    ("ended", _("Ended before the reassessment")),
]


def hidden_day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.HiddenInput)


def hidden_choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=[("", ""), *choices], widget=forms.HiddenInput
    )


class ReportFilters(forms.Form):
    row = forms.CharField(label=_("Row"), required=False, max_length=20, widget=forms.HiddenInput)
    outcome = hidden_choice(_("Decision"), OUTCOMES)
    decided_since = hidden_day(_("Decided from"))
    decided_until = hidden_day(_("Decided until"))
    kept = hidden_choice(_("Reassessment"), KEPT)
    due_since = hidden_day(_("Reassessment due from"))
    due_until = hidden_day(_("Reassessment due until"))
    verdict = hidden_choice(_("Decided at reassessment"), Verdict.choices)
    judged_since = hidden_day(_("Reassessed from"))
    judged_until = hidden_day(_("Reassessed until"))

    def of_report(self, found: QuerySet[Application]) -> QuerySet[Application]:
        wanted = self.cleaned_data
        if wanted["row"]:
            found = found.filter(indication_code=wanted["row"])
        if wanted["outcome"] or wanted["decided_since"] or wanted["decided_until"]:
            found = found.filter(pk__in=_decided(wanted))
        if wanted["kept"] or wanted["due_since"] or wanted["due_until"]:
            found = found.filter(pk__in=_due(wanted).values("application"))
        if wanted["verdict"] or wanted["judged_since"] or wanted["judged_until"]:
            judged = Reassessment.objects.filter(_between("reassessed_at", wanted, "judged"))
            judged = judged.filter(verdict=wanted["verdict"]) if wanted["verdict"] else judged
            found = found.filter(pk__in=judged.values("authorisation__application"))
        return found

    def told_of_report(self) -> Iterator[tuple[str, str]]:
        """Those in use, in words: label and value."""
        for name in ReportFilters.base_fields:
            if value := self.cleaned_data.get(name) if self.is_valid() else None:
                field = self.fields[name]
                if isinstance(field, forms.ChoiceField):
                    value = dict(field.choices)[value]  # type: ignore[arg-type]
                yield str(field.label), date_format(value) if isinstance(value, date) else str(value)


def _decided(wanted: dict[str, Any]) -> QuerySet[Any]:
    """Applications with such a decision in that time."""
    if wanted["outcome"] == "inadmissible":
        steps = Step.objects.filter(_between("at", wanted, "decided"), action=Action.DECLARE_INADMISSIBLE)
        return steps.values("application")
    decisions = Decision.objects.filter(_between("decided_at", wanted, "decided"))
    match wanted["outcome"]:
        case "approved" | "refused":
            decisions = decisions.filter(is_approval=wanted["outcome"] == "approved")
        case code if code:
            decisions = decisions.filter(is_approval=False, reason_codes__contains=[code])
    return decisions.values("application")


def _due(wanted: dict[str, Any]) -> QuerySet[Authorisation]:
    """Periods due in that time whose reassessment was kept so, as the report counts them (sql.DUE)."""
    periods = Authorisation.objects.filter(is_provisional=False)
    if wanted["due_since"]:
        periods = periods.filter(due_on__gte=wanted["due_since"])
    if wanted["due_until"]:
        periods = periods.filter(due_on__lte=wanted["due_until"])
    judged_on = TruncDate("reassessment__reassessed_at", tzinfo=timezone.get_default_timezone())
    match wanted["kept"]:
        case "in_time":
            return periods.filter(reassessment__isnull=False).filter(LessThanOrEqual(judged_on, F("due_on")))
        case "late":
            return periods.filter(reassessment__isnull=False).filter(GreaterThan(judged_on, F("due_on")))
        case "expired":
            return periods.filter(verdict=Verdict.EXPIRED)
        case "ended":
            ended = periods.filter(settled_at__isnull=False, reassessment=None)
            return ended.exclude(verdict=Verdict.EXPIRED)
    return periods


def _between(field: str, wanted: dict[str, Any], prefix: str) -> Q:
    condition = Q()
    if since := wanted[f"{prefix}_since"]:
        condition &= Q(**{f"{field}__gte": midnight(since)})
    if until := wanted[f"{prefix}_until"]:
        condition &= Q(**{f"{field}__lt": midnight(until, days=1)})
    return condition


def midnight(on: date, *, days: int = 0) -> datetime:
    """The beginning of that day, or of one so many days later, in the hospital's time zone."""
    return timezone.make_aware(datetime.combine(on + timedelta(days=days), time()))
