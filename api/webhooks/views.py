"""For administrators: where a client is told what happened, and how that goes."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts.clock import now
from accounts.models import User
from api.clients import reading
from api.clients.forms import EndpointForm
from api.clients.managing import Refused
from api.clients.views import find, form_page
from api.models import Delivery, Endpoint
from api.webhooks import managing
from outbox.views import administrator
from outbox.waking import wake


@form_page
@sensitive_variables("secret")
def webhook_new(request: HttpRequest, pk: int) -> HttpResponse:
    user = administrator(request)
    client = find(user, pk)
    form = EndpointForm(request.POST or None)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            endpoint, secret = managing.add(client, told["url"], told["events"], by=user, at=now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return shown_once(request, endpoint, secret)
    context = {"form": form, "client": client}
    return render(request, "api/webhook_form.html", context, status=422 if form.is_bound else 200)


def shown_once(request: HttpRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    context = {"client": endpoint.client, "endpoint": endpoint, "secret": secret}
    return render(request, "api/secret.html", context)


@require_safe
def webhook(request: HttpRequest, pk: int, endpoint: int) -> HttpResponse:
    found = find_endpoint(administrator(request), pk, endpoint)
    context = {"client": found.client, "endpoint": found, "deliveries": reading.deliveries(found)}
    return render(request, "api/webhook.html", context)


@require_POST
def webhook_act(request: HttpRequest, pk: int, endpoint: int, what: str) -> HttpResponse:
    user = administrator(request)
    found = find_endpoint(user, pk, endpoint)
    try:
        act = ACTS[what]
    except KeyError:
        raise Http404 from None
    try:
        return act(request, found, user) or redirect("webhook", pk, endpoint)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("webhook", pk, endpoint)


def test(request: HttpRequest, endpoint: Endpoint, user: User) -> None:
    managing.try_out(endpoint, by=user, at=now())
    messages.success(request, _("A test is on its way: look here again in a moment."))


def stop(request: HttpRequest, endpoint: Endpoint, user: User) -> None:
    if managing.stop(endpoint, by=user, at=now()):
        messages.success(request, _("Nothing is sent there any more. What happens meanwhile waits."))
    else:
        messages.info(request, _("It was stopped before: nothing was changed."))


def resume(request: HttpRequest, endpoint: Endpoint, user: User) -> None:
    if managing.resume(endpoint, by=user, at=now()):
        wake()
        messages.success(request, _("It goes on; what was not delivered is sent now."))
    else:
        messages.info(request, _("It was not stopped: nothing was changed."))


@sensitive_variables("secret")
def renew(request: HttpRequest, endpoint: Endpoint, user: User) -> HttpResponse:
    secret = managing.new_secret(endpoint, by=user, at=now())
    return shown_once(request, endpoint, secret)


ACTS: dict[str, Callable[[HttpRequest, Endpoint, User], HttpResponse | None]] = {
    "prova": test,
    "ferma": stop,
    "riprendi": resume,
    "segreto": renew,
}


@require_POST
def delivery_again(request: HttpRequest, pk: int, endpoint: int, delivery: int) -> HttpResponse:
    user = administrator(request)
    found = get_object_or_404(Delivery, pk=delivery, endpoint=find_endpoint(user, pk, endpoint))
    try:
        managing.again(found, by=user, at=now())
        messages.success(request, _("It is being sent again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("webhook", pk, endpoint)


def find_endpoint(user: User, pk: int, endpoint: int) -> Endpoint:
    endpoints = Endpoint.objects.select_related("client", "made_by", "suspended_by")
    return get_object_or_404(endpoints, pk=endpoint, client=find(user, pk))
