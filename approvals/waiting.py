"""What waits for one person, role by role: each task is a queryset that asks what `permissions.py` asks of
single applications. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Cast, Least
from django.utils.translation import gettext_lazy as _

from accounts.models import ON_CALL_ROLES, VOTING_ROLES, Membership, Role, User
from accounts.people import all_memberships, day, hospital_ids, memberships, unit_ids
from approvals.committee_tasks import (
    Rows,
    appointed,
    by_deadline,
    to_close,
    to_decide,
    to_hear,
    to_ratify,
    to_vote,
)
from approvals.models import Application, Inadmissibility
from approvals.workflow import UNDECIDED, Status
from treatments.models import Authorisation

SOON_DAYS = 30


class Task(TextChoices):
    """What the person has to do, in the order in which it is shown."""

    EMERGENCY = "emergency", _("Emergencies to authorise")
    FULL_FORM = "full_form", _("Whole forms of emergencies")
    LATE_EMERGENCY = "late_emergency", _("Emergencies overdue")
    ANSWER = "answer", _("Questions to answer")
    ENDORSE = "endorse", _("To endorse")
    TAKE_CHARGE = "take_charge", _("To take charge of")
    REVIEW = "review", _("In your charge")
    COUNTERSIGN = "countersign", _("To countersign")
    APPOINT = "appoint", _("Substitutes to appoint")
    CLOSE = "close", _("Votes to close")
    VOTE = "vote", _("To vote")
    RATIFY = "ratify", _("To ratify")
    HEAR = "hear", _("For a sitting")
    REASSESS = "reassess", _("To reassess")
    SIGN = "sign", _("To sign")
    DRAFT = "draft", _("Your drafts")
    PREPARE = "prepare", _("Drafts of the unit")
    OVERDUE = "overdue", _("Decisions overdue")


def tasks(user: User, *, at: datetime) -> dict[Task, Rows]:
    """The querysets of the tasks of the person's roles, most urgent first."""
    held = {Role(m.role) for m in memberships(user, at=at)} | appointed(user)
    return {task: find(user, at) for task, (wanted, find) in TASKS.items() if wanted & held}


def _written(applications: Rows) -> Rows:
    ordered: Rows = applications.annotate(due=Value(None, output_field=DateTimeField()))
    return ordered.order_by("-saved_at", "pk")


def _own_drafts(user: User, at: datetime) -> Rows:
    return Application.objects.filter(
        author=user, status=Status.DRAFT, unit__in=unit_ids(user, Role.PRESCRIBER, at=at)
    )


def _emergencies(user: User, at: datetime) -> Rows:
    """What waits for the person on call: the consultant may decline before the pharmacist has agreed."""
    pharmacist = Q(
        unit__hospital__in=hospital_ids(user, Role.ON_CALL_PHARMACIST, at=at), emergency_agreed_at=None
    )
    consultant = Q(unit__hospital__in=hospital_ids(user, Role.ON_CALL_CONSULTANT, at=at))
    return by_deadline(
        Application.objects.filter(pharmacist | consultant, status=Status.EMERGENCY_REQUESTED)
        .exclude(unit__in={m.unit_id for m in all_memberships(user, at=at)})
        .exclude(author=user)
        .exclude(Q(prepared_by__isnull=False, prepared_by=user))
        .exclude(Q(emergency_agreed_by__isnull=False, emergency_agreed_by=user))
    )


def _whole_forms(user: User, at: datetime) -> Rows:
    """One's own, and those of the unit that a delegate can complete."""
    own = Q(author=user, unit__in=unit_ids(user, Role.PRESCRIBER, at=at))
    helped = Q(unit__in=unit_ids(user, Role.DELEGATE, at=at))
    found = Application.objects.filter(own | helped, status=Status.EMERGENCY_AUTHORISED)
    return found.annotate(due=F("full_form_due")).order_by("full_form_due", "pk")


def _late_emergencies(user: User, at: datetime) -> Rows:
    hospitals = hospital_ids(user, Role.MEDICAL_DIRECTOR, at=at)
    late = Application.objects.overdue_emergencies(at=at).filter(unit__hospital__in=hospitals)
    due = Case(
        When(status=Status.EMERGENCY_AUTHORISED, then=Least("full_form_due", "decision_due")),
        default=F("decision_due"),
    )
    return late.annotate(due=due).order_by("due", "pk")


def _drafts(user: User, at: datetime) -> Rows:
    return _written(_own_drafts(user, at).filter(ready_at=None))


def _to_sign(user: User, at: datetime) -> Rows:
    """What a delegate has prepared to the end."""
    return _written(_own_drafts(user, at).exclude(ready_at=None))


def _to_prepare(user: User, at: datetime) -> Rows:
    units = unit_ids(user, Role.DELEGATE, at=at)
    return _written(Application.objects.filter(status=Status.DRAFT, unit__in=units))


def _to_answer(user: User, at: datetime) -> Rows:
    own = Application.objects.filter(
        author=user,
        status=Status.INFORMATION_REQUESTED,
        unit__in=unit_ids(user, Role.PRESCRIBER, at=at),
    )
    return own.annotate(due=F("answer_due")).order_by("answer_due", "pk")


