"""WHAT: for each action, the checks of its content. A check answers everything that is missing, in words.

Asked by the action under the lock; the pages ask the same functions to show what is missing beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.people import day
from approvals import lineage, permissions, sections, voting
from approvals.models import Application, Conclusion, ReasonCode, Vote
from approvals.models.application import Type
from approvals.prints import all_answers
from approvals.refusals import Shortcoming
from approvals.workflow import ON_TREATMENT, UNDECIDED, Action
from catalogue.doses import Dose
from patients.models import Patient
from treatments.models import BY_HAND, CONTINUING
from treatments.outcomes import has_benefit

Check = Callable[..., Iterable[Shortcoming]]

LONGEST_TEXT = 20_000
# A shorter reason is none.
LEAST_REASON = 20
# The code comes in the first two months; a treatment begun without it goes on for a while.
CHILDREN_WITHOUT_CODE = timedelta(days=3 * 365)
FAVOURABLE = (Conclusion.FAVOURABLE, Conclusion.WITH_CHANGES)
# What the pharmacy's report has to say something about (design/domain.md §2, action "refer").
CHECKS = (
    "identity",
    "indication",
    "prior_therapies",
    "dose",
    "risks",
    "stock",
    "cost",
    "literature",
)


def wants_text(field: str, text: str, least: int = 1) -> Iterable[Shortcoming]:
    """A text that must say something, and may not be longer than the record can hold."""
    length = len(text.strip())
    if not length:
        yield Shortcoming("", field, _("Write the text: it cannot be empty."))
    elif length < least:
        yield Shortcoming(
            "",
            field,
            ngettext("Write at least %(n)d character.", "Write at least %(n)d characters.", least)
            % {"n": least},
        )
    elif length > LONGEST_TEXT:
        yield Shortcoming(
            "", field, _("The text is too long: %(n)d characters at most.") % {"n": LONGEST_TEXT}
        )
    if "\x00" in text:
        yield Shortcoming("", field, _("The text holds a character that cannot be stored: type it again."))


def whole_form(application: Application, at: datetime) -> Iterable[Shortcoming]:
    """What the form lacks before it is sent, or sent again with answers."""
    missing = [*looked_at(application), *sections.shortcomings(application, at=at)]
    yield from missing
    if not missing:
        yield from not_a_duplicate(application, at)


def looked_at(application: Application) -> Iterable[Shortcoming]:
    """What was copied from an earlier application is the author's word only once somebody saved it."""
    for slug in application.answers.get("to_check", []):
        yield Shortcoming(
            slug, "", _("This section was copied from an earlier application: check it and save it.")
        )


def not_a_duplicate(application: Application, at: datetime) -> Iterable[Shortcoming]:
    """One undecided application, and one running treatment, per patient and indication (reason code R12);
    what follows an earlier application names it."""
    answers = sections.cleaned(application, at=at)
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
    is_new = not application.submitted_at and kind["type"] != Type.FIRST
    if is_new and (told := lineage.not_followable(kind["type"], earlier, known, indication.code)):
        yield Shortcoming("kind", "follows", told)
    if day(at) - patient["born_on"] < CHILDREN_WITHOUT_CODE:
        yield from not_the_same_newborn(application, patient, indication.code)
    if known is None:
        return
    # The patient of this very application may be corrected while questions are answered.
    if known.pk != application.patient_id and known.born_on != patient["born_on"]:
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
    other = Application.objects.filter(
        patient__in=namesakes, indication_code=code, status__in=[*UNDECIDED, *ON_TREATMENT]
    ).first()
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


def endorse(application: Application, at: datetime) -> Iterable[Shortcoming]:
    if application.endorsed_at:
        yield Shortcoming("", "", _("The application is already endorsed."))


def take_charge(application: Application, at: datetime) -> Iterable[Shortcoming]:
    if not application.endorsed_at:
        yield Shortcoming("", "", _("The head of unit has not endorsed the application yet."))


