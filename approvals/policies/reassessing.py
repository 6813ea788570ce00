"""What a reassessment must say, and when a treatment cannot go on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.people import day
from approvals.models import Application
from approvals.models.application import Type
from approvals.policies.texts import LEAST_REASON, LONGEST_TEXT, wants_text
from approvals.policies.vigilance import event_lacks
from approvals.reassessing import REDOSING, UNMEASURED, Judged, Outcome
from approvals.refusals import Shortcoming
from approvals.treated import is_suspended_words
from approvals.workflow import UNDECIDED
from treatments.models import BY_HAND, CONTINUING, Verdict


def reassess(application: Application, at: datetime, *, outcome: Outcome) -> Iterable[Shortcoming]:
    judged = Judged(application, outcome, at)
    yield from _told(judged)
    if outcome.verdict not in BY_HAND:
        yield Shortcoming("", "verdict", _("Choose how the treatment goes on"))
        return
    if application.type == Type.EXTRA_DOSE and outcome.verdict in (*CONTINUING, Verdict.TRIAL_OFF):
        # Another period would be a second treatment, renewed beside the one that it came on top of.
        yield Shortcoming(
            "",
            "verdict",
            _(
                "An extra dose is not renewed: end it here. The treatment goes on under the application that "
                "this one followed; another extra dose takes a new application."
            ),
        )
        return
    if judged.goes_on:
        yield from _goes_on(judged)


def _told(judged: Judged) -> Iterable[Shortcoming]:
    outcome = judged.outcome
    if outcome.verdict not in UNMEASURED:
        for n, one in enumerate(judged.measured, 1):
            if one.now is None:
                yield Shortcoming(
                    "",
                    "value_now" if n == 1 else f"value_now_{n}",
                    _(
                        "Enter the value now of “%(measure)s”. If nothing could be measured, decide “Not "
                        "assessable”."
                    )
                    % {"measure": one.measure},
                )
    yield from wants_text("judgement", outcome.judgement, LEAST_REASON)
    wants_weight = outcome.verdict in CONTINUING or outcome.weight_kg is not None
    if wants_weight and not 0 < (outcome.weight_kg or 0) <= 400:
        yield Shortcoming("", "weight_kg", _("Write today's weight in kilograms."))
    for n, event in enumerate(outcome.events, 1):
        yield from event_lacks(event, day(judged.at), at=judged.at, suffix=f"_{n}")
    for name, text in (("therapy_changes", outcome.therapy_changes), ("plan", outcome.plan)):
        if len(text) > LONGEST_TEXT or "\x00" in text:
            yield from wants_text(name, text)


def _goes_on(judged: Judged) -> Iterable[Shortcoming]:
    application, outcome = judged.application, judged.outcome
    if told := is_suspended_words(application):
        yield Shortcoming(
            "", "verdict", _("%(suspended)s Resume first; ending is possible.") % {"suspended": told}
        )
        return
    before = application.authorisations.filter(verdict=Verdict.NOT_ASSESSABLE)
    if outcome.verdict == Verdict.NOT_ASSESSABLE and before.exists():
        yield Shortcoming(
            "",
            "verdict",
            _(
                "An earlier period was not assessable already, and that is possible once: measure, or end "
                "the treatment."
            ),
        )
        return
    yield from _dose(judged)
    yield from _not_before_the_committee_twice(judged)


def _dose(judged: Judged) -> Iterable[Shortcoming]:
    outcome, redose = judged.outcome, judged.redose
    if redose is None or redose.row is None:
        yield Shortcoming("", "verdict", redose.problem if redose else "")
        return
    if outcome.verdict in REDOSING and outcome.dose is None:
        yield Shortcoming("", "g_per_kg", _("Enter the new dose."))
        return
    if redose.after is None:
        if redose.field != "weight_kg" or outcome.weight_kg:  # without a weight that is said already
            yield Shortcoming("", redose.field, redose.problem)
        return
    for sentence in redose.obstacles:
        yield Shortcoming("", "g_per_kg" if outcome.verdict in REDOSING else "verdict", sentence)
    if outcome.verdict == Verdict.REDUCE and not redose.is_less:
        yield Shortcoming(
            "",
            "g_per_kg",
            _(
                "This is not less than the dose in force: lower it, lengthen the interval, or decide "
                "“Continue with a modified schedule”."
            ),
        )
    if outcome.verdict == Verdict.MODIFY and redose.after.request == redose.before.request:
        yield Shortcoming(
            "", "g_per_kg", _("This is the schedule in force: change it, or decide “Continue”.")
        )


def _not_before_the_committee_twice(judged: Judged) -> Iterable[Shortcoming]:
    """The committee decides again: not while it decides on what follows this treatment."""
    application = judged.application
    if not judged.committee_because:
        return
    same = Application.objects.filter(
        patient=application.patient_id, indication_code=application.indication_code
    )
    if other := same.filter(status__in=UNDECIDED).exclude(pk=application.pk).first():
        yield Shortcoming(
            "",
            "",
            _(
                "The committee would have to decide (%(because)s), and application %(number)s for the same "
                "indication is before it: end the treatment, or wait for that decision."
            )
            % {"because": " ".join(judged.committee_because), "number": other.number},
        )
