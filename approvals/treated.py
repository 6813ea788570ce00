"""WHO, once something may be given: rules like those of `permissions.py`, which uses them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.people import day, holds
from approvals.models import Application
from approvals.workflow import ON_TREATMENT
from treatments.deadlines import trial_until
from treatments.models import Suspension, Verdict


def prescribes_in_unit(user: User, application: Application, at: datetime) -> str:
    if holds(user, Role.PRESCRIBER, at=at, unit_id=application.unit_id):
        return ""
    return _("Only a prescriber of the unit that applies may do this.")


def records_infusion(user: User, application: Application, at: datetime) -> str:
    pharmacist = holds(user, Role.PHARMACIST, at=at, hospital_id=application.unit.hospital_id)
    if pharmacist or not prescribes_in_unit(user, application, at):
        return ""
    return _("Only a prescriber of the unit or a pharmacist may record the infusion.")


def is_in_force(user: User, application: Application, at: datetime) -> str:
    """Before a decision only the one cycle of an emergency can be given."""
    if application.status in ON_TREATMENT or application.authorisations.live().exists():
        return ""
    return _("No period of treatment is open: nothing may be given.")


def is_judged_at_discharge(user: User, application: Application, at: datetime) -> str:
    """The discharge matters where the row says so, and once."""
    if application.authorisations.live().until_discharge().exists():
        return ""
    return _("The discharge does not change when this treatment is reassessed, or is recorded already.")


def suspends(user: User, application: Application, at: datetime) -> str:
    """Whoever sees a danger or a shortage, or hears the patient say no: nobody has to be asked first."""
    hospital_id = application.unit.hospital_id
    if holds(user, Role.PRESCRIBER, at=at, unit_id=application.unit_id):
        return ""
    if holds(user, Role.PHARMACIST, Role.MEDICAL_DIRECTOR, at=at, hospital_id=hospital_id):
        return ""
    return _("Only a prescriber of the unit, a pharmacist or the medical director may do this.")


def is_suspended(user: User, application: Application, at: datetime) -> str:
    return "" if open_suspensions(application).exists() else _("The authorisation is not suspended.")


def is_not_suspended(user: User, application: Application, at: datetime) -> str:
    return is_suspended_words(application)


def is_suspended_words(application: Application) -> str:
    """Since when, by whom and why it is suspended; "" where it is not."""
    found = open_suspensions(application).select_related("suspended_by").first()
    if found is None:
        return ""
    return _("The authorisation is suspended (%(ground)s) since %(when)s by %(who)s.") % {
        "ground": found.get_ground_display().lower(),
        "when": date_format(timezone.localtime(found.suspended_at), "SHORT_DATE_FORMAT"),
        "who": found.suspended_by.signature,
    }


def resumes(user: User, application: Application, at: datetime) -> str:
    """That a danger is over only the medical director says; the rest whoever may suspend."""
    if open_suspensions(application).filter(ground=Suspension.Ground.SAFETY).exists():
        return is_medical_director(user, application, at)
    return suspends(user, application, at)


def open_suspensions(application: Application) -> QuerySet[Suspension]:
    return Suspension.objects.filter(
        authorisation__application=application, authorisation__settled_at=None, resumed_at=None
    )


def is_medical_director(user: User, application: Application, at: datetime) -> str:
    if holds(user, Role.MEDICAL_DIRECTOR, at=at, hospital_id=application.unit.hospital_id):
        return ""
    return _("Only the medical director may do this.")


def passes_on(user: User, application: Application, at: datetime) -> str:
    """Those who treat; where they have left, whoever watches over the deadlines."""
    if holds(user, Role.PRESCRIBER, Role.HEAD_OF_UNIT, at=at, unit_id=application.unit_id):
        return ""
    hospital_id = application.unit.hospital_id
    if holds(user, Role.MEDICAL_DIRECTOR, Role.ADMINISTRATOR, at=at, hospital_id=hospital_id):
        return ""
    return _(
        "Only a prescriber or the head of the unit, the medical director or an administrator may do this."
    )


def is_on_trial_without(user: User, application: Application, at: datetime) -> str:
    """Within the time of the trial without treatment with which the last period ended."""
    last = application.authorisations.order_by("period").last()
    if last is None or last.verdict != Verdict.TRIAL_OFF or last.settled_at is None:
        return _("The treatment did not end with a trial without it.")
    until = trial_until(day(last.settled_at))
    if day(at) <= until:
        return ""
    return _("The trial without treatment ended on %(day)s: a new application is needed.") % {
        "day": date_format(until, "DATE_FORMAT")
    }
