"""Demonstrations only: the page that moves the date of the house."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from accounts.models import Role, User
from accounts.people import day, holds
from approvals import demo_time
from approvals.refusals import Refused

STEPS = (1, 7, 30)


class MoveForm(forms.Form):
    """A button says how many days; or a day is typed. `seen` is the date on the page that was sent."""

    seen = forms.DateField(widget=forms.HiddenInput)
    to = forms.DateField(
        label=gettext_lazy("Another day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    days = forms.TypedChoiceField(
        choices=[(n, n) for n in STEPS],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.HiddenInput,
    )

    def target(self) -> date | None:
        told = self.cleaned_data
        if told["days"]:
            return cast(date, told["seen"]) + timedelta(days=told["days"])
        return cast("date | None", told["to"])


@require_http_methods(["GET", "HEAD", "POST"])
def time_machine(request: HttpRequest) -> HttpResponse:
    user, at = cast(User, request.user), now()
    if not settings.DEMO or not holds(user, Role.ADMINISTRATOR, at=at):
        raise Http404
    form = MoveForm(request.POST if request.method == "POST" else None, initial={"seen": day(at)})
    status = 200
    if form.is_bound:
        to = form.target() if form.is_valid() else None
        try:
            if to is None:
                raise Refused(_("Choose a day."))
            demo_time.move(to=to, seen=form.cleaned_data["seen"], by=user, at=at, real=timezone.now())
        except Refused as refusal:
            form.add_error("to", refusal.sentence)
            status = 422
        else:
            swept = "sweep" in request.POST and demo_time.sweep_now()
            told = _("The demonstration lives on %(day)s.") % {"day": date_format(to)}
            rest = _("What fell due is being sent.") if swept else _("What fell due is sent within a minute.")
            messages.success(request, f"{told} {rest}")
            return redirect("time-machine")
    # The buttons and the hidden date are those of now, whatever was sent.
    context = {"form": form, "today": day(now()), "steps": STEPS, "real": timezone.now()}
    return render(request, "approvals/time_machine.html", context, status=status)
