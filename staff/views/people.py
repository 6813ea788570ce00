"""The people of a hospital, and the account of one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import persons, roles
from accounts.clock import now
from accounts.models import ClaimsStop, RoleProposal, User
from accounts.people import day
from accounts.refusals import AlreadyDone, Refused
from staff.finding import PeopleForm, administrator, cells, header, history, people_of
from staff.forms import Asked, CloseForm, GiveForm, PersonForm
from treatments import exports

SIZE = 50


@require_safe
def people(request: HttpRequest) -> HttpResponseBase:
    at = now()
    user, hospitals = administrator(request, at=at)
    form = PeopleForm(request.GET, hospitals=hospitals, at=at)
    found = form.people()
    if (format_ := request.GET.get("format", "")) in exports.FORMATS and form.is_valid():
        told: dict[str, Any] = {"filters": form.told(), "by": user, "at": at}
        return exports.answer(format_, "persone", header(), cells(found.iterator(chunk_size=500)), **told)
    page = Paginator(found, SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "on": day(at), **waiting(hospitals)}
    return render(request, "staff/people.html", context, status=422 if form.errors else 200)


def waiting(hospitals: list[int]) -> dict[str, Any]:
    """What the identity provider leaves to the administrators."""
    open_ = RoleProposal.objects.filter(settled="", membership__unit__hospital__in=hospitals)
    stops = ClaimsStop.objects.filter(hospital__in=hospitals, released_at=None)
    return {"proposals": open_.count(), "is_stopped": stops.exists()}


def find(request: HttpRequest, pk: int, *, at: datetime) -> tuple[User, list[int], User]:
    """Who looks, their hospitals, and the person; 404 for somebody of another hospital."""
    by, hospitals = administrator(request, at=at)
    return by, hospitals, get_object_or_404(people_of(hospitals), pk=pk)


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    return page_of(request, pk, GiveForm(find(request, pk, at=now())[1]))


def page_of(request: HttpRequest, pk: int, form: GiveForm) -> HttpResponse:
    at = now()
    by, hospitals, found = find(request, pk, at=at)
    held = list(history(found, hospitals))
    context = {
        "person": found,
        "form": form,
        "held": [(one, roles.why_not_end(one, by=by, at=at)) for one in held],
        "why_not_give": next(
            (told for pk in hospitals if (told := roles.why_not(found, pk, by=by, at=at))), ""
        ),
        "why_not_account": persons.why_not(found, by=by, at=at),
        "on": day(at),
    }
    return render(request, "staff/person.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
def give(request: HttpRequest, pk: int) -> HttpResponse:
    at = now()
    by, hospitals, found = find(request, pk, at=at)
    form = GiveForm(hospitals, request.POST)
    if not form.is_valid():
        return page_of(request, pk, form)
    try:
        roles.give(user=found, **form.content(), by=by, at=at)
    except AlreadyDone:
        pass
    except Refused as refusal:
        form.refuse(refusal)
        return page_of(request, pk, form)
    else:
        messages.success(request, _("The role is given."))
    return redirect("person", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    at = now()
    by, _hospitals = administrator(request, at=at)
    form = PersonForm(None, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = persons.create(form.cleaned_data["username"], form.content(), by=by, at=at)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Written down. Now give them a role."))
            return redirect("person", made.pk)
    return answer(request, "staff/edit.html", form, person=None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    at = now()
    by, _hospitals, found = find(request, pk, at=at)
    form = PersonForm(found, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            persons.correct(found, form.content(), by=by, at=at)
        except AlreadyDone as done:
            messages.info(request, done.sentence)
            return redirect("person", pk)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved"))
            return redirect("person", pk)
    return answer(
        request, "staff/edit.html", form, person=found, why_not=persons.why_not(found, by=by, at=at)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the account, or reopen it."""
    at = now()
    by, _hospitals, found = find(request, pk, at=at)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            if "reopen" in request.POST:
                persons.reopen(found, by=by, at=at)
            else:
                persons.close(found, **form.cleaned_data, by=by, at=at)
        except AlreadyDone as done:
            messages.info(request, done.sentence)
            return redirect("person", pk)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            told = (
                _("The account is open again.") if "reopen" in request.POST else _("The account is closed.")
            )
            messages.success(request, told)
            return redirect("person", pk)
    return answer(
        request, "staff/account.html", form, person=found, why_not=persons.why_not(found, by=by, at=at)
    )


def answer(request: HttpRequest, template: str, form: Asked, **context: Any) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
