"""One page for every action: find the file, bind the form, call the action, answer."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from accounts.models import User
from approvals import policies
from approvals.clock import next_step
from approvals.forms import ActForm
from approvals.offers import label, reason
from approvals.opening import find, record_opening
from approvals.permissions import why_not
from approvals.reading import Reading
from approvals.record import Record
from approvals.refusals import AlreadyDone, Refused, Stale
from approvals.views.deeds import DEEDS
from approvals.workflow import Action
from entrance.again import has_failed, proved, used

# Buttons that only draw the page again, with what was typed: more boxes, back from the confirmation.
DRAW_AGAIN = ("more", "again")
# What decides: one proves again who one is (setting REAUTH_DECISIONS).
DECISIONS = {
    Action.VOTE,
    Action.APPROVE,
    Action.REJECT,
    Action.DECIDE_URGENTLY,
    Action.RATIFY,
    Action.DENY_RATIFICATION,
    Action.DECLARE_INADMISSIBLE,
    Action.REVOKE,
}


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, action: Action) -> HttpResponse:
    """Show the page of one action, or do it."""
    application, at = find(request, number, to_act=True), now()
    posted = request.POST if request.method == "POST" else None
    form = DEEDS[action].form(application, at=at, data=posted)
    if posted is None or not posted.keys().isdisjoint(DRAW_AGAIN):
        return page(request, action, form, at=at)
    if not form.is_valid():
        return page(request, action, form, at=at, status=422)
    if asks_proof(action) and not proved(request).is_valid():
        return page(request, action, form, at=at, status=422)
    try:
        if DEEDS[action].confirm and "confirmed" not in posted:
            return confirmation(request, action, form, at=at)
        DEEDS[action].do(application.pk, by=cast(User, request.user), at=at, **form.content())
    except AlreadyDone:
        pass
    except Refused as refusal:
        return refused(request, action, form, refusal, at=at)
    used(request)
    return done(request, number, action)


def asks_proof(action: Action) -> bool:
    return settings.REAUTH_DECISIONS and action in DECISIONS


def confirmation(request: HttpRequest, action: Action, form: ActForm, *, at: datetime) -> HttpResponse:
    """Repeat what is about to be done. What the action would refuse anyway is said now."""
    user, application = cast(User, request.user), form.application
    if told := why_not(user, action, application, at=at):
        raise Refused(told)
    content = {name: value for name, value in form.content().items() if name != "version"}
    if missing := policies.shortcomings(action, application, at=at, **content):
        raise Refused(missing[0].sentence, missing)
    deed = DEEDS[action]
    record_opening(request, application, what=f"confirm:{action}")
    context = {
        "reading": Reading(application, user, at),
        "form": form,
        "action": action,
        "asks_proof": asks_proof(action),
    }
    return render(request, deed.confirm, context | deed.confirm_extra(form))


def refused(
    request: HttpRequest, action: Action, form: ActForm, refusal: Refused, *, at: datetime
) -> HttpResponse:
    """The same page again, as things stand now, with the reason on top and every word that was typed."""
    form.refuse(refusal)
    form.renew(find(request, str(form.application.number), to_act=True))
    status = 422 if refusal.shortcomings else 409
    return page(request, action, form, at=at, status=status, is_stale=isinstance(refusal, Stale))


def page(
    request: HttpRequest,
    action: Action,
    form: ActForm,
    *,
    at: datetime,
    status: int = 200,
    is_stale: bool = False,
) -> HttpResponse:
    user, application, deed = cast(User, request.user), form.application, DEEDS[action]
    record_opening(request, application, what=f"act:{action}")
    reading = Reading(application, user, at)
    context = {
        "reading": reading,
        "application": application,
        "form": form,
        "action": action,
        "label": label(user, action, application),
        "why_not": reason(user, action, application, at=at),
        "is_stale": is_stale,
        "asks_proof": asks_proof(action),
        "proof": getattr(request, "again", None),  # as it was sent
        "has_errors": bool(form.elsewhere) or has_failed(request),
    }
    return render(request, deed.template, context | deed.beside(reading), status=status)


def done(request: HttpRequest, number: str, action: Action) -> HttpResponse:
    """Back to the file, with what was done and what comes next."""
    following = next_step(Record(find(request, number, to_act=True)), at=now())
    told = f"{number}: {DEEDS[action].done}."
    if following:
        told += " " + _("Next: %(next)s.") % {"next": following.title}
    messages.success(request, told)
    return redirect("application", number)
