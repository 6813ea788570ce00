"""A member's conflicts of interest, on all the items of a sitting at once."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import ngettext

from approvals import actions
from approvals.refusals import AlreadyDone, Refused
from committee.forms import DeclarationsForm
from committee.models import Sitting
from committee.reading import Reading
from committee.views.finding import find, user_of
from committee.views.sitting import page


def declare(request: HttpRequest, sitting: Sitting, at: datetime) -> HttpResponseBase:
    """Declare on each item that still wants to know; what one of them refuses does not stop the others."""
    lines = Reading(sitting, user_of(request), at).to_declare
    sent = [line for line in lines if f"round_{line.item.pk}" in request.POST]
    form = DeclarationsForm(sent, request.POST)
    if not form.is_valid():
        return page(request, sitting, at=at, typed=form, status=422)
    refusals = declare_each(form, request, at)
    if told := len(sent) - len(refusals):
        messages.success(
            request,
            ngettext("%(n)d declaration is recorded.", "%(n)d declarations are recorded.", told)
            % {"n": told},
        )
    if not refusals:
        return redirect("sitting", sitting.number)
    form.keep(refusals)
    status = 422 if all(one.shortcomings for one in refusals.values()) else 409
    fresh = find(request, sitting.number, at=at)
    return page(request, fresh, at=at, typed=form, refusal=next(iter(refusals.values())), status=status)


def declare_each(form: DeclarationsForm, request: HttpRequest, at: datetime) -> dict[int, Refused]:
    """The refusals, by item. What was declared meanwhile, in another window, is left as it is."""
    refusals = {}
    for line in form.lines:
        try:
            actions.declare(line.application.pk, **form.told(line), by=user_of(request), at=at)
        except AlreadyDone:
            continue
        except Refused as refusal:
            refusals[line.item.pk] = refusal
    return refusals
