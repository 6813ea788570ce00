"""What waits for the members of the committee: querysets that ask what `seats.py` and `permissions.py` ask of
single applications. A test compares the two.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import VOTING_ROLES, Membership, Role, User
from accounts.people import day, memberships
from approvals.models import (
    Appeal,
    Application,
    Appointment,
    Decision,
    Declaration,
    Hearing,
    Inadmissibility,
    Presence,
    Vote,
)
from approvals.workflow import HEARD, ON_TREATMENT, Status
from treatments.models import Authorisation

Rows = QuerySet[Any]


def by_deadline(applications: Rows) -> Rows:
    ordered: Rows = applications.annotate(due=F("decision_due")).order_by("decision_due", "pk")
    return ordered


def appointed(user: User) -> set[Role]:
    """The roles of a substitute whom the medical director appointed for single applications."""
    if "_appointed" not in user.__dict__:
        presiding = set(user.appointments.values_list("presides", flat=True)) if user.is_active else set()
        user.__dict__["_appointed"] = {
            Role.CHAIR if presides else Role.COMMITTEE_MEMBER for presides in presiding
        }
    found: set[Role] = user.__dict__["_appointed"]
    return found


def _seats(user: User, at: datetime) -> Q:
    """The applications on which the user has a seat: in the hospital, or appointed for that one."""
    filled = _filled_seats(user, at, *VOTING_ROLES)
    return Q(unit__hospital__in=filled) | Q(pk__in=user.appointments.values("application"))


def _chairs(user: User, at: datetime) -> Q:
    """The applications over which the user presides, as chair or appointed in the chair's stead."""
    presiding = Appointment.objects.filter(presides=True)
    conflict = Declaration.objects.filter(
        application=OuterRef("application"), declared_by=OuterRef("member"), has_conflict=True
    )
    in_the_chairs_stead = presiding.filter(
        ~Exists(conflict), application=OuterRef("pk"), member__is_active=True
    )
    own = Q(unit__hospital__in=_filled_seats(user, at, Role.CHAIR)) & ~Q(Exists(in_the_chairs_stead))
    return (own | Q(pk__in=presiding.filter(member=user).values("application"))) & ~_recused(user, at)


def _filled_seats(user: User, at: datetime, *roles: Role) -> QuerySet[Any, Any]:
    """The hospitals in which the user holds a seat that nobody fills meanwhile."""
    in_force = Membership.objects.valid(on=day(at))
    stood_in_for = in_force.filter(stands_in_for=OuterRef("pk"))
    own = in_force.filter(user=user, role__in=roles).exclude(Exists(stood_in_for))
    return own.values("unit__hospital")


def _recused(user: User, at: datetime) -> Q:
    """What `seats.ground_of` says of one application, here of all of them. Whoever decided alone is no
    voter in the ratification, but presides over it: see `_unratified`."""
    judged_before = Vote.objects.filter(
        application=OuterRef("pk"), voted_by=user, round__lte=OuterRef("appealed_round")
    )
    decided_before = Decision.objects.filter(
        application=OuterRef("pk"), decided_by=user, round__lte=OuterRef("appealed_round")
    )
    read_before = Appeal.objects.filter(application=OuterRef("pk"), rapporteur=user)
    conflict = Declaration.objects.filter(application=OuterRef("pk"), declared_by=user, has_conflict=True)
    written = Application.objects.filter(patient=OuterRef("patient"), author=user).exclude(pk=OuterRef("pk"))
    treated = Authorisation.objects.filter(patient=OuterRef("patient"), prescriber=user)
    screened = Inadmissibility.objects.filter(
        Q(proposed_by=user) | Q(settled_by=user), application=OuterRef("pk")
    )
    hands = ("author", "submitted_by", "prepared_by", "taken_by", "endorsed_by")
    on_call = ("emergency_agreed_by", "emergency_authorised_by")
    own = Q(unit__in={m.unit_id for m in memberships(user, at=at)})
    for hand in (*hands, *on_call):
        own |= Q(**{f"{hand}__isnull": False, hand: user})
    before = (judged_before, decided_before, read_before, screened)
    for rows in (*before, conflict, written, treated):
        own |= Q(Exists(rows))
    return own


def _unratified() -> Q:
    """In force because its chair decided alone: the committee ratifies it, or does not."""
    alone = Decision.objects.unratified().filter(application=OuterRef("pk"))
    return Q(Exists(alone), status__in=ON_TREATMENT)


def _own_vote(user: User) -> QuerySet[Vote]:
    return Vote.objects.filter(round=OuterRef("round"), application=OuterRef("pk"), voted_by=user)


def _heard() -> QuerySet[Hearing]:
    return Hearing.objects.filter(application=OuterRef("pk"), closed_at=None)


def to_vote(user: User, at: datetime) -> Rows:
    """What is heard now, where the user has a voice and has not used it."""
    in_the_room = Presence.objects.filter(hearing=OuterRef("pk"), member=user, left_at=None)
    open_to_user = _heard().filter(Q(is_virtual=True, voting_until__gt=at) | Q(Exists(in_the_room)))
    return by_deadline(
        Application.objects.filter(_seats(user, at), ~_recused(user, at), status__in=HEARD)
        .filter(Exists(open_to_user))
        .exclude(_unratified() & Q(decided_by=user))
        .exclude(Exists(_own_vote(user)))
    )


def to_close(user: User, at: datetime) -> Rows:
    """What is heard under the user's chair; whether the quorum is there is counted afterwards."""
    return by_deadline(
        Application.objects.filter(_chairs(user, at), status__in=HEARD).filter(Exists(_heard()))
    )


def to_hear(user: User, at: datetime) -> Rows:
    """What waits for a sitting, before the decision or to be ratified."""
    return by_deadline(Application.objects.filter(_chairs(user, at), to_decide()).exclude(Exists(_heard())))


def to_decide() -> Q:
    """What the committee has to judge: before the decision, or to ratify the chair's."""
    return Q(status=Status.COMMITTEE_REVIEW) | _unratified()
