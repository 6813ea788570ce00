"""The report on a cycle: two answers of those who treat, once for each cycle that was given."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.people import holds
from audit import trail
from treatments import cycles
from treatments.models import Authorisation, CycleReport
from treatments.refusals import AlreadyDone, Refused


def why_not(user: User, period: Authorisation, *, at: datetime) -> str:
    """Those who treat, or the pharmacy that asks them."""
    if holds(user, Role.PRESCRIBER, Role.HEAD_OF_UNIT, at=at, unit_id=period.unit_id):
        return ""
    if holds(user, Role.PHARMACIST, at=at, hospital_id=period.hospital_id):
        return ""
    return _("Only a prescriber of the unit or a pharmacist may report on a cycle.")


def report(pk: int, *, cycle: int, response: str, adverse_events: str, by: User, at: datetime) -> CycleReport:
    """Record it. Raises `Refused` for a cycle that was not given, `AlreadyDone` where it is reported."""
    with transaction.atomic():
        period = Authorisation.objects.select_for_update().get(pk=pk)
        if reason := why_not(by, period, at=at):
            raise Refused(reason)
        if cycle not in {one.number for one in cycles.given(period.dispensings.all())}:
            raise Refused(_("This cycle was not given: there is nothing to report."))
        told = {"response": response, "adverse_events": adverse_events.strip()}
        try:
            with transaction.atomic():
                written = CycleReport.objects.create(
                    authorisation=period, cycle=cycle, recorded_at=at, recorded_by=by, **told
                )
        except IntegrityError as error:
            raise AlreadyDone(_("This cycle is reported already.")) from error
        chain, data = f"application:{period.application_id}", {"authorisation": period.number, "cycle": cycle}
        trail.record(chain, "cycle_reported", by=by, at=at, data=data)
    return written