def ask(application: Application, at: datetime, *, questions: list[str]) -> Iterable[Shortcoming]:
    if not questions:
        yield Shortcoming("", "questions", _("Ask at least one question."))
    for question in questions:
        yield from wants_text("questions", question)


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


def is_above_ceiling(application: Application) -> bool:
    """Whether what was sent passes the highest dose per cycle (design/domain.md §4): the pharmacist and the
    committee have to let it pass, each with a reason."""
    return Dose.from_dict(application.snapshot.content["dose"]).needs_ceiling_override


def pharmacist_let_pass(application: Application) -> bool:
    """Whether the pharmacist has a reason for this dose: answers given since may have raised it."""
    opinion = application.opinions.latest()
    read = application.snapshots.filter(frozen_at__lte=opinion.given_at).latest("revision")
    doses = [Dose.from_dict(one.content["dose"]) for one in (application.snapshot, read)]
    return bool(opinion.ceiling_reason) and doses[0].exact_g <= doses[1].exact_g


def refer(
    application: Application,
    at: datetime,
    *,
    checks: dict[str, str],
    conclusion: str,
    text: str,
    ceiling_reason: str,
) -> Iterable[Shortcoming]:
    for check in CHECKS:
        yield from wants_text(check, checks.get(check, ""))
    if conclusion not in Conclusion.values:
        yield Shortcoming("", "conclusion", _("Choose the conclusion of the opinion."))
    yield from wants_text("text", text)
    if conclusion in FAVOURABLE and is_above_ceiling(application):
        yield from wants_text("ceiling_reason", ceiling_reason, LEAST_REASON)


def vote(
    application: Application, at: datetime, *, choice: str, text: str, round: int
) -> Iterable[Shortcoming]:
    if round != application.round:
        yield Shortcoming("", "", _("This vote belongs to an earlier round: read the application again."))
    if choice not in Vote.Choice.values:
        yield Shortcoming("", "choice", _("Choose how you vote."))
    elif choice != Vote.Choice.APPROVE or text:
        yield from wants_text("text", text)


def has_quorum(tally: voting.Tally) -> Iterable[Shortcoming]:
    if not tally.has_quorum:
        yield Shortcoming(
            "",
            "",
            _("No quorum: %(cast)d of %(entitled)d entitled members have voted, %(quorum)d are needed.")
            % tally.as_dict(),
        )


def approve(
    application: Application, at: datetime, *, conditions: str, ceiling_reason: str
) -> Iterable[Shortcoming]:
    tally = voting.tally(application, at=at)
    yield from has_quorum(tally)
    if tally.has_quorum and not tally.is_carried:
        yield Shortcoming(
            "",
            "",
            _("The votes do not approve: %(in_favour)d in favour, %(against)d against.") % tally.as_dict(),
        )
    if tally.with_conditions or conditions:
        yield from wants_text("conditions", conditions)
    if is_above_ceiling(application):
        if not pharmacist_let_pass(application):
            yield Shortcoming(
                "", "", _("The pharmacist did not let this dose pass the ceiling: it cannot be authorised.")
            )
        yield from wants_text("ceiling_reason", ceiling_reason, LEAST_REASON)


def reject(
    application: Application,
    at: datetime,
    *,
    reason_codes: list[str],
    reasons: str,
    would_change: str,
) -> Iterable[Shortcoming]:
    tally = voting.tally(application, at=at)
    yield from has_quorum(tally)
    if tally.has_quorum and tally.is_carried:
        yield Shortcoming(
            "", "", _("The votes approve: %(in_favour)d in favour, %(against)d against.") % tally.as_dict()
        )
    if not reason_codes or not set(reason_codes) <= set(ReasonCode.values):
        yield Shortcoming("", "reason_codes", _("Choose at least one reason."))
    yield from wants_text("reasons", reasons, LEAST_REASON)
    yield from wants_text("would_change", would_change, LEAST_REASON)


