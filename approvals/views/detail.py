"""The page of one application: what it says, what happened, what this person may do."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.clock import now
from accounts.models import User
from approvals import breaking, disclosing, drafts, events, limits, masking, on_call
from approvals.clock import duration_words, spells
from approvals.forms import CHECK_LABELS
from approvals.models import ReasonCode
from approvals.offers import offers
from approvals.opening import open_file
from approvals.policies import CHECKS
from approvals.reading import Reading
from approvals.rounds import decided_by
from approvals.views.attachments import sent_files
from approvals.views.contesting import appeal_of, proposals_of
from approvals.views.events import events_of
from approvals.views.judging import judging_of
from approvals.workflow import Status
from documents.issuing import verify_url
from documents.wording import STANDINGS


@require_GET
def application(request: HttpRequest, number: str) -> HttpResponse:
    user, at = cast(User, request.user), now()
    opened = open_file(request, number)
    reading = Reading(opened, user, at)
    possible = offers(user, opened, at=at)
    judging = judging_of(reading, possible)
    context = {
        "application": opened,
        "reading": reading,
        "offers": [offer for offer in possible if offer.action not in judging["inline"]],
        **judging,
        "emergency": emergency_of(reading),
        "opinion": opinion_of(reading),
        "decision": decision_of(reading),
        "proposals": proposals_of(reading),
        "appeal": appeal_of(reading),
        "may_copy": drafts.copyable(user, opened, at=at),
        "why_no_identity": disclosing.why_not(user, opened, at=at) if reading.seat else "",
        "identity_until": disclosing.until_words(until) if (until := reading.identity_until) else "",
        "disclosures": disclosing.asked_of(opened, user=user, at=at),
        "glass": breaking.until_words(reading.glass) if reading.glass else "",
        "accesses": breaking.accesses_of(opened, user=user, at=at),
        "may_mask": (may_mask := not masking.why_not(user, opened, at=at)),
        "asked_masking": may_mask and bool((reading.content.get("consent") or {}).get("masking_requested")),
        "events": events_of(reading) if reading.record.periods else [],
        "may_record_events": not events.why_not(user, opened, at=at),
        "letters": letters_of(reading),
        "files": sent_files(reading),
        "spells": [(spell, duration_words(spell.lasted)) for spell in spells(reading.record, at=at)],
    }
    return render(request, "approvals/detail/application.html", context)


def emergency_of(reading: Reading) -> dict[str, Any] | None:
    """How an emergency stands: who authorised it, what is due, whom to call."""
    application, at = reading.application, reading.at
    if application.emergency_requested_at is None:
        return None
    is_open = application.status == Status.EMERGENCY_REQUESTED
    may_write = drafts.may_write(reading.user, application, at=at)
    return {
        "reason": reading.content["kind"].get("urgency_reason") or "",
        "is_threat": bool(reading.content["kind"].get("life_threat")),
        "calls": on_call.calls(application, at=at) if is_open else [],
        "may_complete": application.status == Status.EMERGENCY_AUTHORISED and may_write,
        "is_form_late": bool(application.full_form_due and application.full_form_due < at),
        "is_ratification_late": bool(application.decision_due and application.decision_due < at),
    }


def opinion_of(reading: Reading) -> dict[str, Any] | None:
    """The pharmacy's last opinion."""
    if not reading.record.opinions:
        return None
    opinion = reading.record.opinions[-1]
    checks = [(CHECK_LABELS[check], reading.erase(opinion.checks.get(check, ""))) for check in CHECKS]
    return {
        "opinion": opinion,
        "text": reading.erase(opinion.text),
        "checks": checks,
        "ceiling_reason": reading.erase(opinion.ceiling_reason),
    }


def decision_of(reading: Reading) -> dict[str, Any] | None:
    """The committee's last decision; with what its chair had decided alone, where it judges that."""
    decisions = reading.record.decisions
    if not decisions:
        return None
    decision = decisions[-1]
    alone = next((one for one in decisions if one.pk in (decision.pk, decision.ratifies_id)), decision)
    return {
        "decision": decision,
        "by": decided_by(alone),
        "alone_because": reading.erase(alone.alone_because),
        "codes": [(code, ReasonCode(code).label) for code in decision.reason_codes],
        "limits": [reading.erase(sentence) for sentence in limits.sentences(limits.of(decision))],
        "conditions": reading.erase(decision.conditions),
        "reasons": reading.erase(decision.reasons),
        "would_change": reading.erase(decision.would_change),
        "because": reading.erase(decision.because),
        "ceiling_reason": reading.erase(decision.ceiling_reason),
    }


def letters_of(reading: Reading) -> list[dict[str, Any]]:
    """The letters as issued, latest first. Whoever may not read the patient's name gets no bytes."""
    return [
        {
            "letter": letter,
            "standing": STANDINGS[letter.document.standing(timezone.localdate(reading.at))],
            "verify": verify_url(letter.document) if reading.sees_identity else "",
        }
        for letter in reversed(reading.record.letters)
    ]
