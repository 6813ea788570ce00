"""Adverse events of a treatment: recorded at any time, and marked as reported to the authority.

They move nothing in the application: no step, no version. The rows stay for ever, the trail says who recorded
and who reported.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.people import day, holds
from approvals.acting import lock
from approvals.models import Application
from approvals.policies.texts import wants_text
from approvals.policies.vigilance import event_lacks
from approvals.reassessing import Event
from approvals.refusals import AlreadyDone, Refused
from audit import trail
from treatments.models import AdverseEvent, Authorisation

LONGEST_REFERENCE = 100


def why_not(user: User, application: Application, *, at: datetime) -> str:
    """Why this person may not record or report, in words; "" when they may."""
    unit = application.unit
    treats = holds(user, Role.PRESCRIBER, at=at, unit_id=unit.pk)
    if not treats and not holds(user, Role.PHARMACIST, at=at, hospital_id=unit.hospital_id):
        return _("Only a prescriber of the unit or a pharmacist may do this.")
    is_authorised = application.decided_at or application.emergency_authorised_at
    if not is_authorised or not application.authorisations.exists():
        return _("Nothing was authorised: there is no treatment that could have caused it.")
    return ""


def record(pk: int, *, event: Event, by: User, at: datetime) -> AdverseEvent:
    """Raises `Refused`. The same event told again by the same person is a double click."""
    with transaction.atomic():
        application = lock(pk)
        if told := why_not(by, application, at=at):
            raise Refused(told)
        if missing := list(event_lacks(event, day(at), at=at)):
            raise Refused(missing[0].sentence, missing)
        happened_on = event.happened_on or day(at)  # the policy wants one
        told_already = AdverseEvent.objects.filter(
            authorisation__application=application,
            what=event.what,
            severity=event.severity,
            happened_on=happened_on,
        )
        if told_already.exists():
            raise AlreadyDone(_("This event is recorded already."))
        recorded = AdverseEvent.objects.create(
            authorisation=period_of(application, event, at=at),
            what=event.what,
            severity=event.severity,
            happened_on=happened_on,
            known_since=event.known_since or at,
            recorded_at=at,
            recorded_by=by,
        )
        data = {"event": recorded.pk, "severity": recorded.severity}
        trail.record(application.chain, "event_recorded", by=by, at=at, data=data)
    return recorded


def period_of(application: Application, event: Event, *, at: datetime) -> Authorisation:
    """The period in which it happened: the latest that had begun by then."""
    periods = application.authorisations.order_by("-period")
    begun = periods.filter(valid_from__lte=event.happened_on or day(at)).first()
    return begun or periods.last() or periods.get()


def report(pk: int, *, event: int, reference: str, by: User, at: datetime) -> AdverseEvent:
    """The event was reported to the national network under this reference. Raises `Refused`."""
    with transaction.atomic():
        application = lock(pk)
        if told := why_not(by, application, at=at):
            raise Refused(told)
        found = AdverseEvent.objects.get(pk=event, authorisation__application=application)
        if found.reported_at is not None:
            raise AlreadyDone(reported_words(found))
        if missing := list(wants_text("report_reference", reference)):
            raise Refused(missing[0].sentence, missing)
        found.reported_at, found.reported_by = at, by
        found.report_reference = reference[:LONGEST_REFERENCE]
        found.save(update_fields=["reported_at", "reported_by", "report_reference"])
        trail.record(application.chain, "event_reported", by=by, at=at, data={"event": found.pk})
    return found


def reported_words(event: AdverseEvent) -> str:
    """Who reported it, when, under which reference."""
    return _("Reported on %(when)s by %(who)s, reference %(reference)s.") % {
        "when": date_format(timezone.localtime(event.reported_at), "SHORT_DATETIME_FORMAT"),
        "who": event.reported_by.signature if event.reported_by else "",
        "reference": event.report_reference,
    }
