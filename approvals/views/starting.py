"""The page before the form: what is needed, whether the patient is known, for whom one writes; and start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from accounts.clock import now
from accounts.models import Role, Unit, User
from accounts.people import day, holders, unit_ids
from approvals import drafts, lineage
from approvals.models import Application
from approvals.opening import record_openings
from approvals.sections import SECTIONS
from approvals.views import writing
from approvals.workflow import ON_TREATMENT, UNDECIDED, Status
from catalogue.fields import Text
from patients.models import initials
from patients.tax_code import TaxCodeError, read
from treatments import deadlines

MOST_FOUND = 20


@dataclass(frozen=True)
class Seat:
    """Where and for whom one may write: one's own unit, or a prescriber of it as delegate."""

    unit: Unit
    author: User
    is_own: bool

    @property
    def value(self) -> str:
        return f"{self.unit.pk}-{self.author.pk}"


class FindForm(forms.Form):
    """The tax code, posted: it never stands in an address."""

    use_required_attribute = False
    optional: tuple[str, ...] = ()

    tax_code = Text(
        label=gettext_lazy("Tax code of the patient"),
        max_length=40,
        size=20,
        error_messages={"required": gettext_lazy("Enter the tax code")},
    )

    def __init__(self, data: Any = None, *, at: datetime) -> None:
        self.at = at
        super().__init__(data)

    def clean_tax_code(self) -> str:
        try:
            return read(self.cleaned_data["tax_code"], today=day(self.at)).text
        except TaxCodeError as error:
            raise forms.ValidationError(str(error)) from error


def new(request: HttpRequest) -> HttpResponse:
    """Start a draft, or look first whether the patient is known."""
    user, at = writing.user_of(request), now()
    seats = seats_of(user, at=at)
    if not seats:
        return render(request, "approvals/draft/new.html", {"seats": []}, status=403)
    is_finding = request.method == "POST" and "find" in request.POST
    form = FindForm(request.POST if is_finding else None, at=at)
    seat = next((one for one in seats if one.value == _wanted(request, seats)), None)
    if request.method == "POST" and not is_finding and seat:
        return _start(seat, request, at=at)
    has_found = is_finding and form.is_valid()
    has_no_seat = request.method == "POST" and not is_finding
    context = {
        "seats": seats,
        "form": form,
        "has_found": has_found,
        "found": _found(request, form.cleaned_data["tax_code"], at=at) if has_found else [],
        "has_errors": has_no_seat,
        "drafts": [(one, _initials(one)) for one in _own(user)[:10]],
        "days": settings.DECISION_DAYS,
        "hours": int(deadlines.URGENT_DECISION.total_seconds()) // 3600,
    }
    bad = has_no_seat or (is_finding and not has_found)
    return render(request, "approvals/draft/new.html", context, status=422 if bad else 200)


def seats_of(user: User, *, at: datetime) -> list[Seat]:
    """Own units first, then the prescribers of the units where the person is a delegate."""
    own = Unit.objects.filter(pk__in=unit_ids(user, Role.PRESCRIBER, at=at)).select_related("hospital")
    helped = Unit.objects.filter(pk__in=unit_ids(user, Role.DELEGATE, at=at)).select_related("hospital")
    return [Seat(unit, user, True) for unit in own] + [
        Seat(unit, author, False)
        for unit in helped
        for author in holders(Role.PRESCRIBER, at=at, hospital_id=unit.hospital_id, unit_id=unit.pk)
        if author.pk != user.pk
    ]


def _wanted(request: HttpRequest, seats: list[Seat]) -> str:
    return request.POST.get("seat") or (seats[0].value if len(seats) == 1 else "")


def _start(seat: Seat, request: HttpRequest, *, at: datetime) -> HttpResponse:
    """A second click finds the empty draft of the first."""
    user = writing.user_of(request)
    empty = Application.objects.filter(
        unit=seat.unit, author=seat.author, saved_by=user, status=Status.DRAFT, answers={}
    ).first()
    application = empty or drafts.start(by=user, unit=seat.unit, author=seat.author, at=at)
    form = FindForm(request.POST, at=at)
    if form.is_valid():
        known = {"tax_code": form.cleaned_data["tax_code"]}
        drafts.save_section(application.pk, "patient", known, by=user, at=at)
    if "emergency" in request.POST:
        return redirect("emergency", application.pk)
    return redirect("section", application.pk, next(iter(SECTIONS)))


def _own(user: User) -> Any:
    return Application.objects.filter(author=user, status=Status.DRAFT).order_by("-saved_at")


def _initials(application: Application) -> str:
    typed = application.answers.get("patient") or {}
    return initials(typed.get("surname", ""), typed.get("name", ""))


def _found(request: HttpRequest, tax_code: str, *, at: datetime) -> list[dict[str, Any]]:
    """What the person may see of this patient, drafts included; each look leaves its access entry."""
    user = writing.user_of(request)
    seen = Application.objects.concerning(user, at=at).select_related(
        "unit__hospital", "author", "indication"
    )
    hospitals = {seat.unit.hospital_id for seat in seats_of(user, at=at)}
    sent = [
        one
        for pk in hospitals
        for one in lineage.of_patient(pk, tax_code)
        .filter(pk__in=seen.values("pk"))
        .select_related("unit__hospital", "author", "indication")
    ]
    written = seen.filter(status=Status.DRAFT, answers__patient__tax_code__iexact=tax_code)
    found = [*written.order_by("-pk")[:MOST_FOUND], *sorted(sent, key=lambda one: -one.pk)[:MOST_FOUND]]
    record_openings(request, found, what="found")
    return [_told(one, user, at=at) for one in found]


def _told(application: Application, user: User, *, at: datetime) -> dict[str, Any]:
    is_treated = application.status in ON_TREATMENT
    return {
        "application": application,
        "is_open": application.status in UNDECIDED,
        "is_treated": is_treated,
        "is_mine": application.status == Status.DRAFT and drafts.may_write(user, application, at=at),
        "period": application.authorisations.live().first() if is_treated else None,
        "may_copy": drafts.copyable(user, application, at=at),
    }
