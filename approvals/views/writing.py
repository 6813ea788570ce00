"""What all pages of the form share: finding the draft, the state of its sections, the patient strip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.clock import now
from accounts.models import User
from approvals import drafts, policies
from approvals.models import Application
from approvals.refusals import Shortcoming
from approvals.sections import SECTIONS, SectionForm, Sheet, problems
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
    is_to_check: bool
    problems: list[Shortcoming]
    asked: int
    given: int


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def find(request: HttpRequest, pk: int) -> Application:
    """The form for one of its writers, while it can be written. Nobody else's exists (404)."""
    user, at = user_of(request), now()
    found = Application.objects.concerning(user, at=at)
    files = found.select_related("unit__hospital", "author", "indication", "ready_by", "copied_from")
    application = get_object_or_404(files, pk=pk)
    if not drafts.may_write(user, application, at=at):
        raise Http404
    if application.status not in drafts.WRITABLE:
        if not application.number:
            raise Http404
        raise Elsewhere(application)
    return application


def leave_to_author(form: SectionForm, application: Application) -> None:
    """On a delegate's page the author's own statements can be read, not given."""
    for name in drafts.STATED.get(form.slug, ()):
        if name in form.fields:
            form.fields[name].disabled = True
            told = _("%(who)s answers this before signing.") % {"who": application.author.signature}
            form[name].help_text = told  # of the bound field, which exists since it was cleaned


def places(application: Application, *, at: datetime) -> list[Place]:
    """The sections with what the submission would say about each."""
    sheet = Sheet(application, at=at, complete=True)
    return [_place(number, slug, sheet) for number, slug in enumerate(SECTIONS, 1)]


def _place(number: int, slug: str, sheet: Sheet) -> Place:
    """What a section is asked: the answers the submission wants, and whatever is wrong with the others.
    A copied section is also asked whether somebody looked at it."""
    application, form = sheet.application, sheet[slug]
    unchecked = [one for one in policies.looked_at(application) if one.section == slug]
    wanted = {name for name, field in form.fields.items() if field.required} | set(form.errors)
    return Place(
        number=number,
        slug=slug,
        title=SECTIONS[slug].title,
        url=reverse("section", args=[application.pk, slug]),
        is_done=not (lacking := unchecked + problems(form)),
        is_started=bool(application.answers.get(slug)),
        is_to_check=bool(unchecked),
        problems=lacking,
        asked=len(wanted) + len(unchecked),
        given=len(wanted) - len(form.errors),
    )


def percent(found: list[Place]) -> int:
    """How much of what the submission wants is there, in whole percent, rounded down: 100 is everything."""
    asked = sum(place.asked for place in found)
    return sum(place.given for place in found) * 100 // asked if asked else 100


def frame(application: Application, sheet: Sheet, *, at: datetime) -> dict[str, Any]:
    """What every page of the form shows around its content."""
    found = places(application, at=at)
    return {
        "application": application,
        "is_draft": application.status == Status.DRAFT,
        "is_to_sign": application.status in drafts.SIGNED_NEXT,
        "is_emergency": application.status == Status.EMERGENCY_AUTHORISED,
        "places": found,
        "done": sum(place.is_done for place in found),
        "total": len(found),
        "percent": percent(found),
        "handed_over": drafts.handed_over(application),
        "patient": sheet["patient"].cleaned_data,
        "age": sheet.age,
        "age_days": sheet.age_days,
        "indication": sheet.indication,
        "check_title": CHECK_TITLE,
    }
