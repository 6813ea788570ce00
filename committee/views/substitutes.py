"""Who sits in whose stead, and from when to when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.clock import now
from accounts.models import VOTING_ROLES, Membership, Role, User
from accounts.people import day, hospital_ids
from approvals.refusals import AlreadyDone, Refused
from committee import actions
from committee.actions import substituting
from committee.forms import SubstituteForm
from committee.views.finding import chaired, user_of


def provided_for(request: HttpRequest, *, at: datetime) -> tuple[int, bool]:
    """The hospital whose committee this person provides with substitutes, and whether they chair it."""
    user = user_of(request)
    if hospital := chaired(user, at=at):
        return hospital, True
    directed = hospital_ids(user, Role.MEDICAL_DIRECTOR, at=at)
    if not directed:
        raise Http404
    return directed[0], False


@require_http_methods(["GET", "HEAD", "POST"])
def substitutes(request: HttpRequest) -> HttpResponseBase:
    user, at = user_of(request), now()
    hospital, chairs = provided_for(request, at=at)
    held = seats(hospital, at=at)
    mine = [one for one in held if not substituting.why_not(one, by=user, at=at, chairs=chairs)]
    form = SubstituteForm(
        mine, available(hospital, at=at), request.POST if request.method == "POST" else None
    )
    if form.is_bound and form.is_valid():
        try:
            actions.substitute(**form.content(), by=user, at=at)
        except AlreadyDone:
            return redirect("substitutes")
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The substitution is recorded."))
            return redirect("substitutes")
    context: dict[str, Any] = {"seats": held, "mine": mine, "form": form}
    return render(request, "committee/substitutes.html", context, status=422 if form.errors else 200)


def seats(hospital: int, *, at: datetime) -> list[Membership]:
    """The members' own seats, each with its substitutions in force or to come, the chair's first."""
    today = day(at)
    to_come = (
        Membership.objects.overlapping(today, None)
        .select_related("user", "substitution__named_by")
        .order_by("from_on", "pk")
    )
    held = (
        Membership.objects.valid(on=today)
        .filter(role__in=VOTING_ROLES, unit__hospital=hospital, stands_in_for=None, user__is_active=True)
        .select_related("user", "unit")
        .prefetch_related(Prefetch("substitutes", to_come, to_attr="stand_ins"))
    )
    return sorted(held, key=lambda seat: (seat.role != Role.CHAIR, seat.user.last_name, seat.pk))


def available(hospital: int, *, at: datetime) -> list[User]:
    """Who works in the hospital and has no seat of their own."""
    in_force = Membership.objects.valid(on=day(at)).filter(unit__hospital=hospital)
    seated = in_force.filter(role__in=VOTING_ROLES, stands_in_for=None)
    found = User.objects.filter(is_active=True, memberships__in=in_force)
    found = found.exclude(pk__in=seated.values("user"))
    return list(found.distinct().order_by("last_name", "first_name", "pk"))


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    at = now()
    hospital, _chairs = provided_for(request, at=at)
    made = Membership.objects.filter(stands_in_for__unit__hospital=hospital).select_related("user")
    one = made.filter(pk=pk).first()
    if one is None:
        return redirect("substitutes")
    try:
        actions.end_substitution(one, by=user_of(request), at=at)
    except AlreadyDone:
        pass
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("%(who)s no longer stands in.") % {"who": one.user.signature})
    return redirect("substitutes")
