"""The page of one authorisation: what was given, and the pharmacy's entries."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from accounts.models import User
from accounts.people import day
from catalogue.dose_words import grams as in_grams
from catalogue.dose_words import number as in_figures
from catalogue.doses import Dose
from treatments import dispensing, numbers, reporting
from treatments.dispensing_rules import wants_report, why_not
from treatments.forms.dispensing import HandingForm, LedgerForm, LessForm, ReportForm, ReverseForm
from treatments.models import Authorisation, Dispensing
from treatments.opening import record_openings
from treatments.refusals import AlreadyDone, Refused
from treatments.standings import Standing, standing


def find(request: HttpRequest, code: str, *, at: datetime) -> Authorisation:
    """The period with that code, if the person may read its ledger; 404 otherwise. The trail tells of it."""
    user = cast(User, request.user)
    try:
        number = numbers.number_of(code)
    except numbers.Mistyped as error:
        raise Http404 from error
    seen = Authorisation.objects.visible_to(user, at=at).select_related(
        "unit", "prescriber", "patient", "application"
    )
    ledger = (
        "dispensings__product",
        "dispensings__recorded_by",
        "suspensions__suspended_by",
        "cycle_reports",
    )
    period = seen.prefetch_related(*ledger).filter(number=number).first()
    if period is None:
        raise Http404
    record_openings(request, [period], what=f"ledger:{period.pk}", at=at)
    return period


@require_http_methods(["GET", "HEAD", "POST"])
def authorisation(request: HttpRequest, code: str) -> HttpResponse:
    """The ledger; a pharmacist's entry comes by POST."""
    at = now()
    period = find(request, code, at=at)
    stands = standing(period, on=day(at))
    if request.method != "POST":
        return page(request, period, stands, first_form(period, stands, at=at), at=at)
    form = HandingForm(period, is_late=_may_be_late(period, request, at), data=request.POST)
    if not form.is_valid():
        return page(request, period, stands, form, at=at, status=422)
    user, seen = cast(User, request.user), form.cleaned_data["seen"]
    try:
        written = dispensing.dispense(period.pk, form.handing(), by=user, at=at, seen=seen)
    except AlreadyDone as done:
        messages.info(request, done.sentence)
        return redirect("authorisation", period.address)
    except Refused as refusal:
        form.refuse(refusal)
        return again(request, code, form, refusal)
    messages.success(
        request,
        _("%(grams)s of lot %(lot)s are written down as given, cycle %(n)d.")
        % {"grams": in_grams(written.grams), "lot": written.lot, "n": written.cycle},
    )
    return redirect("authorisation", period.address)


def _may_be_late(period: Authorisation, request: HttpRequest, at: datetime) -> bool:
    """Tomorrow's dose may be late although today's is not."""
    return day(at) + timedelta(days=1) > period.due_on or "is_grace" in request.POST


def first_form(period: Authorisation, stands: Standing, *, at: datetime) -> HandingForm:
    """Filled with what is most likely next: the product and lot of the last entry, the dose of a day."""
    handed = [one for one in period.dispensings.all() if one.kind == Dispensing.Kind.DISPENSED]
    last, dose = (handed[-1] if handed else None), Dose.from_dict(period.dose)
    a_day = dose.infusions[0].grams
    known = {
        "seen": len(period.dispensings.all()),
        "on": f"{day(at):%d/%m/%Y}",
        "grams": in_figures(min(a_day, stands.left_g or a_day), 3),
    }
    if last:
        known |= {
            "product": last.product_id,
            "lot": last.lot,
            "expires_on": f"{last.expires_on:%d/%m/%Y}",
        }
    return HandingForm(period, is_late=day(at) + timedelta(days=1) > period.due_on, initial=known)


def again(request: HttpRequest, code: str, form: HandingForm, refusal: Refused) -> HttpResponse:
    """The page as things stand now, with what was typed and the reason why not."""
    at = now()
    period = find(request, code, at=at)
    form.renew(len(period.dispensings.all()))
    stands = standing(period, on=day(at))
    return page(request, period, stands, form, at=at, status=422 if refusal.shortcomings else 409)


