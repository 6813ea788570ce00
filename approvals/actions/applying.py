"""What the author does: submit, answer, withdraw."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, cast

from django.db import IntegrityError, connection
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import lineage, snapshots
from approvals.acting import Act, acting
from approvals.drafts.passing import in_the_name_of
from approvals.models import Application, Inadmissibility, Snapshot
from approvals.models.application import Type
from approvals.refusals import Refused
from approvals.workflow import Action, Status
from catalogue.models import Indication
from patients.models import Patient
from treatments import deadlines

# The constraints of `Application` that two moves at the same moment can run into.
ONE_OPEN = (
    "one_undecided_application_per_patient_and_indication",
    "one_treatment_per_patient_and_indication",
)

# One statement; the row stays locked until the commit, so a year's numbers have no gap.
NEXT_NUMBER = """
INSERT INTO approvals_numbersequence (year, last) VALUES (%s, 1)
ON CONFLICT (year) DO UPDATE SET last = approvals_numbersequence.last + 1 RETURNING last
"""


def submit(pk: int, *, by: User, at: datetime, version: int | None = None) -> Application:
    """Freeze what was written, give the number, start the clock. The whole form of an emergency has its
    number, and its clock runs since it was authorised."""
    with one_open_application(), acting(Action.SUBMIT, pk, by=by, at=at, version=version) as act:
        application = act.application
        connect(application, freeze(act, by=by))
        application.submitted_at, application.submitted_by = at, by
        act.promise("notify")
        if not application.awaits_ratification:
            application.decision_due = deadlines.decision_due(at, is_urgent=application.is_urgent)
            application.number = next_number(timezone.localtime(at).year)
    return application


def answer(
    pk: int,
    *,
    answers: dict[int, str],
    seen: str | None = None,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """Answer every open question. The form as it stands becomes a new snapshot; the clock goes on.

    `seen` is the print of the form that the author saw (`prints.all_answers`): another one is refused.
    """
    told: dict[str, Any] = {"answers": answers, "seen": seen}
    with (
        one_open_application(),
        acting(Action.ANSWER, pk, by=by, at=at, version=version, to=who_asked, **told) as act,
    ):
        application = act.application
        asked_at = at
        for question in application.questions.filter(answered_at=None):
            asked_at = question.asked_at
            question.answer = answers[question.number].strip()
            question.answered_at, question.answered_by = at, by
            question.save(update_fields=["answer", "answered_at", "answered_by"])
        was_urgent = application.is_urgent
        connect(application, freeze(act, by=by))
        # An emergency is ratified in its time, whatever is asked meanwhile.
        if application.decision_due and not application.awaits_ratification:
            application.decision_due = deadlines.after_pause(
                application.decision_due, asked_at=asked_at, answered_at=at
            )
            if application.is_urgent and not was_urgent:
                urgently = deadlines.decision_due(at, is_urgent=True)
                application.decision_due = min(application.decision_due, urgently)
        application.answer_due, application.asked_from = None, ""
        if application.status == Status.COMMITTEE_REVIEW:
            application.round += 1  # what was voted on has changed
        act.promise("notify")
    return application


def withdraw(pk: int, *, reason: str, by: User, at: datetime, version: int | None = None) -> Application:
    with acting(Action.WITHDRAW, pk, by=by, at=at, version=version, comment=reason, reason=reason) as act:
        act.application.answer_due = act.application.decision_due = None
        act.application.asked_from = ""
        # Nobody countersigns any more.
        act.application.inadmissibilities.filter(settled_at=None).update(
            outcome=Inadmissibility.Outcome.OVERTAKEN, settled_at=at, settled_by=by
        )
        if act.step.source != Status.DRAFT:
            act.promise("notify")
    return act.application


def hand_over(
    pk: int,
    *,
    colleague: User | None,
    reason: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """Questions are answered by another prescriber of the unit, who takes the responsibility anew."""
    given: dict[str, Any] = {"colleague": colleague, "reason": reason}
    name = colleague.signature if colleague else ""
    with acting(
        Action.HAND_OVER, pk, by=by, at=at, version=version, comment=f"{name}: {reason}", **given
    ) as act:
        author = cast(User, colleague)  # the policy wants one
        act.application.answers = in_the_name_of(author, act.application.answers)
        act.application.author = author
        act.promise("notify")
    return act.application


@contextmanager
def one_open_application() -> Iterator[None]:
    """Two sent at the same moment both pass the policy: the database lets the first one through."""
    try:
        yield
    except IntegrityError as error:
        if not any(name in str(error) for name in ONE_OPEN):
            raise
        raise Refused(
            _("Another application is already open for this patient and this indication.")
        ) from error


def who_asked(application: Application) -> Status:
    return Status(application.asked_from)


def freeze(act: Act, *, by: User) -> dict[str, Any]:
    """Keep what the form says now, with the catalogue row and the dose as they are now."""
    content = snapshots.content(act.application, at=act.at)
    last = act.application.snapshots.aggregate(last=Max("revision"))["last"]
    revision = (last or 0) + 1
    Snapshot.objects.create(
        application=act.application, revision=revision, content=content, frozen_at=act.at, frozen_by=by
    )
    return content


def connect(application: Application, content: dict[str, Any]) -> None:
    """Point the application at the patient, the catalogue row and the earlier application that it names.

    The earlier one is locked before anything is written here: locks are taken follower first, and whoever
    judges the earlier one at this moment (`reassess`) is waited for, not met half-way.
    """
    earlier = lineage.find(application, content["kind"].get("follows"))
    if earlier:
        Application.objects.select_for_update().values_list("pk").get(pk=earlier.pk)
    application.type, application.follows = content["kind"].get("type") or Type.FIRST, earlier
    application.patient = patient_of(application, content["patient"])
    row = content["indication"]
    application.indication = Indication.objects.get(edition__code=row["edition"], code=row["code"])
    application.indication_code = row["code"]
    application.sub_criterion = (row["sub_criterion"] or {}).get("code", "")
    application.is_urgent = content["kind"]["is_urgent"]


def patient_of(application: Application, told: dict[str, Any]) -> Patient:
    """The patient with this tax code in the hospital; without a code, always somebody new."""
    facts = {
        "surname": told["surname"],
        "name": told["name"],
        "born_on": date.fromisoformat(told["born_on"]),
        "sex": told["sex"],
    }
    hospital_id, own = application.unit.hospital_id, application.patient
    if own and not own.tax_code and not told["tax_code"]:
        return own  # the newborn of the first submission
    if not told["tax_code"]:
        return Patient.objects.create(hospital_id=hospital_id, **facts)
    patient, _created = Patient.objects.get_or_create(
        hospital_id=hospital_id, tax_code=told["tax_code"], defaults=facts
    )
    if own and not own.tax_code:
        # The code came after the emergency: what was authorised then is this person's too.
        application.authorisations.update(patient=patient)
    return patient


def next_number(year: int) -> str:
    """The next number of the year, for example OL-2026-000123."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [year])
        (last,) = cursor.fetchone()
    return f"OL-{year}-{last:06d}"
