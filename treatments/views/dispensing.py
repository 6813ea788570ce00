"""What the pharmacy may hand out: the open periods of the hospital, found by code, number or name.

What is searched for is posted: it may be a surname, and addresses are logged.
"""

from __future__ import annotations

from typing import cast

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from accounts.models import Role, User
from accounts.people import day, hospital_ids
from treatments import numbers
from treatments.models import Authorisation
from treatments.models.authorisation import SHOWN_OR_OPEN
from treatments.opening import record_openings
from treatments.paging import Keyset
from treatments.standings import standing

SIZE = 25
ORDER = Keyset(("valid_from", "id"), is_descending=True)
LONGEST_SEARCH = 100


@require_http_methods(["GET", "HEAD", "POST"])
def dispensings(request: HttpRequest) -> HttpResponse:
    user, at = cast(User, request.user), now()
    hospitals = hospital_ids(user, Role.PHARMACIST, at=at)
    on_call = hospital_ids(user, Role.ON_CALL_PHARMACIST, at=at)
    if not hospitals and not on_call:
        raise Http404
    asked = request.POST.get("q", "").strip()[:LONGEST_SEARCH]
    mine = Authorisation.objects.filter(
        Q(SHOWN_OR_OPEN),
        Q(hospital__in=hospitals) | Q(hospital__in=on_call, is_provisional=True),
    )
    mistyped = ""
    if looks_like_a_code(asked):
        try:
            if (found := mine.filter(number=numbers.number_of(asked)).first()) is not None:
                return redirect("authorisation", found.address)
        except numbers.Mistyped as error:
            mistyped = str(error)
    page = ORDER.page(matching(mine.live(), asked), request.GET.dict(), size=SIZE)
    record_openings(request, page.rows, what="dispensings", at=at)
    on = day(at)
    context = {
        "q": asked,
        "mistyped": mistyped,
        "page": page,
        "rows": [{"period": period, "standing": standing(period, on=on)} for period in page.rows],
    }
    return render(request, "treatments/dispensings.html", context)


def looks_like_a_code(asked: str) -> bool:
    plain = "".join(filter(str.isalnum, asked)).upper()
    return plain.startswith("OL") and len(plain) >= len("OL20260001231")


def matching(periods: QuerySet[Authorisation], asked: str) -> QuerySet[Authorisation]:
    """Each word of the search in the number, the surname or the name, by their beginnings."""
    found = periods.select_related("unit", "patient").prefetch_related(
        "dispensings", "suspensions__suspended_by"
    )
    if "\x00" in asked:
        return found.none()  # the database cannot even be asked
    for word in asked.split():
        found = found.filter(
            Q(number__istartswith=word)
            | Q(patient__surname__istartswith=word)
            | Q(patient__name__istartswith=word)
        )
    return found
