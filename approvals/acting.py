"""The one way anything happens to an application: ask under the lock, write, leave the trail, promise.

browser → view → action → ┌ one transaction ───────────────────────────┐
                          │ lock the row, compare its version           │
                          │ when (workflow), who (permissions),         │
                          │ what (policies) → Refused, nothing written  │
                          │ fields, status, version, Step, audit        │
                          │ promises                                    │
                          └ commit, then a worker wakes ────────────────┘
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import permissions, policies, voting
from approvals.models import Application, Hearing, Step
from approvals.refusals import AlreadyDone, Refused, Stale
from approvals.workflow import FACTS, HEARD, Action, Status, possible_from
from audit import trail
from outbox.promises import promise


@dataclass
class Act:
    """An action under way: the locked application and the step just written."""

    application: Application
    step: Step
    at: datetime

    def promise(self, job: str) -> None:
        """Promise work that follows this step, kept once however often the worker dies."""
        promise(job, f"{job}:{self.step.pk}", {"step": self.step.pk}, at=self.at, by=self.step.by)


@contextmanager
def acting(
    action: Action,
    pk: int,
    *,
    by: User,
    at: datetime,
    version: int | None = None,
    to: Callable[[Application], Status] | None = None,
    comment: str = "",
    **content: Any,
) -> Iterator[Act]:
    """Lock, ask, take the step; the body sets the fields; then save, audit and commit.

    `version` is the one the person saw; None where nobody looked at a page (the demo, tests).
    `to` names the target, from the locked row, of the moves that have several. Raises `Refused` with
    everything undone.
    """
    with transaction.atomic():
        application = lock(pk)
        if version is not None and version != application.version:
            raise stale(application, action, by=by, seen=version)
        if version is None and application.version and action not in possible_from(application.status):
            raise stale(application, action, by=by, seen=application.version - 1)
        if reason := permissions.why_not(by, action, application, at=at):
            raise Refused(reason)
        if missing := policies.shortcomings(action, application, at=at, **content):
            raise Refused(missing[0].sentence, missing)
        with taking(application, action, to and to(application), by=by, at=at, comment=comment) as act:
            yield act


@contextmanager
def taking(
    application: Application,
    action: Action,
    to: Status | None = None,
    *,
    by: User | None,
    at: datetime,
    comment: str = "",
) -> Iterator[Act]:
    """The step of a locked application that may be taken; the body sets the fields; then save and audit.

    `by` is None where the program acts by itself, because a time is over.
    """
    before = dict(application.__dict__)
    step = take_step(application, action, to, by=by, at=at, comment=comment)
    yield Act(application, step, at)
    end_hearing(application, step)
    changed = save_changes(application, before)
    trail.record(
        application.chain,
        action,
        by=by,
        at=at,
        data={"from": step.source, "to": step.target, "version": step.sequence, "fields": changed},
    )


def lock(pk: int) -> Application:
    """The row as it is now, held until the transaction ends.

    Two statements: after waiting for a lock PostgreSQL reads the locked row again but not those joined to
    it, and a row of the catalogue from before the wait could decide which majority is needed.
    """
    Application.objects.select_for_update().values_list("pk").get(pk=pk)
    related = ("unit", "author", "indication__edition", "patient")
    return Application.objects.select_related(*related).get(pk=pk)


def take_step(
    application: Application,
    action: Action,
    to: Status | None,
    *,
    by: User | None,
    at: datetime,
    comment: str,
) -> Step:
    source = application.status
    if action not in FACTS:
        getattr(application, action)(*([to] if to else []))
    application.version += 1
    return Step.objects.create(
        application=application,
        sequence=application.version,
        action=action,
        source=source,
        target=application.status,
        at=at,
        by=by,
        comment=comment,
        through=by.through if by else "",
    )


# How an action ends the hearing under way; any other move ends it too.
OUTCOMES = {
    Action.APPROVE: Hearing.Outcome.APPROVED,
    Action.REJECT: Hearing.Outcome.REJECTED,
    Action.ASK: Hearing.Outcome.INFORMATION,
    Action.DEFER: Hearing.Outcome.DEFERRED,
    Action.RATIFY: Hearing.Outcome.RATIFIED,
    Action.DENY_RATIFICATION: Hearing.Outcome.NOT_RATIFIED,
}


def end_hearing(application: Application, step: Step) -> None:
    """No hearing outlasts the move that it led to, or that overtook it."""
    is_over = step.action in OUTCOMES or (step.action not in FACTS and step.source in HEARD)
    heard = voting.hearing(application) if is_over else None
    if heard is None:
        return
    heard.closed_at, heard.closed_by = step.at, step.by
    heard.outcome = OUTCOMES.get(Action(step.action), Hearing.Outcome.OVERTAKEN)
    heard.roll = [
        {
            "member": member.user.pk,
            "ground": member.ground,
            "choice": member.choice,
            "is_present": member.is_present,
            "presides": member.presides,
        }
        for member in voting.committee(application, at=step.at)
    ]
    heard.save(update_fields=["closed_at", "closed_by", "outcome", "roll", "reason", "deferred_to"])


def save_changes(application: Application, before: dict[str, Any]) -> list[str]:
    """Save the fields that differ, always with status and version; return their names."""
    changed = [
        field.name
        for field in application._meta.concrete_fields
        if field.attname in ("status", "version")
        or before.get(field.attname) != getattr(application, field.attname)
    ]
    application.save(update_fields=changed)
    return changed


def stale(application: Application, action: Action, *, by: User, seen: int) -> Refused:
    """The page was drawn before the last step. The same person's same action is a double click."""
    step = application.steps.select_related("by").latest("sequence")
    if step.by_id == by.pk and step.action == action and step.sequence == seen + 1:
        return AlreadyDone(_("You have already done this."), step)
    return Stale(
        _("Meanwhile %(who)s did “%(what)s” on %(when)s. Read the application again before you go on.")
        % {
            "who": step.by.signature if step.by else _("the program"),
            "what": Action(step.action).label,
            "when": date_format(timezone.localtime(step.at), "SHORT_DATETIME_FORMAT"),
        }
    )
