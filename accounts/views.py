"""The profile, and the pages about the service. Signing in and out: `entrance/`."""

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import delegating, people
from accounts.clock import now
from accounts.context import WITH_DEADLINES
from accounts.forms import ProfileForm
from accounts.going import destination, remember_language
from accounts.models import Role, User


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language of this browser and, signed in, of one's own account."""
    chosen = request.POST.get("language", "")
    response = redirect(destination(request, request.POST.get("next", "")))
    if translation.check_for_language(chosen) and chosen in dict(settings.LANGUAGES):
        remember_language(response, chosen)
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=chosen)
    return response


def profile(request: HttpRequest) -> HttpResponse:
    """One's own name, roles and language; whether mails come one by one or once a day."""
    user = cast(User, request.user)
    now_chosen = {"language": user.language, "mails": "digest" if user.wants_digest else "single"}
    form = ProfileForm(request.POST or None, initial=now_chosen)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["language"]
        wants_digest = form.cleaned_data["mails"] == "digest"
        User.objects.filter(pk=user.pk).update(language=chosen, wants_digest=wants_digest)
        response = redirect("profile")
        remember_language(response, chosen)
        with translation.override(chosen):
            messages.success(request, _("Saved"))
        return response
    at = now()
    held = people.all_memberships(user, at=at)
    has_deadlines = any(one.role in WITH_DEADLINES for one in held)
    told = {"form": form, "memberships": held, "has_deadlines": has_deadlines, **_about_roles(user, at=at)}
    return render(request, "accounts/profile.html", told, status=422 if form.errors else 200)


def _about_roles(user: User, *, at: datetime) -> dict[str, Any]:
    """Who stands in for them, for whom they stand in; what else they may do about roles."""
    held = people.all_memberships(user, at=at)
    return {
        "reviews_roles": people.holds(user, Role.ADMINISTRATOR, Role.MEDICAL_DIRECTOR, at=at),
        "stand_ins": delegating.standing_in(held, at=at),
        "in_whose_stead": delegating.in_whose_stead(user, at=at),
        "passes_on": bool(delegating.may_pass_on(user, at=at)),
    }


@login_not_required
@require_GET
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A page of plain text about the service."""
    return render(request, f"accounts/{name}.html")
