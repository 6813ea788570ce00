"""Writing a draft: starting one, its heading, its rows, throwing it away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from accounts.people import day
from catalogue import drafting, permissions
from catalogue.differences import row_changes
from catalogue.forms import HeadingForm, renew
from catalogue.models import Edition, Indication
from catalogue.refusals import CatalogueError, Stale
from catalogue.row_forms import WholeRow
from catalogue.shape import EDITION, canonical, fingerprint, object_content, row_content
from catalogue.views.common import current, find, refused, user_of

asked = require_http_methods(["GET", "HEAD", "POST"])


@asked
def new(request: HttpRequest) -> HttpResponse:
    """A draft that begins as a copy of the edition in force."""
    user, at = user_of(request), now()
    if reason := permissions.why_not_write(user, at=at):
        return refused(request, reason)
    base = current()
    initial = {"title": base.title if base else "", "effective_on": day(at).isoformat()}
    form = HeadingForm(request.POST or None, initial=initial, names=("code", "title", "effective_on"))
    if form.is_valid():
        try:
            typed = {"code": "", "title": "", "effective_on": ""} | form.content()
            made = drafting.start(**typed, by=user, at=at)
            messages.success(request, _("Draft %(code)s was started.") % {"code": made.code})
            return redirect("edition", made.code)
        except drafting.Faulty as error:
            form.refuse(error.faults)
        except CatalogueError as error:
            return refused(request, error)
    context = {"form": form, "base": base}
    return render(request, "catalogue/editions/new.html", context, status=422 if form.errors else 200)


@asked
def heading(request: HttpRequest, edition: str) -> HttpResponse:
    found, user, at = find(edition), user_of(request), now()
    if reason := permissions.why_not_edit(user, found, at=at):
        return refused(request, reason, found)
    before = object_content(found, EDITION)
    names = [name for name in EDITION if name != "code"]
    form = HeadingForm(request.POST or None, initial={**before, "seen": fingerprint(before)}, names=names)
    if form.is_valid():
        typed = dict.fromkeys(names, "") | form.content()
        try:
            drafting.change_heading(found, typed, seen=form.cleaned_data["seen"], by=user, at=at)
            messages.success(request, _("The heading was saved."))
            return redirect("edition", found.code)
        except drafting.Faulty as error:
            form.refuse(error.faults)
        except CatalogueError as error:
            return refused(request, error, found)
    context = {"form": form, "edition": found}
    return render(request, "catalogue/editions/heading.html", context, status=422 if form.errors else 200)


@asked
def row(request: HttpRequest, edition: str, code: str = "") -> HttpResponse:
    """One row of a draft, or a new one; a stale page keeps what was typed and shows what differs."""
    found, user, at = find(edition), user_of(request), now()
    if reason := permissions.why_not_edit(user, found, at=at):
        return refused(request, reason, found)
    saved = stored(found, code)
    whole = WholeRow(saved, seen=fingerprint(saved), data=request.POST or None, is_new=not code)
    context: dict[str, Any] = {"edition": found, "code": code, "whole": whole, "form": whole.form}
    if request.method == "POST" and whole.is_valid():
        seen = whole.form.cleaned_data["seen"]
        try:
            drafting.save_row(found, whole.content(), code=code, seen=seen, by=user, at=at)
        except drafting.Faulty as error:
            whole.refuse(error.faults)
        except Stale as error:
            context |= stale(found, code, whole, error)
        except CatalogueError as error:
            return refused(request, error, found)
        else:
            messages.success(request, _("The row was saved."))
            made = code or whole.content()["code"]
            return redirect("row-edit" if "more" in request.POST else "indication", found.code, made)
    context["has_errors"] = request.method == "POST"
    return render(
        request, "catalogue/editions/row.html", context, status=422 if request.method == "POST" else 200
    )


def stored(edition: Edition, code: str) -> dict[str, Any]:
    """The row as a file holds it; nothing for a new one. A row that is gone answers 404."""
    if not code:
        return {}
    row: Indication | None = edition.indications.with_everything().filter(code=code).first()
    if row is None:
        raise Http404
    return row_content(row)


def stale(edition: Edition, code: str, whole: WholeRow, error: Stale) -> dict[str, Any]:
    """What somebody else saved beside what was typed here; saving again is then a choice."""
    saved = stored(edition, code)
    typed = {**canonical(whole.content()), "code": code}
    renew(whole.form, fingerprint(saved))
    return {"stale": str(error), "conflicts": list(row_changes(saved, typed))}


@asked
def remove(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Asks once, then takes a row out of a draft."""
    found, user, at = find(edition), user_of(request), now()
    if reason := permissions.why_not_edit(user, found, at=at):
        return refused(request, reason, found)
    saved = stored(found, code)
    if "confirmed" not in request.POST:
        context = {"edition": found, "code": code, "row": saved, "seen": fingerprint(saved)}
        return render(request, "catalogue/editions/remove.html", context)
    try:
        drafting.remove_row(found, code, seen=request.POST.get("seen", ""), by=user, at=at)
    except CatalogueError as error:
        return refused(request, error, found)
    messages.success(request, _("Row %(code)s was taken out of the draft.") % {"code": code})
    return redirect("edition", found.code)


@asked
def discard(request: HttpRequest, edition: str) -> HttpResponse:
    """Asks once, then throws a draft away."""
    found, user, at = find(edition), user_of(request), now()
    if reason := permissions.why_not_edit(user, found, at=at):
        return refused(request, reason, found)
    if "confirmed" not in request.POST:
        return render(request, "catalogue/editions/discard.html", {"edition": found})
    try:
        drafting.discard(found, by=user, at=at)
    except CatalogueError as error:
        return refused(request, error, found)
    messages.success(request, _("Draft %(code)s was discarded.") % {"code": edition})
    return redirect("editions")
