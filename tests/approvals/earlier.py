"""Earlier decisions for the tests of precedents: some by the real actions, many straight into the tables."""

from datetime import timedelta

from django.db import connection

from approvals import actions
from approvals.models import Application
from approvals.workflow import Status
from patients.models import Patient
from tests.approvals.walk import NOW, REFUSAL, UVEITIS, vote, walk

BEFORE = NOW - timedelta(days=60)
VOTERS = ("chair", "member_1", "member_2")


def decided(people, person, *, approve=True, at=BEFORE, code=UVEITIS, about=None, **content) -> Application:
    """Heard and decided on the day `at`, for the invented person of that number."""
    application = walk(people, Status.COMMITTEE_REVIEW, person=person, at=at, code=code, **(about or {}))
    close(people, application, approve=approve, at=at + timedelta(hours=6), **content)
    return Application.objects.get(pk=application.pk)


def close(people, application, *, approve, at, **content) -> None:
    vote(people, application.pk, at=at, **dict.fromkeys(VOTERS, "approve" if approve else "reject"))
    if approve:
        actions.approve(application.pk, **content, by=people["chair"], at=at)
    else:
        actions.reject(application.pk, **{**REFUSAL, **content}, by=people["chair"], at=at)


def five(people, **about) -> Application:
    """The first of five decided alike, each of another patient."""
    first = decided(people, 0, **about)
    copies(Application.objects.get(pk=first.pk), 4)
    return first


def copies(application: Application, count: int) -> None:
    """The decided application again, so many times, each of another patient. The triggers look away."""
    step, decision = application.steps.latest("sequence"), application.decisions.get()
    patient = {"hospital_id": application.unit.hospital_id, "surname": "Copia", "name": "Caso", "sex": "F"}
    born_on = application.patient.born_on
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        patients = Patient.objects.bulk_create(Patient(**patient, born_on=born_on) for _ in range(count))
        for one in patients:
            application.pk, application.number, application.patient = None, f"OL-1999-{one.pk:06d}", one
            application.save(force_insert=True)
            step.pk, step.application = None, application
            step.save(force_insert=True)
            decision.pk, decision.application, decision.step = None, application, step
            decision.save(force_insert=True)
        cursor.execute("SET session_replication_role = origin")


def decided_again(application: Application, *, at) -> None:
    """Authorised in a second round. Who judges an appeal is another story: the triggers look away."""
    step, decision = application.steps.latest("sequence"), application.decisions.get()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        step.pk, step.sequence = None, step.sequence + 1
        step.save(force_insert=True)
        Application.objects.filter(pk=application.pk).update(version=step.sequence)
        decision.pk, decision.step, decision.round, decision.decided_at = None, step, decision.round + 1, at
        decision.is_approval, decision.reason_codes = True, []
        decision.save(force_insert=True)
        cursor.execute("SET session_replication_role = origin")
