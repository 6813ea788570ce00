"""Walk an application to a status by the real actions, as the cast would."""

from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone
from django.utils.translation import get_language

from accounts.people import day
from approvals import actions, demo_consent
from approvals.actions import Outcome
from approvals.demo_answers import complete_answers
from approvals.models import Application, Hearing
from approvals.policies import CHECKS
from approvals.refusals import AlreadyDone
from approvals.workflow import Status
from tests.approvals.answers import make_catalogue
from tests.prepared import prepared

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Rome"))
UVEITIS = "OFT-03"
LATER = NOW + timedelta(days=80)
# Values of the measure at reassessment: declared are 18 today and 9 to reach.
BETTER, MET, WORSE = Decimal(14), Decimal(9), Decimal(20)
CHECKED = dict.fromkeys(CHECKS, "Verificato.")
REFUSAL = {
    "reason_codes": ["R03"],
    "reasons": "Le prove presentate non bastano a sostenere l'uso richiesto.",
    "would_change": "Una serie di casi pubblicata con esiti misurati.",
}


def judged(value, verdict="continue", **changed) -> Outcome:
    """What the prescriber records at reassessment; `value` is of the one measure of the plan, or of each."""
    values = value if isinstance(value, tuple) else (value,)
    told = {
        "values": tuple(None if one is None else Decimal(one) for one in values),
        "weight_kg": Decimal("62"),
        "judgement": "Andamento clinico coerente con la misura.",
        "verdict": verdict,
    }
    return Outcome(**{**told, **changed})


ALONE = "Peggiora di ora in ora: la seduta è tra dieci giorni."
COMMITTEE = ("chair", "member-1", "member-2", "member-3")

# The way to each status, in the order of the journey.
WAY = [
    Status.DRAFT,
    Status.SUBMITTED,
    "endorsed",
    Status.PHARMACY_REVIEW,
    Status.COMMITTEE_REVIEW,
    "voted",
    Status.APPROVED,
]


@pytest.fixture
def catalogue(db):
    make_catalogue()


def draft(people, *, code=UVEITIS, at=NOW, person=0, author="prescriber-w3", **answers) -> Application:
    user = people[author]
    application = Application.objects.create(
        unit=user.memberships.get(role="prescriber").unit,
        author=user,
        answers=complete_answers(code, on=day(at), person=person, **answers),
        saved_at=at,
        saved_by=user,
    )
    demo_consent.attach(application, by=user, at=at)
    return application


# All that an application leaves behind on its way.
LEFT_BEHIND = ("approvals", "treatments", "patients", "audit", "documents", "outbox", "committee")


def walk(people, to: str, *, at=NOW, **about) -> Application:
    """A new application, walked an hour a step from `at` until it stands there (see WAY).

    The first of a test, at the usual time, is walked once per run and copied afterwards: a quarter of the
    time of the tests went on the same way walked again and again.
    """
    if at == NOW and prepared(circumstances(to, about), LEFT_BEHIND, lambda: walked(people, to, **about)):
        return Application.objects.get()
    return walked(people, to, at=at, **about)


def circumstances(to: str, about) -> str:
    """What the way depends on: what was asked for, the settings, the language."""
    now = [(name, repr(getattr(settings, name))) for name in dir(settings) if name.isupper()]
    return repr((to, sorted(about.items()), now, get_language()))


def walked(people, to: str, *, at=NOW, **about) -> Application:
    application = draft(people, at=at, **about)
    for hours, place in enumerate(WAY[1 : WAY.index(to) + 1], 1):
        step(people, application.pk, place, at=at + timedelta(hours=hours))
    return Application.objects.get(pk=application.pk)


def step(people, pk: int, place: str, *, at) -> None:
    application = Application.objects.get(pk=pk)
    match place:
        case Status.SUBMITTED:
            actions.submit(pk, by=application.author, at=at)
        case "endorsed":
            heads = {"w3": "head-w3", "w5": "head-w5"}
            actions.endorse(pk, by=people[heads[application.unit.code]], at=at)
        case Status.PHARMACY_REVIEW:
            actions.take_charge(pk, by=people["pharmacist-1"], at=at)
        case Status.COMMITTEE_REVIEW:
            actions.refer(
                pk,
                checks=CHECKED,
                conclusion="favourable",
                text="Favorevole.",
                by=people["pharmacist-1"],
                at=at,
            )
        case "voted":
            vote(people, pk, at=at, **dict.fromkeys(("chair", "member-1", "member-2"), "approve"))
        case Status.APPROVED:
            actions.approve(pk, by=people["chair"], at=at)


def heard(people, pk: int, *, at=NOW, chair="chair") -> None:
    """A virtual round of the committee, if none is under way: every member may vote for a week.

    Pages live by the real clock: for them too the week has just begun.
    """
    if not Hearing.objects.filter(application=pk, closed_at=None).exists():
        until = max(at, timezone.now()) + timedelta(days=7)
        actions.open_hearing(pk, voting_until=until, by=people[chair], at=at)


