"""The other applications of the same patient for the same indication: what a new one may follow, and what
stands in its way.

At most one is undecided, and at most one is on treatment beside its extra doses. The database says the same
(two constraints of `Application`); here it is said in words, before anything is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from approvals.models import Application
from approvals.models.application import Type
from approvals.workflow import ON_TREATMENT, UNDECIDED, Status
from patients.models import Patient

# What each type may follow. A transfer may come from another hospital, and then names nothing here.
FOLLOWS: dict[str, tuple[Status, ...]] = {
    Type.CONTINUATION: (*ON_TREATMENT, Status.CLOSED, Status.EXPIRED),
    Type.DOSE_CHANGE: ON_TREATMENT,
    Type.EXTRA_DOSE: ON_TREATMENT,
    Type.TRANSFER: ON_TREATMENT,
}
MUST_FOLLOW = (Type.CONTINUATION, Type.DOSE_CHANGE, Type.EXTRA_DOSE)
# Once approved, these take the place of what they follow.
REPLACING = (Type.CONTINUATION, Type.DOSE_CHANGE, Type.TRANSFER)

Rows = QuerySet[Any]


def of_patient(hospital_id: int, tax_code: str) -> Rows:
    """What the hospital has of the patient with this code; nothing for a newborn without one."""
    if not tax_code:
        return Application.objects.none()
    return Application.objects.filter(patient__hospital=hospital_id, patient__tax_code=tax_code)


def known_to(application: Application, others: Rows) -> Rows:
    """Those that the unit may hear of: another unit's masked one does not exist for it."""
    return others.filter(Q(masked_at=None) | Q(unit=application.unit_id))


def followable(application: Application, tax_code: str, code: str) -> Rows:
    """What an application may name as the earlier one: of the same patient, in its own unit; of another
    unit only for the same indication, and only while that treatment goes on."""
    known = of_patient(application.unit.hospital_id, tax_code).exclude(pk=application.pk)
    known = known.exclude(type=Type.EXTRA_DOSE).filter(status__in=FOLLOWS[Type.CONTINUATION])
    own = known.filter(unit=application.unit_id)
    elsewhere = known.filter(indication_code=code, status__in=ON_TREATMENT) if code else known.none()
    found: Rows = (
        known_to(application, own | elsewhere)
        .select_related("unit", "indication")
        .order_by("-submitted_at", "-pk")
    )
    return found


def find(application: Application, number: str | None) -> Application | None:
    """The application of the same hospital with this number."""
    if not number:
        return None
    if application.follows and application.follows.number == number:
        return application.follows  # named when it was sent, whatever became of that one
    known = known_to(application, Application.objects.filter(number=number))
    return known.filter(unit__hospital=application.unit.hospital_id).first()


def not_followable(type_: str, earlier: Application | None, patient: Patient | None, code: str) -> str:
    """Why a request of this type cannot follow that application; "" when it can."""
    if earlier is None:
        return _("Choose the application that this one follows.") if type_ in MUST_FOLLOW else ""
    if patient is None or earlier.patient_id != patient.pk or earlier.indication_code != code:
        return _("Application %(number)s is about another patient or another indication.") % {
            "number": earlier.number
        }
    if earlier.status not in FOLLOWS[type_]:
        return _("Application %(number)s is “%(status)s”: a request of this type cannot follow it.") % {
            "number": earlier.number,
            "status": earlier.get_status_display(),
        }
    return ""


def in_the_way(
    application: Application, type_: str, earlier: Application | None, others: Rows
) -> Iterable[str]:
    """Which of the patient's other applications for the indication do not let this one be sent."""
    others = known_to(application, others)
    for other in others.filter(status__in=UNDECIDED).exclude(pk=application.pk):
        yield _("Application %(number)s is already open for this patient and this indication.") % {
            "number": other.number
        }
        return
    treated = others.filter(status__in=ON_TREATMENT).exclude(pk=application.pk)
    if type_ != Type.FIRST:
        treated = treated.exclude(type=Type.EXTRA_DOSE)
    for other in treated.exclude(pk=earlier.pk if earlier else None):
        yield _(
            "Application %(number)s is already open for this patient and this indication: the treatment goes "
            "on. Choose another type of request, and name it as the one that is followed."
        ) % {"number": other.number}
        return
