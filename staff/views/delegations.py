"""Who stands in for whom: what one may pass on, to whom one passed it, for whom one stands in."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import delegating
from accounts.clock import now
from accounts.models import Membership, User
from accounts.refusals import AlreadyDone, Refused
from staff.forms import DelegationForm


@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    user, at = cast(User, request.user), now()
    held = delegating.may_pass_on(user, at=at)
    forms = {one.pk: DelegationForm(one, delegating.available(one, at=at)) for one in held}
    failed = None
    if request.method == "POST":
        one = _named(request, held)
        form = DelegationForm(one, forms[one.pk].people.values(), request.POST)
        if form.is_valid():
            try:
                delegating.name(one, **form.content(), by=user, at=at)
            except AlreadyDone:
                return redirect("delegations")
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("Recorded: it ends by itself."))
                return redirect("delegations")
        forms[one.pk] = failed = form
    context = _context(user, held, forms, at=at)
    return render(
        request, "staff/delegations.html", {**context, "form": failed}, status=422 if failed else 200
    )


def _named(request: HttpRequest, held: list[Membership]) -> Membership:
    """The role whose form was sent; a button of ours names one that is offered."""
    sent = request.POST.get("held", "")
    for one in held:
        if str(one.pk) == sent:
            return one
    raise Http404


def _context(
    user: User, held: list[Membership], forms: dict[int, DelegationForm], *, at: datetime
) -> dict[str, Any]:
    passed_on: dict[int, list[Membership]] = {}
    for made in delegating.standing_in(held, at=at):
        passed_on.setdefault(cast(int, made.stands_in_for_id), []).append(made)
    cards = [(one, forms[one.pk], passed_on.get(one.pk, [])) for one in held]
    return {"cards": cards, "received": delegating.in_whose_stead(user, at=at)}


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    user, at = cast(User, request.user), now()
    mine = delegating.standing_in(delegating.may_pass_on(user, at=at), at=at)
    made = Membership.objects.select_related("stands_in_for").filter(stands_in_for__isnull=False)
    one = get_object_or_404(made, pk=pk)
    if not mine.filter(pk=pk).exists() and not _was_theirs(one, user):
        raise Http404
    try:
        delegating.end(one, by=user, at=at)
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("It ends today."))
    return redirect("delegations")


def _was_theirs(made: Membership, user: User) -> bool:
    """Ended a moment ago, by a double click: told, not hidden."""
    return made.changes.filter(changed_by=user).exists()
