"""The page of one application: what it says, what happened, what this person may do."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from approvals import disclosing, drafts
from approvals.clock import duration_words, spells
from approvals.forms import CHECK_LABELS, VoteForm
from approvals.models import ReasonCode
from approvals.offers import offers, queue
from approvals.opening import open_file
from approvals.policies import CHECKS
from approvals.reading import Reading
from approvals.views.attachments import sent_files
from approvals.views.contesting import appeal_of, proposals_of
from approvals.workflow import Action
from documents.issuing import verify_url
from documents.wording import STANDINGS


@require_GET
def application(request: HttpRequest, number: str) -> HttpResponse:
    user, at = cast(User, request.user), timezone.now()
    opened = open_file(request, number)
    reading = Reading(opened, user, at)
    possible = offers(user, opened, at=at)
    may_vote = any(offer.action == Action.VOTE and not offer.why_not for offer in possible)
    context = {
        "application": opened,
        "reading": reading,
        "offers": [offer for offer in possible if not (may_vote and offer.action == Action.VOTE)],
        "form": VoteForm(opened, at=at) if may_vote else None,
        "action": Action.VOTE,
        "following": queue(user, at=at).first() if reading.seat and not may_vote else None,
        "opinion": opinion_of(reading),
        "decision": decision_of(reading),
        "proposals": proposals_of(reading),
        "appeal": appeal_of(reading),
        "may_copy": drafts.copyable(user, opened, at=at),
        "why_no_identity": disclosing.why_not(user, opened, at=at) if reading.seat else "",
        "identity_until": disclosing.until_words(until) if (until := reading.identity_until) else "",
        "disclosures": disclosing.asked_of(opened, user=user, at=at),
        "letters": letters_of(reading),
        "files": sent_files(reading),
        "spells": [(spell, duration_words(spell.lasted)) for spell in spells(reading.record, at=at)],
    }
    return render(request, "approvals/detail/application.html", context)


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
    """The committee's last decision."""
    if not reading.record.decisions:
        return None
    decision = reading.record.decisions[-1]
    return {
        "decision": decision,
        "codes": [(code, ReasonCode(code).label) for code in decision.reason_codes],
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
