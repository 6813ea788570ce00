"""The second person: reads what changes, and puts the draft in force."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from accounts.people import day
from catalogue import permissions
from catalogue.comparing import between
from catalogue.forms import PublishForm, renew
from catalogue.publishing import publish as put_in_force
from catalogue.publishing import seen_of
from catalogue.refusals import CatalogueError
from catalogue.views.common import current, find, refused, user_of


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, edition: str) -> HttpResponse:
    found, user, at = find(edition), user_of(request), now()
    if reason := permissions.why_not_publish(user, found, at=at):
        return refused(request, reason, found)
    initial = {"effective_on": day(at), "seen": seen_of(found)}
    form = PublishForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            put_in_force(found, by=user, at=at, **form.cleaned_data)
            messages.success(request, _("Edition %(code)s is in force.") % {"code": found.code})
            return redirect("edition", found.code)
        except CatalogueError as error:
            form.add_error(None, str(error))
            renew(form, seen_of(found))
    base = current()
    context = {"form": form, "edition": found, "base": base, "differences": between(base, found)}
    return render(request, "catalogue/editions/publish.html", context, status=422 if form.errors else 200)
