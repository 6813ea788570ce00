"""The audit trail for auditors: what happened to an application and who opened it. No patient is named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clock import now
from accounts.models import Membership, Role, User
from accounts.people import hospital_ids
from approvals import access_words, anchoring, disclosing, opening
from approvals.archive import BY_SENDING, as_number
from approvals.forms import DiscloseForm
from approvals.models import Application
from approvals.refusals import AlreadyDone, Refused
from approvals.timeline import TITLES
from approvals.workflow import Status
from audit import openings
from audit.models import Entry, Head
from audit.verification import Fault, verify
from audit.whence import whence
from treatments.paging import Keyset

SIZE = 50
ANCHORS = 30
ENTRIES = Keyset(("sequence",), is_descending=True)
ACTIONS: dict[str, Any] = {
    **TITLES,
    "opened": _("File opened"),
    "identity_shown": _("Patient's identity shown, at the member's request"),
    "letter_downloaded": _("Letter downloaded"),
    "attachment_opened": _("Attachment opened"),
    "attachment_added": _("Attachment added"),
    "attachment_corrected": _("Attachment renamed or reclassified"),
    "attachment_removed": _("Attachment deleted before sending"),
    "event_recorded": _("Adverse event recorded"),
    "event_reported": _("Adverse event marked as reported"),
    "exported": _("List exported"),
    "reminded_by_hand": _("Reminder sent by hand"),
    "report_read": _("Report read"),
    "report_asked": _("Public report asked for"),
    "glass_broken": _("Opened with a reason from outside the unit"),
    "glass_refused": _("Attempt to open a file with a reason"),
    "glass_reviewed": _("Access with a reason looked at"),
    "access_report_asked": _("Report on accesses prepared for a patient"),
    "access_report_handed_out": _("Report on accesses handed out"),
    "feed_made": _("Address of the calendar made"),
    "feed_revoked": _("Address of the calendar revoked"),
    "demo_moved": _("Date of the demonstration moved"),
    "lot_searched": _("Recipients of a lot searched"),
    "dispensed": _("Grams dispensed"),
    "returned": _("Grams returned unused"),
    "wasted": _("Grams wasted"),
    "reversed": _("Entry of the ledger reversed"),
    "cycle_reported": _("Cycle reported on"),
}
# What only read the file and changed nothing.
READING = (*access_words.READING, "glass_broken", "glass_reviewed")
FAULTS: dict[Fault, Any] = {
    Fault.CHANGED: _("the content was changed"),
    Fault.REMOVED: _("entries are missing"),
    Fault.INSERTED: _("an entry was inserted"),
    Fault.REORDERED: _("the order was changed"),
    Fault.HEAD: _("the end of the chain does not match"),
    Fault.REWRITTEN: _("it is not what a daily anchor recorded"),
}
# What the page shows in columns of its own; the rest stands as it was written.
IN_COLUMNS = ("from", "to", "fields", "roles", "identity", "version", "what", "why", "where")


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Find an application; the latest ones, and the latest exports of lists."""
    user, at = auditor(request)
    seen = Application.objects.auditable_by(user, at=at).filter(number__isnull=False)
    typed = request.GET.get("q", "").strip()
    number = as_number(typed, at=at)
    if number and seen.filter(number=number).exists():
        return redirect("trail_of", number)
    page = BY_SENDING.page(seen.defer("answers").select_related("unit"), request.GET.dict(), size=SIZE)
    heads = {head.chain: head for head in Head.objects.filter(chain__in=[one.chain for one in page.rows])}
    context = {
        "page": page,
        "rows": [(one, heads.get(one.chain)) for one in page.rows],
        "typed": typed,
        "exports": told(exports_of(user, at=at)),
        "anchors": anchoring.latest(ANCHORS),
    }
    return render(request, "approvals/trail.html", context)


@require_safe
def trail_of(request: HttpRequest, number: str) -> HttpResponse:
    """The entries of one application, latest first, and whether the chain holds."""
    user, at = auditor(request)
    application = get_object_or_404(
        Application.objects.auditable_by(user, at=at).select_related("unit", "patient"), number=number
    )
    entries = Entry.objects.filter(chain=application.chain).select_related("actor")
    kind = request.GET.get("kind", "")
    if kind == "reading":
        entries = entries.filter(action__in=READING)
    elif kind == "changes":
        entries = entries.exclude(action__in=READING)
    page = ENTRIES.page(entries, request.GET.dict(), size=SIZE)
    findings = verify(application.chain)
    until = opening.identity_until(user, application, at)
    if until:
        shown = openings.Opening(application.chain, [Role.AUDITOR], True, "trail", "audit")
        openings.record([shown], by=user, at=at, where=whence(request))
    context = {
        "application": application,
        "kind": kind,
        "page": page,
        "rows": told(page.rows),
        "faults": [(finding.sequence, FAULTS[finding.fault]) for finding in findings],
        "head": Head.objects.filter(chain=application.chain).first(),
        "patient": application.patient if until else None,
        "until": disclosing.until_words(until) if until else "",
    }
    return render(request, "approvals/trail_of.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest, number: str) -> HttpResponse:
    """An auditor asks who the patient is, and says why the inquiry needs it."""
    user, at = auditor(request)
    seen = Application.objects.auditable_by(user, at=at).select_related("unit", "patient")
    application = get_object_or_404(seen, number=number)
    form = DiscloseForm(application, at=at, data=request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            rule = disclosing.why_not_audit
            try:
                disclosing.ask(application.pk, **form.content(), by=user, at=at, rule=rule)
            except AlreadyDone as told:
                messages.info(request, told.sentence)
                return redirect("trail_of", number)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return redirect("trail_of", number)
    context = {"application": application, "form": form, "minutes": settings.IDENTITY_MINUTES}
    return render(request, "approvals/trail_identity.html", context, status=status)


def auditor(request: HttpRequest) -> tuple[User, datetime]:
    """The person and the time; for anybody but an auditor these pages do not exist."""
    user, at = cast(User, request.user), now()
    if not hospital_ids(user, Role.AUDITOR, at=at):
        raise Http404
    return user, at


def exports_of(user: User, *, at: datetime) -> list[Entry]:
    """The latest lists that left the house and the lots searched, by people of the auditor's hospitals."""
    people = Membership.objects.filter(unit__hospital__in=hospital_ids(user, Role.AUDITOR, at=at))
    users = people.values_list("user", flat=True).distinct()
    chains = [f"{kind}:{pk}" for pk in users for kind in ("export", "lot", "glass")]
    return list(Entry.objects.filter(chain__in=chains).select_related("actor").order_by("-at", "-pk")[:20])


def told(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Entries in words; what the trail holds of an action not known here is shown as it stands."""
    statuses = dict(Status.choices)
    return [
        {
            "entry": entry,
            "action": ACTIONS.get(entry.action, entry.action),
            "is_reading": entry.action in READING,
            "source": statuses.get(entry.data.get("from"), ""),
            "target": statuses.get(entry.data.get("to"), ""),
            "fields": ", ".join(entry.data.get("fields", [])),
            "roles": access_words.roles(entry.data),
            "what": access_words.what(entry.action, entry.data) if "what" in entry.data else "",
            "why": access_words.why(entry.data) if "why" in entry.data else "",
            "where": entry.data.get("where", ""),
            "glass": access_words.glass(entry.data),
            "rest": {k: v for k, v in entry.data.items() if k not in IN_COLUMNS},
        }
        for entry in entries
    ]
