"""The files of an application: added with the form, read by whoever may read who the patient is.

Names of files may hold names of patients: addresses, trail and logs know a file by its number only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from accounts.clock import now
from approvals import attachments as files
from approvals import opening
from approvals.forms.attachments import AT_ONCE, AddForm, CorrectForm
from approvals.models import Application, Attachment, AttachmentKind, ContentType
from approvals.reading import Reading
from approvals.refusals import Refused
from approvals.sections import Sheet
from approvals.uploading import CappedUploads
from approvals.views import writing

# Pictures do nothing on their own page. A PDF cannot be shut in like that: under `sandbox` Safari and older
# Chromium show an empty page. What acts in a PDF was refused at the door.
POLICIES = {
    True: "default-src 'none'; sandbox; frame-ancestors 'none'",
    False: "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'",
}
# Sections whose page shows the files too: one returns there.
SHOWN_IN = ("consent", "justification", "emergency")


# The token is looked for after the limits are set: looking reads the files.
@csrf_exempt
def attachments(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of the form on a page of their own; posting adds some."""
    try:
        application = writing.find(request, pk)
    except writing.Elsewhere as elsewhere:
        return elsewhere.response()
    if request.method != "POST":
        return _page(request, application)
    uploads = CappedUploads(max_bytes=files.max_bytes(), max_files=AT_ONCE)
    request.upload_handlers = [uploads]
    response: HttpResponse = csrf_protect(_add)(request, application, uploads)
    return response


def _add(request: HttpRequest, application: Application, uploads: CappedUploads) -> HttpResponse:
    """Keep what can be kept; say of each other file what is wrong with it."""
    form = AddForm(request.POST, request.FILES, uploads=uploads)
    form.is_valid()
    added = 0
    for file in form.given:
        try:
            _keep(request, application, file, form.cleaned_data["kind"])
            added += 1
        except Refused as refused:
            form.refuse(file.name or "", refused.sentence)
    if added:
        told = ngettext("%(n)d file attached.", "%(n)d files attached.", added)
        messages.success(request, told % {"n": added})
    if form.errors:
        return _page(request, application, adding=form, status=422)
    return _back(request, application.pk)


def _keep(request: HttpRequest, application: Application, file: Any, kind: str) -> Attachment:
    by, at = writing.user_of(request), now()
    return files.add(application, name=file.name, data=file.read(), kind=kind, by=by, at=at)


@require_POST
def correct(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    """Another name or kind."""

    def change(found: Attachment) -> HttpResponse:
        form = CorrectForm(found, request.POST)
        if not form.is_valid():
            return _page(request, found.application, correcting=form, correct_pk=found.pk, status=422)
        files.correct(found, **form.cleaned_data, by=writing.user_of(request), at=now())
        return _back(request, pk)

    return _change(request, pk, attachment, change)


@require_POST
def remove(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    """Ask once, then delete what was never sent."""

    def change(found: Attachment) -> HttpResponse:
        if "confirmed" not in request.POST:
            place = _place(request)
            back = _address(pk, place) or reverse("attachments", args=[pk])
            opening.record_opening(request, found.application, what="files")
            context = {"application": found.application, "attachment": found, "back": place, "back_url": back}
            return render(request, "approvals/draft/attachment_remove.html", context)
        files.remove(found, by=writing.user_of(request), at=now())
        messages.success(request, _("The file was deleted."))
        return _back(request, pk)

    return _change(request, pk, attachment, change)


def _change(
    request: HttpRequest, pk: int, attachment: int, change: Callable[[Attachment], HttpResponse]
) -> HttpResponse:
    """Do it to a file of the form the person writes. What is gone already needs no second deletion."""
    try:
        application = writing.find(request, pk)
        found = application.attachments.filter(pk=attachment).first()
        return change(found) if found else _back(request, pk)
    except writing.Elsewhere as elsewhere:
        return elsewhere.response()
    except Refused as refused:
        messages.error(request, refused.sentence)
        return _back(request, pk)


@require_GET
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was given, in the browser. Each opening leaves an entry in the trail."""
    found = get_object_or_404(Attachment.objects.select_related("application"), pk=pk)
    application = _readable(request, found)
    what, entry = f"attachment:{pk}", "attachment_opened"
    opening.record_opening(request, application, what=what, action=entry, attachment=pk)
    response = HttpResponse(files.read(found), content_type=found.content_type)
    response["Content-Disposition"] = content_disposition_header(False, found.name) or "inline"
    response["Content-Security-Policy"] = POLICIES[found.is_image]
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response


def _readable(request: HttpRequest, found: Attachment) -> Application:
    """Its application, for who writes it, or reads it with the patient's name: then only what was sent."""
    try:
        return writing.find(request, found.application_id)
    except (Http404, writing.Elsewhere):
        application = opening.find(request, found.application.number or "")
    user, at = writing.user_of(request), now()
    if not found.is_frozen or not opening.sees_identity(user, application, at):
        raise Http404
    return application


def _page(
    request: HttpRequest,
    application: Application,
    *,
    adding: AddForm | None = None,
    correcting: CorrectForm | None = None,
    correct_pk: int = 0,
    status: int = 200,
) -> HttpResponse:
    at = now()
    opening.record_opening(request, application, what="files")
    context = writing.frame(application, Sheet(application, at=at), at=at)
    context |= panel(application, request.GET.get("kind", ""), back=_place(request))
    context["back_url"] = _address(application.pk, _place(request))
    context["form"] = adding or correcting
    if adding:
        context["adding"] = adding
    if correcting:
        context["files"] = [(one, correcting if one.pk == correct_pk else f) for one, f in context["files"]]
    return render(request, "approvals/draft/attachments.html", context, status=status)


def panel(application: Application, kind: str, *, back: str = "") -> dict[str, Any]:
    """What the list and the form to add need; `back` is the section to return to."""
    listed = application.attachments.select_related("added_by")
    return {
        "files": [(one, None if one.is_frozen else CorrectForm(one)) for one in listed],
        "adding": AddForm(kind=kind),
        "back": back,
    }


def sent_files(reading: Reading) -> list[dict[str, Any]]:
    """The files of the last snapshot, in its words; `pk` opens one, for whoever may read who it is about."""
    files = reading.application.attachments.exclude(frozen_in=None)
    numbers = dict(files.values_list("sha256", "pk")) if reading.sees_identity else {}
    return [
        {
            **file,
            "pk": numbers.get(file["sha256"]),
            "kind": AttachmentKind(file["kind"]).label,
            "content_type": ContentType(file["content_type"]).label,
            "is_image": file["content_type"] != ContentType.PDF,
        }
        for file in reading.content.get("attachments", [])
    ]


def _place(request: HttpRequest) -> str:
    wanted = request.POST.get("back") or request.GET.get("back", "")
    return wanted if wanted in SHOWN_IN else ""


def _address(pk: int, place: str) -> str:
    """The page that shows the files too; "" for the page of the files itself."""
    if place == "emergency":
        return reverse("emergency", args=[pk])
    return reverse("section", args=[pk, place]) if place else ""


def _back(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    page = _address(pk, _place(request)) or reverse("attachments", args=[pk])
    return HttpResponseRedirect(page + "#attachments")
