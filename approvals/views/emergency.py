"""The short form of an emergency: one page, two minutes, on a phone; and its live parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.clock import now
from approvals import actions, drafts, emergency, on_call, opening, policies
from approvals.acting import lock
from approvals.models import Application, AttachmentKind
from approvals.prints import all_answers
from approvals.refusals import Refused, Shortcoming
from approvals.sections import SHORT, Sheet, problems
from approvals.views import section_parts, writing
from approvals.views.attachments import panel
from approvals.workflow import Action, Status
from catalogue.dose_words import grams
from catalogue.listing import by_area
from catalogue.models import Indication
from entrance.again import AgainForm, proved, used


def short_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it, save it, or sign it and call the people on call."""
    try:
        application = writing.find(request, pk)
    except writing.Elsewhere as elsewhere:
        return elsewhere.response()
    if application.status != Status.DRAFT:
        return redirect("draft", pk)
    if request.method != "POST":
        return _page(request, application, drafts.shown(application, at=now()))
    try:
        saved = drafts.save_short(pk, request.POST, by=writing.user_of(request), at=now())
    except Refused as refused:
        return _page(request, application, _posted(application, request), refusal=refused, status=422)
    if request.POST.get("then") == "save":
        messages.success(request, _("Saved: nothing was sent yet."))
        return redirect("emergency", pk)
    return _sign(request, saved)


def _sign(request: HttpRequest, application: Application) -> HttpResponse:
    """Ask for the emergency with what the page said, and only that."""
    at, seen = now(), all_answers(application)
    password = proved(request)
    refusal: Refused | None = None
    if missing := policies.shortcomings(Action.REQUEST_EMERGENCY, application, at=at):
        refusal = Refused(missing[0].sentence, missing)
    elif password.is_valid():
        try:
            sent = _request(application.pk, request, seen)
        except Refused as refused:
            refusal = refused
        else:
            used(request)
            return redirect("sent", sent.number)
    posted = _posted(application, request)
    return _page(request, application, posted, refusal=refusal, password=password, complete=True, status=422)


def _request(pk: int, request: HttpRequest, seen: str) -> Application:
    with transaction.atomic():
        if all_answers(lock(pk)) != seen:
            raise Refused(_("The answers were changed in another window: read them again before you sign."))
        return actions.request_emergency(pk, by=writing.user_of(request), at=now(), version=0)


def _posted(application: Application, request: HttpRequest) -> dict[str, dict[str, Any]]:
    return drafts.answers_of(application, request.POST)


def _page(
    request: HttpRequest,
    application: Application,
    shown: Mapping[str, Mapping[str, Any]],
    *,
    refusal: Refused | None = None,
    password: AgainForm | None = None,
    complete: bool = False,
    status: int = 200,
) -> HttpResponse:
    user, at = writing.user_of(request), now()
    opening.record_opening(request, application, what="emergency")
    sheet = Sheet(application, at=at, complete=complete, posted=shown, is_short=True)
    forms = {slug: sheet[slug] for slug in SHORT}
    blocked = _beside(sheet, refusal) if refusal else _debts(application, at)
    if user.pk != application.author_id:
        for form in forms.values():
            writing.leave_to_author(form, application)
    context = {
        "application": application,
        "forms": forms,
        "password": password or AgainForm(request),
        "blocked": blocked,
        "has_errors": status != 200,
        "calls": on_call.calls(application, at=at),
        **_rows(sheet),
        **_dose(sheet),
        **panel(application, AttachmentKind.CONSENT, back="emergency"),
    }
    return render(request, "approvals/draft/emergency.html", context, status=status)


def _debts(application: Application, at: datetime) -> list[str]:
    """What stops this unit whatever is written here: said before anybody writes."""
    return [one.sentence for one in policies.no_overdue_emergency(application, at)]


def _beside(sheet: Sheet, refusal: Refused) -> list[str]:
    """Put what is missing beside its field, where the sheet did not say it; the rest is returned."""
    rest = []
    for one in refusal.shortcomings or [Shortcoming("", "", refusal.sentence)]:
        form = sheet[one.section] if one.section in SHORT else None
        if form is None:
            rest.append(one.sentence)
        elif one.sentence not in [told.sentence for told in problems(form)]:
            form.add_error(one.field if one.field in form.fields else None, one.sentence)
    return rest


def _rows(sheet: Sheet) -> dict[str, Any]:
    """The rows to choose from, those that foresee emergencies first."""
    rows = list(Indication.objects.current().with_everything())
    foreseen = [row for row in rows if row.emergency_allowed or emergency.starts_as_emergency(row)]
    others = [row for row in rows if row not in foreseen]
    groups = [(_("Foreseen in an emergency"), foreseen), *by_area(others)]
    named = {use.code for row in rows for use in row.sub_criteria.all() if use.asks_which}
    outside = {row.code for row in rows if row.outside_catalogue}
    asking = (("sub_criterion", named), ("indication", outside))
    return {
        "groups": groups,
        "uses": [row for row in rows if row.sub_criteria.all()],
        "typed_use": sheet["indication"].data.get("sub_criterion", ""),
        "asking": ",".join(f"{name}={'|'.join(sorted(codes))}" for name, codes in asking if codes),
        "newborn_rows": "|".join(row.code for row in rows if emergency.starts_as_emergency(row)),
        "several": getattr(sheet["dose"], "several", ""),
    }


def _dose(sheet: Sheet) -> dict[str, Any]:
    dose = sheet["dose"].computed()["dose"]
    cycle = grams(emergency.cycle_grams(dose)) if dose else ""
    return section_parts.dose(sheet) | {"cycle": cycle}


@require_POST
def dose_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The dose for what is on the page now, saved or not."""
    try:
        application = writing.find(request, pk)
    except writing.Elsewhere:
        return HttpResponse(status=204)
    sheet = Sheet(application, at=now(), posted=_posted(application, request), is_short=True)
    return render(request, "approvals/draft/emergency_dose.html", _dose(sheet))


@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Save in the background; the answer is the sentence beside the buttons."""
    try:
        writing.find(request, pk)
        by, at = writing.user_of(request), now()
        context: dict[str, Any] = {"application": drafts.save_short(pk, request.POST, by=by, at=at)}
    except writing.Elsewhere:
        context = {"refusal": _("Not saved: the application was sent meanwhile.")}
    except Refused as refused:
        context = {"refusal": refused.sentence}
    return render(request, "approvals/draft/saved.html", context)
