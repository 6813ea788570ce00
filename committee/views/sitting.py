"""The page of one sitting: its agenda, who is there, what this person may do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.clock import now
from approvals.refusals import Refused, Stale
from committee.forms import CancelForm, DeclarationsForm, OpeningForm
from committee.models import Sitting
from committee.reading import Reading
from committee.views.finding import find, user_of


@require_safe
def sitting(request: HttpRequest, number: str) -> HttpResponse:
    at = now()
    return page(request, find(request, number, at=at), at=at)


def page(
    request: HttpRequest,
    found: Sitting,
    *,
    at: datetime,
    refusal: Refused | None = None,
    typed: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page as things stand now; after a refusal with its reason and, in its form, what was `typed`."""
    reading = Reading(found, user_of(request), at)
    blank: dict[str, Any] = {
        "opening": OpeningForm([(place.user, place.as_what) for place in reading.places]),
        "cancel": CancelForm(),
        "declarations": DeclarationsForm(reading.to_declare),
    }
    names = {OpeningForm: "opening", CancelForm: "cancel", DeclarationsForm: "declarations"}
    if typed is not None:
        blank[names[type(typed)]] = typed
    context = {
        "reading": reading,
        "sitting": found,
        "refusal": "" if typed is not None or refusal is None else refusal.sentence,
        "is_stale": isinstance(refusal, Stale),
        "has_errors": refusal is not None,
        **blank,
    }
    return render(request, "committee/sitting.html", context, status=status)


def refused(
    request: HttpRequest, number: str, refusal: Refused, *, at: datetime, typed: forms.Form | None = None
) -> HttpResponse:
    """422 where something typed is missing, 409 where things have moved on."""
    status = 422 if typed is not None and refusal.shortcomings else 409
    return page(request, find(request, number, at=at), at=at, refusal=refusal, typed=typed, status=status)
