"""What the author sends: the whole form, no duplicate of a treatment, the answers, the hand-over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import day
from approvals import lineage, permissions, sections
from approvals.models import Application
from approvals.models.application import Type
from approvals.policies.texts import wants_text
from approvals.prints import all_answers
from approvals.refusals import Shortcoming
from approvals.workflow import ON_TREATMENT, UNDECIDED
from patients.models import Patient

# The code comes in the first two months; a treatment begun without it goes on for a while.
CHILDREN_WITHOUT_CODE = timedelta(days=3 * 365)


def whole_form(application: Application, at: datetime) -> Iterable[Shortcoming]:
    """What the form lacks before it is sent, or sent again with answers."""
    sheet = sections.Sheet(application, at=at, complete=True)
    missing = [*looked_at(application), *sections.all_problems(sheet)]
    yield from missing
    if not missing:  # then the answers of a complete sheet are those of any: it is not bound twice
        yield from not_a_duplicate(application, at, sections.cleaned(sheet))


def looked_at(application: Application) -> Iterable[Shortcoming]:
    """What was copied from an earlier application is the author's word only once somebody saved it."""
    for slug in application.answers.get("to_check", []):
        yield Shortcoming(
            slug, "", _("This section was copied from an earlier application: check it and save it.")
        )


def not_a_duplicate(
    application: Application, at: datetime, answers: dict[str, dict[str, Any]]
) -> Iterable[Shortcoming]:
    """One undecided application, and one running treatment, per patient and indication (reason code R12);
    what follows an earlier application names it."""
    kind, patient, indication = answers["kind"], answers["patient"], answers["indication"]["indication"]
    earlier = lineage.find(application, kind["follows"])
    if application.decided_at and application.patient and patient["tax_code"] != application.patient.tax_code:
        yield Shortcoming(
            "patient",
            "tax_code",
            _("This application was decided for another patient: write a new one."),
        )
    known = (
        Patient.objects.filter(hospital=application.unit.hospital_id, tax_code=patient["tax_code"])
        .exclude(tax_code="")
        .first()
    )
    # Once sent, what was followed may have ended: it stays named.
    is_new = not application.number and kind["type"] != Type.FIRST
    if is_new and (told := lineage.not_followable(kind["type"], earlier, known, indication.code)):
        yield Shortcoming("kind", "follows", told)
    if not patient["tax_code"] or day(at) - patient["born_on"] < CHILDREN_WITHOUT_CODE:
        yield from not_the_same_newborn(application, patient, indication.code)
    if known is None:
        return
    # The patient of this very application may be corrected while questions are answered.
    is_other = known.pk != application.patient_id and known.born_on != patient["born_on"]
    if is_other and lineage.known_to(application, known.applications.all()).exists():
        yield Shortcoming(
            "patient",
            "born_on",
            _("The hospital knows this tax code with another date of birth: check both."),
        )
    others = known.applications.filter(indication_code=indication.code)
    for told in lineage.in_the_way(application, kind["type"], earlier, others):
        yield Shortcoming("indication", "indication", told)


def not_the_same_newborn(
    application: Application, patient: dict[str, Any], code: str
) -> Iterable[Shortcoming]:
    """Without a tax code nobody can tell whether it is the same child: name, birth date and sex have to."""
    namesakes = Patient.objects.filter(
        hospital=application.unit.hospital_id,
        surname__iexact=patient["surname"],
        name__iexact=patient["name"],
        born_on=patient["born_on"],
        sex=patient["sex"],
    ).exclude(pk=application.patient_id or 0)
    if patient["tax_code"]:
        namesakes = namesakes.filter(tax_code="")
    open_ones = Application.objects.filter(
        patient__in=namesakes, indication_code=code, status__in=[*UNDECIDED, *ON_TREATMENT]
    )
    other = lineage.known_to(application, open_ones).first()
    if other:
        yield Shortcoming(
            "patient",
            "name",
            _(
                "Application %(number)s is open for a patient of this name, sex and birth date, one of the "
                "two without a tax code. The same patient: withdraw or end that one first. Twins: write "
                "names that differ."
            )
            % {"number": other.number},
        )


def answer(
    application: Application, at: datetime, *, answers: dict[int, str], seen: str | None
) -> Iterable[Shortcoming]:
    """`seen` is the print of the form as the author saw it: a delegate, or another window, may have changed
    it since."""
    if seen is not None and seen != all_answers(application):
        yield Shortcoming(
            "", "", _("The form was changed meanwhile: read the changes again before you send the answers.")
        )
    for question in application.questions.filter(answered_at=None):
        if problems := list(wants_text(f"answer_{question.number}", answers.get(question.number, ""))):
            yield from problems
    yield from whole_form(application, at)


def withdraw(application: Application, at: datetime, *, reason: str) -> Iterable[Shortcoming]:
    yield from wants_text("reason", reason)


def hand_over(
    application: Application, at: datetime, *, colleague: User | None, reason: str
) -> Iterable[Shortcoming]:
    yield from wants_text("reason", reason)
    if colleague is None:
        yield Shortcoming("", "colleague", _("Choose the colleague."))
    elif told := permissions.cannot_be_author(colleague, application, at):
        yield Shortcoming("", "colleague", told)
