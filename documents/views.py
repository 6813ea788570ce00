from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from accounts.clock import now
from documents.authenticity import MAX_BYTES, Answer, Busy, check_code, check_file
from documents.forms import CodeForm, FileForm
from documents.limiting import too_often
from documents.uploading import CappedUpload
from documents.wording import FINDINGS, STANDINGS, VERDICTS


@login_not_required
@never_cache
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The authenticity check by number and code: typed, or from the QR code on the letter."""
    if not {"number", "code"} & request.GET.keys():
        return _page(request)
    form = CodeForm(request.GET)
    if not form.is_valid():
        return _page(request, code_form=form, status=422)
    if too_often(request, "verify-code", each=20, together=600):
        return _refused(request)
    answer = check_code(form.cleaned_data["number"], form.cleaned_data["code"])
    return _page(request, answer, code_form=form)


# Asking changes nothing, so no token guards it; looking for one would read the file before the cap is set.
@csrf_exempt
@login_not_required
@never_cache
@sensitive_variables()
def verify_file(request: HttpRequest) -> HttpResponse:
    """The authenticity check of an uploaded PDF. The file is not kept."""
    if request.method != "POST":
        return verify(request)
    upload = CappedUpload(MAX_BYTES)
    request.upload_handlers = [upload]
    form = FileForm(request.POST, request.FILES, too_large=upload.too_large)
    if too_often(request, "verify-file", each=10, together=60):
        return _refused(request)
    if not form.is_valid():
        return _page(request, file_form=form, status=422)
    try:
        answer = check_file(form.cleaned_data["file"].read(), at=now())
    except Busy:
        return _refused(request)
    return _page(request, answer)


def _refused(request: HttpRequest) -> HttpResponse:
    refused = _("Too many checks in a short time. Wait a minute and try again.")
    response = _page(request, refused=refused, status=429)
    response["Retry-After"] = "60"
    return response


def _page(
    request: HttpRequest,
    answer: Answer | None = None,
    *,
    code_form: CodeForm | None = None,
    file_form: FileForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "code_form": code_form or CodeForm(),
        "file_form": file_form or FileForm(),
        "form": file_form or code_form,
        "refused": refused,
    }
    if answer is not None:
        context |= _in_words(answer)
    return render(request, "documents/verify.html", context, status=status)


def _in_words(answer: Answer) -> Mapping[str, object]:
    document = answer.document
    return {
        "answer": VERDICTS[answer.verdict],
        "findings": [FINDINGS[finding] for finding in answer.findings],
        "document": document,
        # What an altered file once was is worth saying, its standing is not: it is not that letter any more.
        "standing": document and not answer.findings and STANDINGS[document.standing(timezone.localdate())],
        "checked_at": now(),
    }