def meeting(people, pk: int, *present: str, at=NOW) -> Hearing:
    """A hearing in a meeting, with those present: by default the whole committee."""
    here = [people[name] for name in present or COMMITTEE]
    return actions.open_hearing(pk, present=here, by=people["chair"], at=at)


def decided_alone(people, pk: int, *, at=NOW, **told) -> Application:
    """Authorised by the chair alone, in a hospital that allows it."""
    with override_settings(CHAIR_DECIDES_ALONE=True):
        return actions.decide_urgently(pk, alone_because=ALONE, **told, by=people["chair"], at=at)


def declare(people, pk: int, *names: str, at=NOW, conflict="") -> None:
    """None of them has a conflict of interest, or each has this one. Said already: nothing happens."""
    round_ = Application.objects.get(pk=pk).round
    told = {"has_conflict": bool(conflict), "text": conflict, "round": round_, "at": at}
    for name in names:
        with suppress(AlreadyDone):
            actions.declare(pk, by=people[name], **told)


def vote(people, pk: int, *, at=NOW, **choices: str) -> None:
    """Votes by user name with "_" for "-": `vote(people, pk, member_1="reject")`; "conflict" declares one."""
    heard(people, pk, at=at)
    round_ = Application.objects.get(pk=pk).round
    for name, choice in choices.items():
        who, text = name.replace("_", "-"), "Motivo scritto dal componente."
        if choice == "conflict":
            declare(people, pk, who, at=at, conflict=text)
            continue
        declare(people, pk, who, at=at)
        told = {"text": "" if choice == "approve" else text}
        told["reason_codes"] = ["R03"] if choice == "reject" else []
        actions.vote(pk, round=round_, choice=choice, **told, by=people[who], at=at)


ON_LABEL = {"reason_codes": ["R08"], "text": "L'uso richiesto è in scheda tecnica: non serve autorizzazione."}
NEWS = (
    "Dopo il diniego il paziente ha ripetuto la ciclosporina per tre mesi a dose piena, senza risposta: "
    "il visus è sceso da 6/10 a 3/10, come documentano gli esami del 20 novembre."
)
ERROR = "La lettera del 12 novembre non è stata letta: la commissione ha votato senza di essa."


def proposed(people, *, at=NOW, by="pharmacist-1", **about) -> Application:
    """In the pharmacy, proposed as not admissible by the pharmacist in charge."""
    application = walk(people, Status.PHARMACY_REVIEW, at=at, **about)
    actions.propose_inadmissible(application.pk, **ON_LABEL, by=people[by], at=at + timedelta(hours=4))
    return Application.objects.get(pk=application.pk)


def inadmissible(people, *, at=NOW, **about) -> Application:
    application = proposed(people, at=at, **about)
    actions.declare_inadmissible(application.pk, by=people["pharmacist-2"], at=at + timedelta(hours=5))
    return Application.objects.get(pk=application.pk)


def rejected(people, *, at=NOW, **about) -> Application:
    """Refused by the chair and the first two members; member-3 stayed away."""
    application = walk(people, Status.COMMITTEE_REVIEW, at=at, **about)
    at += timedelta(hours=5)
    heard(people, application.pk, at=at)
    vote(people, application.pk, at=at, chair="reject", member_1="reject", member_2="reject")
    actions.reject(application.pk, **REFUSAL, by=people["chair"], at=at)
    return Application.objects.get(pk=application.pk)


def appealed(people, application, *, at, ground="new_information", text=NEWS) -> Application:
    """By its author."""
    actions.appeal(application.pk, ground=ground, text=text, by=application.author, at=at)
    return Application.objects.get(pk=application.pk)


def on_trial(people, *, at=NOW, **about) -> Application:
    """The treatment stopped on trial, some hours after it was authorised."""
    application = walk(people, Status.APPROVED, at=at, **about)
    when = at + timedelta(hours=12)
    actions.reassess(application.pk, outcome=judged(MET, "trial_off"), by=application.author, at=when)
    return Application.objects.get(pk=application.pk)


def asked(people, *, at=NOW, **about) -> Application:
    """The pharmacist has a question for the author."""
    application = walk(people, Status.PHARMACY_REVIEW, at=at, **about)
    when = at + timedelta(hours=4)
    actions.ask(application.pk, questions=["Quale dose?"], by=people["pharmacist-1"], at=when)
    return Application.objects.get(pk=application.pk)


def suspended(people, *, at=NOW, ground="safety", **about) -> Application:
    """Approved, and suspended a few hours later by a pharmacist."""
    pk = walk(people, Status.APPROVED, at=at, **about).pk
    why = {"ground": ground, "reason": "Segnalazione su un lotto (inventata)."}
    return actions.suspend(pk, **why, by=people["pharmacist-1"], at=at + timedelta(hours=12))
