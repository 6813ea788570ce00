"""What the pages of the editions share: finding one, who may do what, a refusal told on its page."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.clock import now
from accounts.models import User
from catalogue import permissions
from catalogue.choices import EditionStatus
from catalogue.models import Edition


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def find(code: str) -> Edition:
    people = ("loaded_by", "published_by", "superseded_by")
    return get_object_or_404(Edition.objects.select_related(*people), code=code)


def current() -> Edition | None:
    return Edition.objects.filter(status=EditionStatus.PUBLISHED).first()


def rights(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """Why the reader may not change or publish this edition; "" where they may."""
    user, at = user_of(request), now()
    return {
        "why_not_edit": permissions.why_not_edit(user, edition, at=at),
        "why_not_publish": permissions.why_not_publish(user, edition, at=at),
        "may_see_touched": permissions.sees_what_is_touched(user, at=at),
        "may_write": not permissions.why_not_write(user, at=at),
    }


def refused(request: HttpRequest, reason: object, edition: Edition | None = None) -> HttpResponse:
    """Back to the edition, or to the list, with the reason in words."""
    messages.error(request, str(reason))
    if edition is not None and Edition.objects.filter(pk=edition.pk).exists():
        return redirect("edition", edition.code)
    return redirect("editions")
