"""The sittings to come and past, what waits for one, and convening one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clock import now
from accounts.models import VOTING_ROLES
from accounts.people import hospital_ids
from approvals.models import Application, Decision
from approvals.refusals import AlreadyDone, Refused
from approvals.rows import Row, light, rows
from approvals.workflow import HEARD
from committee import actions, agenda
from committee.forms import ConveneForm
from committee.models import READERS, Item, Sitting
from committee.reading import TONES
from committee.views.finding import chaired, user_of
from committee.workflow import LIVE, Status

PAGE = 20
# A committee that lets more than this wait has other worries than a long page.
MOST = 100


@require_safe
def sittings(request: HttpRequest) -> HttpResponse:
    user, at = user_of(request), now()
    seen = Sitting.objects.visible_to(user, at=at).annotate(on_agenda=Count("items", filter=STOOD_ON))
    hospitals = list(dict.fromkeys(hospital_ids(user, *VOTING_ROLES, *READERS, at=at)))
    to_come = list(seen.filter(status__in=LIVE).order_by("begins", "pk"))
    past = Paginator(seen.exclude(status__in=LIVE).order_by("-begins", "-pk"), PAGE)
    page = past.get_page(request.GET.get("page"))
    if not hospitals and not to_come and not page.object_list:
        raise Http404
    hospital = chaired(user, at=at)
    waiting = list(light(agenda.waiting(hospital, at=at))[:MOST]) if hospital else []
    alone = decided_alone(hospitals)
    others = set(alone) - {one.pk for one in waiting}
    more = list(light(Application.objects.filter(pk__in=others))) if others else []
    found = {row.application.pk: row for row in rows([*waiting, *more], at=at, votes={})}
    shown = [found[one.pk] for one in waiting]
    context = {
        "to_come": toned(to_come),
        "past": toned(page.object_list),
        "page": page,
        "is_chair": hospital is not None,
        "waiting": shown,
        "urgent": sum(row.application.is_urgent for row in shown),
        "late": sum(bool(row.due and row.due.is_late and not row.is_reassessment) for row in shown),
        "to_ratify": to_ratify(alone, found),
    }
    return render(request, "committee/sittings.html", context)


# As `agenda.stood_on`, counted by the database.
STOOD_ON = (
    Q(items__removed_at=None, items__isnull=False)
    | Q(items__removed_at__gte=F("opened_at"))
    | Q(items__removed_at__gte=F("cancelled_at"))
)


def toned(found: Iterable[Sitting]) -> list[dict[str, Any]]:
    return [{"sitting": one, "tone": TONES[Status(one.status)]} for one in found]


def decided_alone(hospitals: list[int]) -> dict[int, Decision]:
    """What a chair decided alone and the committee has not judged, by application, the oldest first."""
    alone = (
        agenda.to_ratify()
        .filter(application__unit__hospital__in=hospitals, application__status__in=HEARD)
        .select_related("decided_by")
        .order_by("decided_at")
    )
    return {one.application_id: one for one in alone}


def to_ratify(alone: dict[int, Decision], found: dict[int, Row]) -> list[dict[str, Any]]:
    """Each with the agenda it stands on, if any."""
    standing = Item.objects.filter(application__in=alone, removed_at=None, sitting__status__in=LIVE)
    sittings = {item.application_id: item.sitting for item in standing.select_related("sitting")}
    return [
        {"row": found[pk], "decision": decision, "sitting": sittings.get(pk)}
        for pk, decision in alone.items()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """Convene a meeting or a virtual round with what waits."""
    user, at = user_of(request), now()
    hospital = chaired(user, at=at)
    if hospital is None:
        raise Http404
    waiting = rows(list(light(agenda.waiting(hospital, at=at))[:MOST]), at=at, votes={})
    form = ConveneForm(waiting, request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _form(request, form)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        sitting = actions.convene(hospital, **form.content(), by=user, at=at)
    except AlreadyDone:
        return redirect("sitting", Sitting.objects.filter(convened_by=user).latest("pk").number)
    except Refused as refusal:
        form.refuse(refusal)
        return _form(request, form, status=422)
    messages.success(request, told_of(sitting))
    return redirect("sitting", sitting.number)


def told_of(sitting: Sitting) -> str:
    if sitting.is_virtual:
        return _("%(number)s is convened. The members vote once you open the round.") % {
            "number": sitting.number
        }
    return _("%(number)s is convened. The members are invited by e-mail.") % {"number": sitting.number}


def _form(request: HttpRequest, form: ConveneForm, *, status: int = 200) -> HttpResponse:
    return render(request, "committee/new.html", {"form": form}, status=status)
