"""What the pages of the sittings share: who looks, which sitting, what was sent."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import VOTING_ROLES, User
from accounts.people import hospital_ids
from committee import members
from committee.models import Sitting


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def find(request: HttpRequest, number: str, *, at: datetime) -> Sitting:
    """The sitting, if the person may see it; 404 otherwise."""
    if not number.isprintable():
        raise Http404
    seen = Sitting.objects.visible_to(user_of(request), at=at)
    related = ("hospital", "convened_by", "opened_by", "closed_by", "cancelled_by", "signed_by", "minutes")
    return get_object_or_404(seen.select_related(*related), number=number)


def chaired(user: User, *, at: datetime) -> int | None:
    """The hospital whose committee this person chairs now."""
    held = dict.fromkeys(hospital_ids(user, *VOTING_ROLES, at=at))
    return next((pk for pk in held if members.is_chair(user, pk, at=at)), None)


def whole(request: HttpRequest, name: str) -> int:
    """A key that a button of ours sends; whoever sends something else sends it by hand."""
    sent = request.POST.get(name, "")
    if not (sent.isascii() and sent.isdigit()) or len(sent) > 18:
        raise Http404
    return int(sent)


def version(request: HttpRequest) -> int:
    """The version of the sitting that the page showed."""
    return whole(request, "version")
