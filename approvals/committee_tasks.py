"""What waits for the members of the committee: querysets that ask what `seats.py` and `permissions.py` ask of
single applications. A test compares the two.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import VOTING_ROLES, Membership, Role, User
from accounts.people import all_memberships, day, memberships
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
# Whoever had a hand in an application does not judge it.
HANDS = (
    *("author", "submitted_by", "prepared_by", "taken_by", "endorsed_by"),
    *("emergency_agreed_by", "emergency_authorised_by"),
)


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


def _hospitals(user: User, at: datetime, *roles: Role) -> list[int]:
    """The hospitals in which the user holds a seat that nobody fills meanwhile."""
    seats = [m for m in memberships(user, at=at) if m.role in VOTING_ROLES]
    known: dict[datetime, set[int]] = user.__dict__.setdefault("_filled_seats", {})
    if seats and at not in known:
        substitutes = Membership.objects.valid(on=day(at)).filter(stands_in_for__in=seats)
        known[at] = {pk for pk in substitutes.values_list("stands_in_for", flat=True) if pk}
    return [m.unit.hospital_id for m in seats if m.role in roles and m.pk not in known[at]]


def _with_a_seat(user: User, at: datetime) -> Rows:
    """The applications on which the user has a voice: in the hospital, or appointed for that one."""
    seats = Q(unit__hospital__in=_hospitals(user, at, *VOTING_ROLES))
    if appointed(user):
        seats |= Q(pk__in=user.appointments.values("application"))
    return _not_recused(Application.objects.filter(seats), user, at)


def _under_chair(user: User, at: datetime) -> Rows:
    """The applications over which the user presides, as chair or appointed in the chair's stead."""
    conflict = Declaration.objects.filter(
        application=OuterRef("application"), declared_by=OuterRef("member"), has_conflict=True
    )
    presiding = Appointment.objects.filter(~Exists(conflict), presides=True, member__is_active=True)
    somebody_else = presiding.filter(application=OuterRef("pk")).exclude(member=user)
    chairs = Q(unit__hospital__in=_hospitals(user, at, Role.CHAIR))
    if Role.CHAIR in appointed(user):
        chairs |= Q(pk__in=presiding.filter(member=user).values("application"))
    return _not_recused(Application.objects.filter(chairs, ~Exists(somebody_else)), user, at)


def _not_recused(applications: Rows, user: User, at: datetime) -> Rows:
    """What `seats.ground_of` says of one application, here of all of them. Whoever decided alone is no
    voter in the ratification, but presides over it: see `_unratified`.

    One ground a filter: joined by OR the database could not tell how few they are, and would read all.
    """
    for hand in HANDS:
        applications = applications.exclude(**{f"{hand}__isnull": False, hand: user})
    here = {"application": OuterRef("pk")}
    grounds: list[QuerySet[Any]] = [
        Inadmissibility.objects.filter(proposed_by=user, **here),
        Inadmissibility.objects.filter(settled_by=user, **here),
        Declaration.objects.filter(declared_by=user, has_conflict=True, **here),
        Application.objects.filter(author=user, patient=OuterRef("patient")).exclude(pk=OuterRef("pk")),
        Authorisation.objects.filter(prescriber=user, patient=OuterRef("patient")),
    ]
    own_units = {m.unit_id for m in all_memberships(user, at=at)}
    kept: Rows = applications.exclude(unit__in=own_units).filter(*(~Exists(rows) for rows in grounds))
    return kept.filter(Q(appealed_round=None) | ~_has_judged(user))


def _has_judged(user: User) -> Q:
    """In the rounds before the appeal."""
    before = {"application": OuterRef("pk"), "round__lte": OuterRef("appealed_round")}
    return (
        Q(Exists(Vote.objects.filter(voted_by=user, **before)))
        | Q(Exists(Decision.objects.filter(decided_by=user, **before)))
        | Q(Exists(Appeal.objects.filter(rapporteur=user, application=OuterRef("pk"))))
    )


def _unratified() -> Q:
    """In force because its chair decided alone: the committee ratifies it, or does not. They are few, and
    named: so the database looks at them and at no other treatment."""
    alone = Decision.objects.unratified().values_list("application", flat=True)
    return Q(pk__in=list(alone), status__in=ON_TREATMENT)


def _alone(user: User) -> QuerySet[Decision]:
    return Decision.objects.unratified().filter(application=OuterRef("pk"), decided_by=user)


def _own_vote(user: User) -> QuerySet[Vote]:
    return Vote.objects.filter(round=OuterRef("round"), application=OuterRef("pk"), voted_by=user)


def _heard() -> QuerySet[Hearing]:
    return Hearing.objects.filter(application=OuterRef("pk"), closed_at=None)


def to_vote(user: User, at: datetime) -> Rows:
    """What is heard now, where the user has a voice and has not used it."""
    in_the_room = Presence.objects.filter(hearing=OuterRef("pk"), member=user, left_at=None)
    open_to_user = _heard().filter(Q(is_virtual=True, voting_until__gt=at) | Q(Exists(in_the_room)))
    return by_deadline(
        _with_a_seat(user, at)
        .filter(Exists(open_to_user), ~Exists(_own_vote(user)), status__in=HEARD)
        .exclude(Exists(_alone(user)), status__in=ON_TREATMENT)
    )


def to_close(user: User, at: datetime) -> Rows:
    """What is heard under the user's chair; whether the quorum is there is counted afterwards."""
    return by_deadline(_under_chair(user, at).filter(Exists(_heard()), status__in=HEARD))


def to_hear(user: User, at: datetime) -> Rows:
    """What waits for a sitting before the decision."""
    return by_deadline(_under_chair(user, at).filter(~Exists(_heard()), status=Status.COMMITTEE_REVIEW))


def to_ratify(user: User, at: datetime) -> Rows:
    """What waits for a sitting because a chair decided it alone. A list of its own: the two together would
    make the database read every treatment to find the few."""
    return by_deadline(_under_chair(user, at).filter(_unratified(), ~Exists(_heard())))


def to_decide() -> Q:
    """What the committee has to judge: before the decision, or to ratify the chair's."""
    return Q(status=Status.COMMITTEE_REVIEW) | _unratified()