def withdraw(application: Application, at: datetime, *, reason: str) -> Iterable[Shortcoming]:
    yield from wants_text("reason", reason)


def record_infusion(application: Application, at: datetime, *, on: date) -> Iterable[Shortcoming]:
    period = application.authorisations.live().get()
    if period.first_infusion_on:
        yield Shortcoming("", "on", _("The first infusion of this period is already recorded."))
    if not period.valid_from <= on <= day(at):
        yield Shortcoming(
            "", "on", _("The infusion lies between the start of the authorisation and today: check the date.")
        )


def reassess(application: Application, at: datetime, *, outcome: Any) -> Iterable[Shortcoming]:
    yield from wants_text("judgement", outcome.judgement, LEAST_REASON)
    if not 0 < outcome.weight_kg <= 400:
        yield Shortcoming("", "weight_kg", _("Write today's weight in kilograms."))
    if len(outcome.adverse_events) > LONGEST_TEXT:
        yield from wants_text("adverse_events", outcome.adverse_events)
    if outcome.verdict not in BY_HAND:
        yield Shortcoming("", "verdict", _("Choose how the treatment goes on"))
    if application.type == Type.EXTRA_DOSE and outcome.verdict in CONTINUING:
        # Another period would be a second treatment, renewed beside the one that it came on top of.
        yield Shortcoming(
            "",
            "verdict",
            _(
                "An extra dose is not renewed: end it here. The treatment goes on under the application that "
                "this one followed; another extra dose takes a new application."
            ),
        )
        return
    yield from not_before_the_committee_twice(application, outcome)


def not_before_the_committee_twice(application: Application, outcome: Any) -> Iterable[Shortcoming]:
    """Without benefit the committee decides again: not while it decides on what follows this treatment."""
    plan = application.snapshot.content["outcome"]
    helps = has_benefit(Decimal(plan["baseline"]), Decimal(plan["target"]), outcome.value_now)
    if helps or outcome.verdict not in CONTINUING:
        return
    same = Application.objects.filter(
        patient=application.patient_id, indication_code=application.indication_code
    )
    if other := same.filter(status__in=UNDECIDED).exclude(pk=application.pk).first():
        yield Shortcoming(
            "",
            "",
            _(
                "Without benefit the committee has to decide, and application %(number)s for the same "
                "indication is before it: end the treatment, or wait for that decision."
            )
            % {"number": other.number},
        )


def close(application: Application, at: datetime, *, verdict: str, reason: str) -> Iterable[Shortcoming]:
    if verdict not in BY_HAND or verdict in CONTINUING:
        yield Shortcoming("", "verdict", _("Choose why the treatment ends."))
    yield from wants_text("reason", reason)


def hand_over(
    application: Application, at: datetime, *, colleague: User | None, reason: str
) -> Iterable[Shortcoming]:
    yield from wants_text("reason", reason)
    if colleague is None:
        yield Shortcoming("", "colleague", _("Choose the colleague."))
    elif told := permissions.cannot_be_author(colleague, application, at):
        yield Shortcoming("", "colleague", told)


POLICIES: dict[Action, Check] = {
    Action.SUBMIT: whole_form,
    Action.ENDORSE: endorse,
    Action.TAKE_CHARGE: take_charge,
    Action.ASK: ask,
    Action.ANSWER: answer,
    Action.REFER: refer,
    Action.VOTE: vote,
    Action.APPROVE: approve,
    Action.REJECT: reject,
    Action.WITHDRAW: withdraw,
    Action.RECORD_INFUSION: record_infusion,
    Action.REASSESS: reassess,
    Action.CLOSE: close,
    Action.HAND_OVER: hand_over,
}


def shortcomings(
    action: Action, application: Application, *, at: datetime, **content: Any
) -> list[Shortcoming]:
    """Everything this action's content lacks, in the order of the form; [] when nothing does."""
    check = POLICIES.get(action)
    return list(check(application, at, **content)) if check else []
