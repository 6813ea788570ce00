"""What the committee decides: by the votes of a round, or its chair alone until the next sitting."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.conf import settings
from django.utils import translation

from accounts.models import User
from accounts.people import day
from approvals import limits as limiting
from approvals import voting
from approvals.acting import Act, acting
from approvals.actions.applying import one_open_application
from approvals.actions.provisional import end_provisional, without_given
from approvals.actions.replacing import end_letter, replace_followed
from approvals.limits import NO_LIMITS, Limits
from approvals.models import Application, Decision
from approvals.workflow import Action
from catalogue.models import Indication
from treatments import periods
from treatments.models import Verdict


def approve(
    pk: int,
    *,
    conditions: str = "",
    limits: Limits = NO_LIMITS,
    ceiling_reason: str = "",
    because: str = "",
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """Close the round with the committee's approval: a period opens, its letter is promised."""
    given: dict[str, Any] = {
        "conditions": conditions,
        "limits": limits,
        "ceiling_reason": ceiling_reason,
        "because": because,
    }
    with one_open_application(), acting(Action.APPROVE, pk, by=by, at=at, version=version, **given) as act:
        authorise(act, by=by, **given)
    return act.application


def decide_urgently(
    pk: int,
    *,
    alone_because: str,
    conditions: str = "",
    limits: Limits = NO_LIMITS,
    ceiling_reason: str = "",
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """The chair authorises alone what cannot wait; the committee ratifies it, or not, at its next sitting."""
    given: dict[str, Any] = {
        "alone_because": alone_because,
        "conditions": conditions,
        "limits": limits,
        "ceiling_reason": ceiling_reason,
    }
    with (
        one_open_application(),
        acting(Action.DECIDE_URGENTLY, pk, by=by, at=at, version=version, **given) as act,
    ):
        authorise(act, by=by, **given)
    return act.application


def authorise(act: Act, *, limits: Limits, by: User, **content: Any) -> None:
    """Record the decision, open the period, promise the letter. What an emergency allowed until now ends."""
    application = act.application
    decide(act, is_approval=True, by=by, **content, **asdict(limits))
    replace_followed(application, by=by, at=act.at)
    given = end_provisional(application, Verdict.RATIFIED, by=by, at=act.at)
    granted = terms(application, content["conditions"], limits)
    periods.open_period(without_given(granted, given), by=by, at=act.at)
    act.promise("issue_letter")


def reject(
    pk: int,
    *,
    reason_codes: list[str],
    reasons: str,
    would_change: str,
    because: str = "",
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """Close the round with the committee's refusal; the letter says why and what would change it."""
    why: dict[str, Any] = {
        "reason_codes": reason_codes,
        "reasons": reasons,
        "would_change": would_change,
        "because": because,
    }
    with acting(Action.REJECT, pk, by=by, at=at, version=version, **why) as act:
        decide(act, is_approval=False, by=by, **why)
        end_provisional(act.application, Verdict.NOT_RATIFIED, by=by, at=at)
        act.promise("issue_letter")
    return act.application


def ratify(pk: int, *, by: User, at: datetime, version: int | None = None) -> Application:
    """The committee makes its own what the chair decided alone: nothing changes for the patient."""
    with acting(Action.RATIFY, pk, by=by, at=at, version=version) as act:
        alone = decided_alone(act.application)
        decide(
            act,
            is_approval=True,
            by=by,
            ratifies=alone,
            conditions=alone.conditions,
            **asdict(limiting.of(alone)),
        )
        act.promise("notify")
    return act.application


def deny_ratification(
    pk: int,
    *,
    reason_codes: list[str],
    reasons: str,
    would_change: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """The committee does not ratify: no further treatment; what was given stays on record."""
    why: dict[str, Any] = {"reason_codes": reason_codes, "reasons": reasons, "would_change": would_change}
    with acting(Action.DENY_RATIFICATION, pk, by=by, at=at, version=version, **why) as act:
        decide(act, is_approval=False, by=by, ratifies=decided_alone(act.application), **why)
        period = periods.live(pk)
        periods.settle(period, verdict=Verdict.NOT_RATIFIED, by=by, at=at)
        end_letter(period, day(at))
        act.promise("issue_letter")
    return act.application


def decided_alone(application: Application) -> Decision:
    """The decision that waits to be ratified. Raises `Decision.DoesNotExist` where there is none."""
    return application.decisions.unratified().get()


def decide(act: Act, *, is_approval: bool, by: User, **content: Any) -> None:
    application = act.application
    Decision.objects.create(
        application=application,
        step=act.step,
        round=application.round,
        is_approval=is_approval,
        tally=voting.tally(application, at=act.at).as_dict(),
        decided_at=act.at,
        decided_by=by,
        **content,
    )
    application.decided_at, application.decided_by = act.at, by
    application.decision_due = None


def terms(application: Application, conditions: str, limits: Limits) -> periods.Terms:
    """What the last snapshot asked for, as the terms of a period.

    What is left from the treatment before is supplied already: the first period allots that much less. The
    committee's limits lower cycles, grams and date.
    """
    content = application.snapshot.content
    indication = content["indication"]
    row = cast(Indication, application.indication)  # the constraint on sent applications
    dose = application.snapshot.dose
    # Only what was left over makes the first period differ: nothing else is looked up.
    earlier = application.authorisations.filter(is_provisional=False)
    is_renewed = bool(dose.supply.carried_g) and earlier.exists()
    cycles = min(limits.cycles or dose.request.cycles, dose.request.cycles)
    cycle_g = min(limits.cycle_g or dose.cycle_g, dose.cycle_g)
    allotted = dose.course_g if is_renewed else dose.supply.grams
    less = dose.course_g - cycles * cycle_g if limits.cycles or limits.cycle_g else 0
    return periods.Terms(
        application_id=application.pk,
        application_number=str(application.number),
        unit=application.unit,
        prescriber=application.author,
        patient_id=application.patient_id or 0,
        indication_code=indication["code"],
        # Of the row alone: outside the catalogue the disease is a free text, and lists of periods are read
        # by people who may not know who the patient is.
        indication_name=row.name_it,
        area=indication["area"],
        edition_code=indication["edition"],
        dose=content["dose"],
        cycles=cycles,
        grams=max(allotted - less, Decimal(0)),
        conditions="\n".join([*limits_in_words(limits), conditions]).strip(),
        cycle_g=limits.cycle_g,
        reassess_by=limits.reassess_on,
        trigger=row.reassessment_trigger,
        trigger_after=row.reassessment_after,
    )


def limits_in_words(limits: Limits) -> list[str]:
    """In the language of the letter in which they will stand, whatever the chair reads the pages in."""
    with translation.override(settings.LANGUAGE_CODE):
        return list(limiting.sentences(limits))
