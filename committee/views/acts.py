"""What happens on the page of a sitting: a button is sent here, one action is called, the page comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.clock import now
from accounts.models import User
from approvals import actions as applications
from approvals.refusals import AlreadyDone, Refused
from committee import actions, permissions, policies
from committee.acting import stale
from committee.forms import CancelForm, OpeningForm
from committee.models import Item, Sitting
from committee.reading import Reading
from committee.views.declaring import declare
from committee.views.finding import find, user_of, version, whole
from committee.views.sitting import page, refused
from committee.workflow import Action

# What is sent → what is done; it returns what the page says afterwards.
Deed = Callable[[HttpRequest, Sitting, datetime], str]


@require_POST
def act(request: HttpRequest, number: str, act: str) -> HttpResponseBase:
    """One button of the page of a sitting."""
    at = now()
    sitting = find(request, number, at=at)
    if act in WITH_WORDS:
        return WITH_WORDS[act](request, sitting, at)
    if act not in DEEDS:
        raise Http404
    try:
        told = DEEDS[act](request, sitting, at)
    except AlreadyDone:
        told = ""
    except Refused as refusal:
        return refused(request, number, refusal, at=at)
    return done(request, number, told)


def done(request: HttpRequest, number: str, told: str) -> HttpResponse:
    if told:
        messages.success(request, told)
    return redirect("sitting", number)


def item_of(request: HttpRequest, sitting: Sitting) -> Item:
    items = sitting.items.select_related("application")
    return get_object_or_404(items, pk=whole(request, "item"))


def arrange(request: HttpRequest, sitting: Sitting, at: datetime) -> str:
    """The whole order is sent, so that a second click asks for what is done already."""
    sent = request.POST.get("order", "").split(",")
    if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in sent):
        raise Http404
    order = [int(one) for one in sent]
    actions.arrange(sitting.pk, order=order, by=user_of(request), at=at, version=version(request))
    return _("The order of the agenda is changed.")


def add(request: HttpRequest, sitting: Sitting, at: datetime) -> str:
    application = whole(request, "application")
    actions.add_item(
        sitting.pk, application=application, by=user_of(request), at=at, version=version(request)
    )
    return _("Added to the agenda.")


def remove(request: HttpRequest, sitting: Sitting, at: datetime) -> str:
    item = item_of(request, sitting)
    actions.remove_item(sitting.pk, item=item.pk, by=user_of(request), at=at, version=version(request))
    return _("%(number)s is off the agenda: it waits for another sitting.") % {
        "number": item.application.number
    }


def hear(request: HttpRequest, sitting: Sitting, at: datetime) -> str:
    item = item_of(request, sitting)
    actions.open_item(sitting.pk, item=item.pk, by=user_of(request), at=at, version=version(request))
    return _("%(number)s is being heard: the members declare and vote.") % {"number": item.application.number}


def name_rapporteur(request: HttpRequest, sitting: Sitting, at: datetime) -> str:
    item = item_of(request, sitting)
    member = User.objects.filter(pk=whole(request, "member") if request.POST.get("member") else 0).first()
    applications.name_rapporteur(
        item.application_id,
        member=member,
        by=user_of(request),
        at=at,
        version=whole(request, "application_version"),
    )
    return _("%(who)s reads %(number)s for the others.") % {
        "who": member.signature if member else "",
        "number": item.application.number,
    }


def attend(request: HttpRequest, sitting: Sitting, at: datetime) -> str:
    member = get_object_or_404(User, pk=whole(request, "member"))
    if request.POST.get("move") == "arrives":
        actions.arrive(sitting.pk, member=member, by=user_of(request), at=at)
        return _("%(who)s is in the room.") % {"who": member.signature}
    actions.leave(sitting.pk, member=member, by=user_of(request), at=at)
    return _("%(who)s has left the room.") % {"who": member.signature}


def open_round(request: HttpRequest, sitting: Sitting, at: datetime) -> str:
    """A virtual round: nobody has to be in the room."""
    actions.open_sitting(sitting.pk, by=user_of(request), at=at, version=version(request))
    return _("The vote is open: the members are told by e-mail.")


def open_meeting(request: HttpRequest, sitting: Sitting, at: datetime) -> HttpResponseBase:
    reading = Reading(sitting, user_of(request), at)
    form = OpeningForm([(place.user, place.as_what) for place in reading.places], request.POST)
    form.is_valid()
    present = User.objects.filter(pk__in=form.cleaned_data["present"]).order_by("pk")
    try:
        actions.open_sitting(
            sitting.pk, present=present, by=user_of(request), at=at, version=version(request)
        )
    except AlreadyDone:
        return done(request, sitting.number, "")
    except Refused as refusal:
        form.refuse(refusal)
        return refused(request, sitting.number, refusal, at=at, typed=form)
    return done(request, sitting.number, _("The sitting is open."))


def close(request: HttpRequest, sitting: Sitting, at: datetime) -> HttpResponseBase:
    user = user_of(request)
    try:
        if "confirmed" not in request.POST:
            ask_first(request, Action.CLOSE, sitting, at)
            return confirmation(request, sitting, "close", version=version(request))
        actions.close(sitting.pk, by=user, at=at, version=version(request))
    except AlreadyDone:
        pass
    except Refused as refusal:
        return refused(request, sitting.number, refusal, at=at)
    messages.success(request, _("The sitting is closed. Now complete and sign its minutes."))
    return redirect("minutes", sitting.number)


def cancel(request: HttpRequest, sitting: Sitting, at: datetime) -> HttpResponseBase:
    user, form = user_of(request), CancelForm(request.POST)
    if not form.is_valid():
        return page(request, sitting, at=at, typed=form, status=422)
    reason = form.cleaned_data["reason"]
    try:
        if "confirmed" not in request.POST:
            ask_first(request, Action.CANCEL, sitting, at, reason=reason)
            return confirmation(request, sitting, "cancel", version=version(request), reason=reason)
        actions.cancel(sitting.pk, reason=reason, by=user, at=at, version=version(request))
    except AlreadyDone:
        return done(request, sitting.number, "")
    except Refused as refusal:
        form.refuse(refusal)
        return refused(request, sitting.number, refusal, at=at, typed=form)
    return done(request, sitting.number, _("The sitting is cancelled: the members are told by e-mail."))


def ask_first(request: HttpRequest, action: Action, sitting: Sitting, at: datetime, **content: str) -> None:
    """What the action would refuse anyway is said before anybody confirms."""
    user = user_of(request)
    if (seen := version(request)) != sitting.version:
        raise stale(sitting, action, by=user, seen=seen)
    if told := permissions.why_not(user, action, sitting, at=at):
        raise Refused(told)
    if missing := policies.shortcomings(action, sitting, by=user, at=at, **content):
        raise Refused(missing[0].sentence, missing)


def confirmation(request: HttpRequest, sitting: Sitting, what: str, **fields: object) -> HttpResponse:
    """The page that asks, where no dialog did."""
    context = {"sitting": sitting, "what": what, "fields": fields.items(), "reason": fields.get("reason", "")}
    return render(request, "committee/confirm.html", context)


DEEDS: dict[str, Deed] = {
    "ordine": arrange,
    "aggiunta": add,
    "rimozione": remove,
    "discussione": hear,
    "relatore": name_rapporteur,
    "presenze": attend,
    "votazione": open_round,
}
# Those with something typed, which a refusal must not lose.
WITH_WORDS: dict[str, Callable[[HttpRequest, Sitting, datetime], HttpResponseBase]] = {
    "apertura": open_meeting,
    "chiusura": close,
    "annullamento": cancel,
    "dichiarazioni": declare,
}