def page(
    request: HttpRequest,
    period: Authorisation,
    stands: Standing,
    form: HandingForm,
    *,
    at: datetime,
    status: int = 200,
) -> HttpResponse:
    user = cast(User, request.user)
    context = {
        "period": period,
        "standing": stands,
        "form": form,
        "why_not": why_not(user, period, at=at),
        "rows": list(rows(period)),
        "cycles": cycle_rows(period, stands),
        "share": round(period.given_g / period.grams * 100) if period.grams else 0,
        "may_report": not reporting.why_not(user, period, at=at),
        "wants_report": wants_report(period),
    }
    return render(request, "treatments/authorisation.html", context, status=status)


def rows(period: Authorisation) -> Any:
    """The entries, the latest first, each with what may still be done to it."""
    entries = list(period.dispensings.all())
    taken_back = {one.reverses_id for one in entries}
    for entry in reversed(entries):
        of_it = (one.grams for one in entries if entry.pk in (one.pk, one.dispensed_id))
        left = sum(of_it, Decimal(0)) if entry.kind == Dispensing.Kind.DISPENSED else Decimal(0)
        is_reversed = entry.pk in taken_back
        yield {
            "entry": entry,
            "is_reversed": is_reversed,
            "left": left,
            "may_be_less": left > 0 and not is_reversed,
            "may_be_reversed": entry.kind != Dispensing.Kind.REVERSED and not is_reversed,
        }


def cycle_rows(period: Authorisation, stands: Standing) -> list[dict[str, Any]]:
    reports = {one.cycle: one for one in period.cycle_reports.all()}
    return [{"cycle": one, "report": reports.get(one.number)} for one in stands.given]


# What is done to one entry: the function, its form, what the page is called.
ENTRY_ACTS: dict[str, tuple[Any, type[ReverseForm]]] = {
    "reso": (dispensing.take_back, LessForm),
    "scarto": (dispensing.waste, LessForm),
    "storno": (dispensing.reverse, ReverseForm),
}


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, code: str, sequence: int, act: str) -> HttpResponse:
    """Return, waste or reversal of one entry."""
    at, user = now(), cast(User, request.user)
    period = find(request, code, at=at)
    found = next((row for row in rows(period) if row["entry"].sequence == sequence), None)
    if found is None or act not in ENTRY_ACTS or why_not(user, period, at=at):
        raise Http404
    do, form_class = ENTRY_ACTS[act]
    known = {"seen": len(period.dispensings.all()), "grams": in_figures(found["left"], 3)}
    form: LedgerForm = form_class(request.POST if request.method == "POST" else None, initial=known)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                do(period.pk, entry=sequence, by=user, at=at, **form.cleaned_data)
            except AlreadyDone as done:
                messages.info(request, done.sentence)
                return redirect("authorisation", period.address)
            except Refused as refusal:
                form.refuse(refusal)
                status = 422 if refusal.shortcomings else 409
            else:
                messages.success(request, _("Written down."))
                return redirect("authorisation", period.address)
    context = {"period": period, "row": found, "form": form, "act": act}
    return render(request, "treatments/entry.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The report on a cycle, by those who treat."""
    at, user = now(), cast(User, request.user)
    period = find(request, code, at=at)
    given = {one.number for one in standing(period, on=day(at)).given}
    if number not in given or reporting.why_not(user, period, at=at):
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("response", "adverse_events")}
        try:
            reporting.report(period.pk, cycle=number, by=user, at=at, **told)
        except Refused as refusal:
            messages.info(request, refusal.sentence)
        else:
            messages.success(request, _("The report on cycle %(n)d is recorded.") % {"n": number})
        return redirect("authorisation", period.address)
    context = {"period": period, "form": form, "number": number}
    return render(request, "treatments/cycle.html", context, status=422 if form.is_bound else 200)
