"""When a treatment may start again, and what a note on a refused patient must say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.people import day
from approvals import restarting
from approvals.models import Application, FollowUp
from approvals.policies.texts import LEAST_REASON, LONGEST_TEXT, wants_text
from approvals.redosing import Body
from approvals.refusals import Shortcoming
from approvals.workflow import ON_TREATMENT, UNDECIDED
from catalogue.dose_words import finding_sentence


def restart(application: Application, at: datetime, *, body: Body, reason: str) -> Iterable[Shortcoming]:
    yield from _no_other(application)
    if body.weight_kg is None and restarting.wants_weight(application, at=at):
        yield Shortcoming(
            "",
            "weight_kg",
            _("The last weight is older than %(days)d days: weigh again.")
            % {"days": settings.RESTART_WEIGHT_DAYS},
        )
    else:
        yield from _dose(application, at, body)
    yield from wants_text("reason", reason, LEAST_REASON)


def _no_other(application: Application) -> Iterable[Shortcoming]:
    others = Application.objects.filter(
        patient=application.patient_id,
        indication_code=application.indication_code,
        status__in=(*UNDECIDED, *ON_TREATMENT),
    ).exclude(pk=application.pk)
    if other := others.first():
        yield Shortcoming(
            "",
            "",
            _(
                "Application %(number)s for the same patient and indication is open: the treatment goes on "
                "under that one."
            )
            % {"number": other.number},
        )


def _dose(application: Application, at: datetime, body: Body) -> Iterable[Shortcoming]:
    redose = restarting.redose(application, body, at=at)
    if redose.after is None:
        yield Shortcoming("", redose.field, redose.problem)
        return
    told = [*redose.obstacles, *map(finding_sentence, redose.beyond)]
    if told:
        yield Shortcoming(
            "",
            "",
            _("%(why)s The dose of the last period cannot simply go on: make a new application.")
            % {"why": " ".join(told)},
        )


def follow_up(
    application: Application, at: datetime, *, course: str, treatment: str, text: str
) -> Iterable[Shortcoming]:
    if FollowUp.objects.filter(application=application).exists():
        yield Shortcoming("", "", _("What became of the patient is recorded already."))
        return
    begins = follow_up_from(application)
    if day(at) < begins:
        yield Shortcoming(
            "",
            "",
            _("It is too early to say: record it from %(day)s on.")
            % {"day": date_format(begins, "DATE_FORMAT")},
        )
        return
    if course not in FollowUp.Course.values:
        yield Shortcoming("", "course", _("Say how the patient is."))
    if treatment not in FollowUp.Treatment.values:
        yield Shortcoming("", "treatment", _("Say what was given instead."))
    if len(text) > LONGEST_TEXT or "\x00" in text:
        yield from wants_text("text", text)


def follow_up_from(application: Application) -> date:
    """From which day on one can say what became of a patient whose application was refused."""
    refused = application.steps.filter(target=application.status).exclude(source=application.status)
    last = refused.order_by("-sequence").values_list("at", flat=True).first()
    return (day(last) if last else date.max - timedelta(days=settings.FOLLOW_UP_FROM_DAYS)) + timedelta(
        days=settings.FOLLOW_UP_FROM_DAYS
    )
