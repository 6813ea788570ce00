"""The page of one section: shown, saved, saved by itself, and its live parts."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.clock import now
from approvals import drafts, opening
from approvals.models import Application
from approvals.refusals import Refused
from approvals.sections import SECTIONS, SectionForm, Sheet
from approvals.views import writing
from approvals.views.section_parts import PARTS, chosen_row, dose


def section(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Show one section; with `?missing` also what the submission would still want of it."""
    try:
        application = writing.find(request, pk)
    except writing.Elsewhere as elsewhere:
        return elsewhere.response()
    if request.method == "POST":
        return _save(request, application, slug)
    return _page(request, application, slug)


def _save(request: HttpRequest, application: Application, slug: str) -> HttpResponse:
    user, at = writing.user_of(request), now()
    try:
        saved = drafts.save_section(application.pk, slug, request.POST, by=user, at=at, seen=_seen(request))
    except drafts.Conflict as conflict:
        return _page(request, conflict.application, slug, conflict=conflict, status=409)
    except Refused as refused:
        return _page(request, application, slug, refusal=refused.sentence, status=422)
    if request.POST.get("then") == "out":
        return redirect("draft", application.pk)
    if request.POST.get("then") == "stay":
        return redirect("section", application.pk, slug)
    sheet = Sheet(saved, at=at, complete="missing" in request.GET, posted={slug: request.POST})
    if sheet[slug].errors:
        return _page(request, saved, slug, status=422)
    if slug == "indication" and drafts.proposes_short(saved.pk, by=user, at=at):
        messages.info(request, _("For this row the short form of an emergency comes first."))
        return redirect("emergency", saved.pk)
    following = [*SECTIONS][[*SECTIONS].index(slug) + 1 :]
    return redirect("section", saved.pk, following[0]) if following else redirect("check", saved.pk)


def _seen(request: HttpRequest) -> drafts.Seen:
    return drafts.Seen(_hex(request.POST.get("page", "")), _hex(request.POST.get("fingerprint", "")))


def _hex(text: str) -> str:
    return re.sub("[^0-9a-f]", "", text)[:16]


def _page(
    request: HttpRequest,
    application: Application,
    slug: str,
    *,
    conflict: drafts.Conflict | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    at = now()
    opening.record_opening(request, application, what=f"section:{slug}")
    posted = {slug: request.POST} if request.method == "POST" else {}
    sheet = Sheet(application, at=at, complete="missing" in request.GET, posted=posted)
    form = sheet[slug]
    if writing.user_of(request).pk != application.author_id:
        writing.leave_to_author(form, application)
    context = writing.frame(application, sheet, at=at) | {
        "form": form,
        "section": SECTIONS[slug],
        "page_name": _hex(request.POST.get("page", "")) or secrets.token_hex(8),
        "fingerprint": drafts.fingerprint(application, slug),
        "refusal": refusal,
        "has_errors": bool(conflict or refusal),
        "conflict": conflict,
        "differences": _differences(application, form, sheet) if conflict else [],
    }
    if slug in PARTS:
        context |= PARTS[slug](sheet)
    return render(request, f"approvals/draft/{slug}.html", context, status=status)


def _differences(application: Application, mine: SectionForm, sheet: Sheet) -> list[dict[str, Any]]:
    """Where the page and the stored section say different things, both values side by side."""
    theirs = Sheet(application, at=now())[mine.slug]
    return [
        {"label": bound.label, "mine": _words(mine, name), "theirs": _words(theirs, name)}
        for name in {**mine.fields, **theirs.fields}
        for bound in [mine[name] if name in mine.fields else theirs[name]]
        if _words(mine, name) != _words(theirs, name)
    ]


def _words(form: SectionForm, name: str) -> str:
    """What stands in a field, as a person reads it."""
    if name not in form.fields:
        return ""
    value = form[name].data
    if value is True:
        return _("Yes")
    labels = dict(getattr(form.fields[name], "choices", []))
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(labels.get(one, one)) for one in values if one not in (None, "", False))


@require_POST
def autosave(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Save in the background; the answer is the sentence beside the buttons."""
    try:
        application = writing.find(request, pk)
        saved = drafts.save_section(
            application.pk,
            slug,
            request.POST,
            by=writing.user_of(request),
            at=now(),
            seen=_seen(request),
        )
    except writing.Elsewhere:
        return _saved(request, refusal=_("Not saved: the application was sent meanwhile."))
    except drafts.Conflict:
        return _saved(
            request,
            refusal=_(
                "Not saved: somebody changed this section meanwhile. Save to compare the two versions."
            ),
        )
    except Refused as refused:
        return _saved(request, refusal=refused.sentence)
    return _saved(request, application=saved)


def _saved(request: HttpRequest, **context: Any) -> HttpResponse:
    return render(request, "approvals/draft/saved.html", context)


@require_POST
def dose_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The dose for what is on the page now, saved or not."""
    return _panel(request, pk, "dose", dose)


@require_POST
def row_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The catalogue row chosen on the page now."""
    return _panel(request, pk, "row", chosen_row)


def _panel(request: HttpRequest, pk: int, name: str, told: Callable[[Sheet], dict[str, Any]]) -> HttpResponse:
    try:
        application = writing.find(request, pk)
    except writing.Elsewhere:
        return HttpResponse(status=204)  # nothing to swap: the page itself tells when it is sent
    slug = "dose" if name == "dose" else "indication"
    sheet = Sheet(application, at=now(), posted={slug: request.POST})
    return render(request, f"approvals/draft/{name}_panel.html", told(sheet))
