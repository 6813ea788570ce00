"""What head of unit and pharmacist must have done and written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from approvals.models import Application, Conclusion
from approvals.policies.ceiling import is_above_ceiling
from approvals.policies.deciding import not_decided_by_votes
from approvals.policies.texts import LEAST_REASON, wants_text
from approvals.refusals import Shortcoming

FAVOURABLE = (Conclusion.FAVOURABLE, Conclusion.WITH_CHANGES)
# What the pharmacy's report has to say something about (design/domain.md §2, action "refer").
CHECKS = (
    "identity",
    "indication",
    "prior_therapies",
    "dose",
    "risks",
    "stock",
    "cost",
    "literature",
)


def endorse(application: Application, at: datetime) -> Iterable[Shortcoming]:
    if application.endorsed_at:
        yield Shortcoming("", "", _("The application is already endorsed."))


def take_charge(application: Application, at: datetime) -> Iterable[Shortcoming]:
    if not application.endorsed_at:
        yield Shortcoming("", "", _("The head of unit has not endorsed the application yet."))


def ask(application: Application, at: datetime, *, questions: list[str]) -> Iterable[Shortcoming]:
    yield from not_decided_by_votes(application, at)
    if not questions:
        yield Shortcoming("", "questions", _("Ask at least one question."))
    for question in questions:
        yield from wants_text("questions", question)


def refer(
    application: Application,
    at: datetime,
    *,
    checks: dict[str, str],
    conclusion: str,
    text: str,
    ceiling_reason: str,
) -> Iterable[Shortcoming]:
    for check in CHECKS:
        yield from wants_text(check, checks.get(check, ""))
    if conclusion not in Conclusion.values:
        yield Shortcoming("", "conclusion", _("Choose the conclusion of the opinion."))
    yield from wants_text("text", text)
    if conclusion in FAVOURABLE and is_above_ceiling(application):
        yield from wants_text("ceiling_reason", ceiling_reason, LEAST_REASON)
