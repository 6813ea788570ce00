"""Beginning a draft: empty, or with what an earlier application of the same patient says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Role, Unit, User
from accounts.people import holds
from approvals.drafts.notes import TO_CHECK
from approvals.models import Application
from approvals.models.application import Type
from approvals.refusals import Refused
from approvals.workflow import ON_TREATMENT, UNDECIDED, Status

Answers = dict[str, Any]

# What may be copied, section by section; None is everything. What is measured, dated, stated or signed for
# one application is written anew: weight and laboratory, urgency, planned start, consent, responsibility.
COPIED: dict[str, tuple[str, ...] | None] = {
    "kind": ("legal_route", "care_setting", "cost_centre"),
    "patient": (
        "tax_code",
        "no_tax_code",
        "surname",
        "name",
        "born_on",
        "birth_time",
        "sex",
        "mismatch_reason",
        "local_health_authority",
    ),
    "indication": None,
    "dose": ("product", "g_per_kg", "days", "cycles", "interval"),
    "therapies": None,
    "justification": None,
    "outcome": ("measure", "unit", "better", "target", "stopping_rule"),
}
# A further measure has the same names with a number behind them.
FURTHER = ("", "_2", "_3")


def start(*, by: User, unit: Unit, at: datetime, author: User | None = None) -> Application:
    """An empty draft of this unit; a delegate begins it for one of the unit's prescribers.

    Raises `Refused` where the person writes nothing there, or the author prescribes nothing there.
    """
    author = author or by
    is_own = author.pk == by.pk
    if not is_own and not holds(by, Role.DELEGATE, at=at, unit_id=unit.pk):
        raise Refused(_("Only the delegates of the unit begin drafts for its prescribers."))
    if not holds(author, Role.PRESCRIBER, at=at, unit_id=unit.pk):
        raise Refused(_("Only a prescriber of the unit may write its applications."))
    return Application.objects.create(
        unit=unit, author=author, saved_at=at, saved_by=by, prepared_by=None if is_own else by
    )


def copyable(user: User, application: Application, *, at: datetime) -> bool:
    """Whether the person may begin a new draft with these answers: a prescriber of the unit, once it is
    decided or over."""
    return application.status not in (Status.DRAFT, *UNDECIDED) and holds(
        user, Role.PRESCRIBER, at=at, unit_id=application.unit_id
    )


def copy(source: Application, *, by: User, at: datetime) -> Application:
    """A new draft of the person's own with what can be taken over from an earlier application.

    Every copied section waits to be looked at. Where the treatment goes on, the draft begins as its
    continuation. Today's catalogue decides: nothing of the frozen row comes along.
    """
    if not copyable(by, source, at=at):
        raise Refused(_("Only a prescriber of the unit may copy it, and only once it is decided or over."))
    answers = {slug: part for slug, names in COPIED.items() if (part := _part(source, slug, names))}
    if source.status in ON_TREATMENT and source.type != Type.EXTRA_DOSE:
        follows = {"type": Type.CONTINUATION.value, "follows": source.number}
        answers["kind"] = {**answers.get("kind", {}), **follows}
    return Application.objects.create(
        unit=source.unit,
        author=by,
        saved_at=at,
        saved_by=by,
        copied_from=source,
        answers={**answers, TO_CHECK: list(answers)},
    )


def _part(source: Application, slug: str, names: tuple[str, ...] | None) -> Answers:
    typed = source.answers.get(slug) or {}
    if names is None:
        return dict(typed)
    wanted = {name + suffix for name in names for suffix in FURTHER}
    return {name: value for name, value in typed.items() if name in wanted}
