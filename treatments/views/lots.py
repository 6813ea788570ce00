"""Who received lot X? For the pharmacy and the direction of the hospital; each answer leaves its trace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.clock import now
from accounts.models import User
from accounts.people import hospital_ids
from treatments import exports, masked_lots
from treatments.forms.lots import LotForm
from treatments.lots import Outcome, Recipient, recipients, record_search
from treatments.models.authorisation import HANDING
from treatments.opening import record_openings

# More than a hospital gives of one lot; the file holds them all.
MOST_SHOWN = 500


@require_safe
def lots(request: HttpRequest) -> HttpResponseBase:
    user, at = cast(User, request.user), now()
    hospitals = hospital_ids(user, *HANDING, at=at)
    if not hospitals:
        raise Http404
    form = LotForm(request.GET if "lot" in request.GET else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "treatments/lots.html", {"form": form}, status=status)
    lot = form.cleaned_data["lot"]
    found = recipients(lot, hospitals=hospitals)
    record_search(lot, found, by=user, at=at)
    masked_lots.tell_those_who_treat(lot, hospitals=hospitals, at=at)
    record_openings(request, (one.period for one in found), what="lot", at=at)
    if (format_ := request.GET.get("format", "")) in exports.FORMATS and found:
        told = {"lot": lot}
        return exports.answer(format_, "lotto", header(), cells(lot, found), filters=told, by=user, at=at)
    received = [one for one in found if one.outcome == Outcome.RECEIVED]
    context = {
        "form": form,
        "lot": lot,
        "rows": found[:MOST_SHOWN],
        "hidden": len(found[MOST_SHOWN:]),
        "patients": len({one.period.patient_id for one in received}),
        "grams": sum(one.net_g for one in received),
    }
    return render(request, "treatments/lots.html", context)


def header() -> list[str]:
    return [
        _("Lot"),
        _("Product"),
        _("Expiry of the lot"),
        _("Surname"),
        _("Name"),
        _("Born on"),
        _("Authorisation"),
        _("Unit"),
        _("Prescriber"),
        _("Days"),
        _("Dispensed (g)"),
        _("Returned (g)"),
        _("Wasted (g)"),
        _("Received (g)"),
        _("Outcome"),
    ]


def cells(lot: str, found: list[Recipient]) -> Iterator[list[exports.Cell]]:
    for one in found:
        patient = one.period.patient
        yield [
            lot,
            one.product.name,
            one.expires_on,
            patient.surname,
            patient.name,
            patient.born_on,
            one.period.code,
            one.period.unit.name,
            one.period.prescriber.signature,
            ", ".join(f"{day:%d/%m/%Y}" for day in one.days),
            one.dispensed_g,
            one.returned_g,
            one.wasted_g,
            one.net_g,
            str(one.outcome.label),
        ]
