"""Who may be appointed to judge one application: the same grounds of recusal as for the members."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, Profession, Role, User
from accounts.people import day
from approvals import voting
from approvals.models import Application, Inadmissibility
from approvals.seats import GROUNDS, ground_of
from treatments.models import Authorisation

# Those who take no clinical action, and those whose word is asked elsewhere.
NEVER = (Role.ADMINISTRATOR, Role.AUDITOR, Role.MEDICAL_DIRECTOR, Role.DELEGATE)


def eligible(application: Application, *, at: datetime) -> list[User]:
    """The doctors and pharmacists of the hospital who could be appointed, by name."""
    seated = {member.user.pk for member in voting.committee(application, at=at)}
    found = colleagues(application, at=at).exclude(pk__in=seated)
    return [user for user in found if not why_not_appointed(user, application, at=at)]


def colleagues(application: Application, *, at: datetime) -> QuerySet[User]:
    roles = [role for role in Role if role not in NEVER]
    held = Membership.objects.valid(on=day(at)).filter(
        unit__hospital=application.unit.hospital_id, role__in=roles
    )
    professions = [Profession.DOCTOR, Profession.PHARMACIST]
    people = User.objects.filter(is_active=True, profession__in=professions, pk__in=held.values("user"))
    return people.order_by("last_name", "first_name", "pk")


def why_not_appointed(user: User, application: Application, *, at: datetime) -> str:
    """Why this person cannot be appointed, in words about them; "" when they can."""
    who = {"who": user.signature}
    if voting.seat(user, application, at=at):
        return _("%(who)s has a seat already.") % who
    if not colleagues(application, at=at).filter(pk=user.pk).exists():
        return _("%(who)s is neither a doctor nor a pharmacist of this hospital in clinical service.") % who
    if ground := ground_of(facts(user, application, at=at), application):
        return _("%(who)s may not judge it (“%(why)s”).") % {**who, "why": GROUNDS[ground]}
    return ""


def facts(user: User, application: Application, *, at: datetime) -> SimpleNamespace:
    """What `seats.SEATS` reads of a member, for somebody who has no seat."""
    pk, patient = application.pk, application.patient_id
    units = Membership.objects.valid(on=day(at)).filter(user=user, unit=application.unit_id)
    own = Application.objects.filter(patient=patient, author=user).exclude(pk=pk)
    screened = Inadmissibility.objects.filter(Q(proposed_by=user) | Q(settled_by=user), application=pk)
    return SimpleNamespace(
        pk=user.pk,
        of_the_unit=units.exists(),
        has_treated=own.exists() or Authorisation.objects.filter(patient=patient, prescriber=user).exists(),
        has_screened=screened.exists(),
        has_judged=application.votes.filter(
            voted_by=user, round__lte=application.appealed_round or 0
        ).exists(),
        has_conflict=application.declarations.filter(declared_by=user, has_conflict=True).exists(),
        decided_alone=False,
    )
