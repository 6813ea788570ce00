"""For administrators: what the house promised and could not do."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.clock import now
from accounts.models import Role, User
from accounts.people import holds
from outbox.keeping import send_again
from outbox.models import Promise, Status
from outbox.waking import wake

PAGE = 50


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """Promises given up, then those that failed and will be tried again."""
    administrator(request)
    troubled = Promise.objects.filter(Q(status=Status.FAILED) | Q(status=Status.WAITING) & ~Q(last_error=""))
    page = Paginator(troubled.order_by("status", "-promised_at", "-id"), PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "outbox/promises.html", {"page": page, "failed": Status.FAILED})


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


def administrator(request: HttpRequest) -> User:
    """The person, if an administrator; for anybody else this page does not exist."""
    user = request.user
    if not isinstance(user, User) or not holds(user, Role.ADMINISTRATOR, at=now()):
        raise Http404
    return user