def _to_reassess(user: User, at: datetime) -> Rows:
    """The person's own treatments; those of the unit are on the page of the deadlines."""
    periods = Authorisation.objects.to_reassess().filter(
        prescriber=user,
        unit__in=unit_ids(user, Role.PRESCRIBER, at=at),
        due_on__lte=day(at) + timedelta(days=SOON_DAYS),
    )
    return periods.annotate(due=Cast("due_on", DateTimeField())).order_by("due_on", "pk")


def _to_endorse(user: User, at: datetime) -> Rows:
    """By the head of the unit, or by the medical director where the head wrote it."""
    headed = Membership.objects.valid(on=day(at)).filter(
        Q(user=OuterRef("author")) | Q(user=OuterRef("prepared_by")),
        role=Role.HEAD_OF_UNIT,
        unit=OuterRef("unit"),
    )
    units = unit_ids(user, Role.HEAD_OF_UNIT, at=at)
    hospitals = hospital_ids(user, Role.MEDICAL_DIRECTOR, at=at)
    waiting = Application.objects.filter(status=Status.SUBMITTED, endorsed_at=None).exclude(author=user)
    return by_deadline(
        waiting.filter(Q(~Exists(headed), unit__in=units) | Q(Exists(headed), unit__hospital__in=hospitals))
    )


def _to_take(user: User, at: datetime) -> Rows:
    return by_deadline(
        Application.objects.filter(
            status=Status.SUBMITTED,
            endorsed_at__isnull=False,
            unit__hospital__in=hospital_ids(user, Role.PHARMACIST, at=at),
        )
        .exclude(author=user)
        .exclude(prepared_by=user)
    )


def _in_charge(user: User, at: datetime) -> Rows:
    """Without what waits for a second pharmacist."""
    return by_deadline(
        Application.objects.filter(
            status=Status.PHARMACY_REVIEW,
            taken_by=user,
            unit__hospital__in=hospital_ids(user, Role.PHARMACIST, at=at),
        ).exclude(Exists(_open_proposals()))
    )


def _open_proposals() -> QuerySet[Inadmissibility]:
    return Inadmissibility.objects.filter(application=OuterRef("pk"), settled_at=None)


def _to_countersign(user: User, at: datetime) -> Rows:
    """What another pharmacist proposed as not admissible."""
    waiting = Application.objects.filter(
        status=Status.PHARMACY_REVIEW, unit__hospital__in=hospital_ids(user, Role.PHARMACIST, at=at)
    )
    for hand in ("author", "submitted_by", "prepared_by", "endorsed_by"):
        waiting = waiting.exclude(**{f"{hand}__isnull": False, hand: user})
    return by_deadline(waiting.filter(Exists(_open_proposals().exclude(proposed_by=user))))


def _to_appoint(user: User, at: datetime) -> Rows:
    """What is before the committee; whether too few may judge it is counted afterwards. What was appealed
    first: there those who judged before are missing."""
    found = Application.objects.filter(
        to_decide(), unit__hospital__in=hospital_ids(user, Role.MEDICAL_DIRECTOR, at=at)
    )
    for hand in ("author", "submitted_by"):
        found = found.exclude(**{f"{hand}__isnull": False, hand: user})
    return by_deadline(found).order_by(F("appealed_at").asc(nulls_last=True), "decision_due", "pk")


def _overdue(user: User, at: datetime) -> Rows:
    hospitals = hospital_ids(user, Role.MEDICAL_DIRECTOR, at=at)
    return by_deadline(
        Application.objects.filter(status__in=UNDECIDED, decision_due__lt=at, unit__hospital__in=hospitals)
        # The time the prescriber takes to answer is not the committee's.
        .exclude(status=Status.INFORMATION_REQUESTED)
    )


TASKS: dict[Task, tuple[set[Role], Callable[[User, datetime], Rows]]] = {
    Task.EMERGENCY: (set(ON_CALL_ROLES), _emergencies),
    Task.FULL_FORM: ({Role.PRESCRIBER, Role.DELEGATE}, _whole_forms),
    Task.LATE_EMERGENCY: ({Role.MEDICAL_DIRECTOR}, _late_emergencies),
    Task.ANSWER: ({Role.PRESCRIBER}, _to_answer),
    Task.ENDORSE: ({Role.HEAD_OF_UNIT, Role.MEDICAL_DIRECTOR}, _to_endorse),
    Task.TAKE_CHARGE: ({Role.PHARMACIST}, _to_take),
    Task.REVIEW: ({Role.PHARMACIST}, _in_charge),
    Task.COUNTERSIGN: ({Role.PHARMACIST}, _to_countersign),
    Task.APPOINT: ({Role.MEDICAL_DIRECTOR}, _to_appoint),
    Task.CLOSE: ({Role.CHAIR}, to_close),
    Task.VOTE: (set(VOTING_ROLES), to_vote),
    Task.RATIFY: ({Role.CHAIR}, to_ratify),
    Task.HEAR: ({Role.CHAIR}, to_hear),
    Task.REASSESS: ({Role.PRESCRIBER}, _to_reassess),
    Task.SIGN: ({Role.PRESCRIBER}, _to_sign),
    Task.DRAFT: ({Role.PRESCRIBER}, _drafts),
    Task.PREPARE: ({Role.DELEGATE}, _to_prepare),
    Task.OVERDUE: ({Role.MEDICAL_DIRECTOR}, _overdue),
}
