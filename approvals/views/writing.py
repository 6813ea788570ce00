"""What all pages of the form share: finding the draft, the state of its sections, the patient strip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import User
from approvals import drafts
from approvals.models import Application
from approvals.refusals import Shortcoming
from approvals.sections import SECTIONS, Sheet, problems
from approvals.workflow import Status

CHECK_TITLE = gettext_lazy("Check and sign")


class Elsewhere(Exception):
    """The form cannot be written any more: go and see the application instead."""

    def __init__(self, application: Application) -> None:
        super().__init__(str(application))
        self.application = application

    def response(self) -> HttpResponse:
        return redirect("application", self.application.number)


@dataclass(frozen=True)
class Place:
    """One section in the list: where it is, how far it got, what it lacks."""

    number: int
    slug: str
    title: str | Promise
    url: str
    is_done: bool
    is_started: bool
    problems: list[Shortcoming]


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def find(request: HttpRequest, pk: int) -> Application:
    """The author's own form, while it can be written. Nobody else's exists (404)."""
    found = Application.objects.visible_to(user_of(request), at=timezone.now())
    files = found.select_related("unit__hospital", "author", "indication")
    application = get_object_or_404(files, pk=pk, author=user_of(request))
    if application.status not in drafts.WRITABLE:
        if not application.number:
            raise Http404
        raise Elsewhere(application)
    return application


def places(application: Application, *, at: datetime) -> list[Place]:
    """The sections with what the submission would say about each."""
    sheet = Sheet(application, at=at, complete=True)
    return [
        Place(
            number=number,
            slug=slug,
            title=section.title,
            url=reverse("section", args=[application.pk, slug]),
            is_done=not (lacking := problems(sheet[slug])),
            is_started=bool(application.answers.get(slug)),
            problems=lacking,
        )
        for number, (slug, section) in enumerate(SECTIONS.items(), 1)
    ]


def frame(application: Application, sheet: Sheet, *, at: datetime) -> dict[str, Any]:
    """What every page of the form shows around its content."""
    found = places(application, at=at)
    return {
        "application": application,
        "is_draft": application.status == Status.DRAFT,
        "places": found,
        "done": sum(place.is_done for place in found),
        "total": len(found),
        "patient": sheet["patient"].cleaned_data,
        "age": sheet.age,
        "age_days": sheet.age_days,
        "indication": sheet.indication,
        "check_title": CHECK_TITLE,
    }
