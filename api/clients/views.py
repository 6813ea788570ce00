"""For administrators: the other systems, their secrets and their mandates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.clock import now
from accounts.models import Role, User
from accounts.people import day, memberships
from api.clients import managing, reading
from api.clients.forms import ChangeForm, ClientForm, MandateForm
from api.clients.managing import Refused
from api.models import Client, ClientSecret, Mandate
from outbox.views import administrator

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    user = administrator(request)
    return render(request, "api/clients.html", {"rows": reading.rows(user, at=now())})


@form_page
@sensitive_variables("secret")
def client_new(request: HttpRequest) -> HttpResponse:
    user, at = administrator(request), now()
    form = ClientForm(request.POST or None)
    if form.is_bound and form.is_valid():
        hospital = next(m.unit.hospital for m in memberships(user, at=at) if m.role == Role.ADMINISTRATOR)
        try:
            client, secret = managing.make(hospital, form.terms(), by=user, at=at)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            return shown_once(request, client, secret, is_new=True)
    status = 422 if form.is_bound else 200
    return render(request, "api/client_form.html", {"form": form}, status=status)


def shown_once(request: HttpRequest, client: Client, secret: str, *, is_new: bool) -> HttpResponse:
    """The answer to the click itself: a secret waits in no session for a page to come."""
    context = {"client": client, "secret": secret, "is_new": is_new}
    return render(request, "api/secret.html", context)


@form_page
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one client; what is posted to it is a mandate."""
    user, at = administrator(request), now()
    found = find(user, pk)
    form = MandateForm(found, at=at, data=request.POST or None, initial={"from_on": f"{day(at):%d/%m/%Y}"})
    if form.is_bound and form.is_valid():
        try:
            given = managing.give_mandate(found.pk, **form.content(), by=user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            told = {"client": found, "person": given.user}
            messages.success(request, _("%(client)s may now act for %(person)s.") % told)
            return redirect("client", pk)
    return page(request, found, form)


def page(request: HttpRequest, found: Client, form: MandateForm) -> HttpResponse:
    at = now()
    context: dict[str, Any] = {
        "client": found,
        "form": form,
        "mandates": reading.mandates(found, on=day(at)),
        "endpoints": found.endpoints.all(),
        "scopes": reading.scopes(found),
        "entries": reading.calls(found),
        "secrets": ClientSecret.objects.valid(at=at).filter(client=found).order_by("-pk"),
    }
    return render(request, "api/client.html", context, status=422 if form.is_bound else 200)


@form_page
def client_change(request: HttpRequest, pk: int) -> HttpResponse:
    user = administrator(request)
    found = find(user, pk)
    initial = {"scopes": found.scopes, "networks": "\n".join(found.networks)}
    form = ChangeForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            managing.change(found.pk, form.terms(found.name), by=user, at=now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved: it counts from the next call."))
            return redirect("client", pk)
    context = {"form": form, "client": found}
    return render(request, "api/client_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@sensitive_variables("secret")
def client_secret(request: HttpRequest, pk: int) -> HttpResponse:
    user = administrator(request)
    found = find(user, pk)
    seen = request.POST.get("seen", "")
    try:
        secret = managing.new_secret(
            found.pk, seen=int(seen) if seen.isdecimal() and len(seen) < 18 else 0, by=user, at=now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("client", pk)
    return shown_once(request, found, secret, is_new=False)


@form_page
def client_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    user = administrator(request)
    found = find(user, pk)
    if request.method == "POST":
        try:
            managing.revoke(found.pk, by=user, at=now())
            messages.success(
                request, _("%(client)s is revoked: it opens nothing any more.") % {"client": found}
            )
        except Refused as refusal:
            messages.info(request, str(refusal))
        return redirect("client", pk)
    return render(request, "api/revoke.html", {"client": found})


@require_POST
def mandate_end(request: HttpRequest, pk: int, mandate: int) -> HttpResponse:
    user = administrator(request)
    found = get_object_or_404(Mandate, pk=mandate, client=find(user, pk))
    if managing.end_mandate(found.pk, by=user, at=now()):
        messages.success(request, _("The mandate has ended."))
    else:
        messages.info(request, _("It had ended before: nothing was changed."))
    return redirect("client", pk)


def find(user: User, pk: int) -> Client:
    managed = Client.objects.managed_by(user, at=now()).select_related("made_by", "revoked_by", "hospital")
    return get_object_or_404(managed, pk=pk)
