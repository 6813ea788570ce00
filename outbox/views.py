"""For administrators: what the house promised, and could not do. For machines: whether it goes on."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.clock import now
from accounts.models import Role, User
from accounts.people import holds
from outbox.health import troubles
from outbox.keeping import send_again
from outbox.models import Promise, Status
from outbox.queue import queue, send_all_again
from outbox.waking import wake

PAGE = 50


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """The queue, the sweeps, the workers; promises given up, then those that will be tried again."""
    administrator(request)
    troubled = Promise.objects.filter(Q(status=Status.FAILED) | Q(status=Status.WAITING) & ~Q(last_error=""))
    page = Paginator(troubled.order_by("status", "-promised_at", "-id"), PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "failed": Status.FAILED, "queue": queue(at=now())}
    return render(request, "outbox/promises.html", context)


@require_POST
def promise_again(request: HttpRequest, pk: int) -> HttpResponse:
    by = administrator(request)
    promise = get_object_or_404(Promise, pk=pk)
    if send_again(promise, by=by, at=now()):
        wake()
        messages.success(request, _("It is being tried again."))
    else:
        messages.info(request, _("Meanwhile it is no longer a failed one: nothing was changed."))
    return redirect("promises")


@require_POST
def promises_again(request: HttpRequest) -> HttpResponse:
    by = administrator(request)
    if count := send_all_again(by=by, at=now()):
        wake()
        told = ngettext(
            "%(n)d delivery is being tried again.", "%(n)d deliveries are being tried again.", count
        )
        messages.success(request, told % {"n": count})
    else:
        messages.info(request, _("Meanwhile nothing has failed: nothing was changed."))
    return redirect("promises")


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while everything goes on by itself, 503 with the reasons otherwise."""
    found = troubles(now)
    reasons = [{"part": trouble.part, "reason": trouble.reason} for trouble in found]
    answer = {"status": "failing" if found else "ok", "reasons": reasons}
    return JsonResponse(answer, status=503 if found else 200, headers={"Cache-Control": "no-store"})


def administrator(request: HttpRequest) -> User:
    """The person, if an administrator; for anybody else this page does not exist."""
    user = request.user
    if not isinstance(user, User) or not holds(user, Role.ADMINISTRATOR, at=now()):
        raise Http404
    return user
