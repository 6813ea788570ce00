"""Some eighty invented applications, spread over all statuses and the last year.

Made by walking the real actions with past dates: whatever the demo shows, the rules allowed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.people import day
from approvals import actions, demo_consent, drafts
from approvals import events as vigilance
from approvals.actions import Outcome
from approvals.demo_answers import complete_answers
from approvals.models import Application
from approvals.policies import CHECKS
from approvals.reassessing import Event
from approvals.workflow import Status
from catalogue.models import Indication
from treatments.demo import Pharmacy, after_the_term, morning
from treatments.models import AdverseEvent, Verdict

People = dict[str, User]

# Which unit of the invented hospital asks for which rows.
W5_AREAS = ("NEU", "PED", "OFT")
QUESTIONS = (
    "Indicare la data dell'ultimo ciclo della terapia precedente.",
    "Allegare il valore più recente delle IgA sieriche.",
    "Precisare perché l'alternativa di prima linea non è proponibile.",
)
REFUSALS = (
    (["R02"], "La terapia di riferimento di prima linea non risulta tentata né controindicata."),
    (["R03"], "Le prove disponibili per questa presentazione sono insufficienti e contraddittorie."),
    (["R04", "R06"], "La diagnosi non è confermata e manca un obiettivo misurabile."),
)
WOULD_CHANGE = (
    "Documentazione del fallimento della terapia di riferimento e una misura di esito verificabile."
)
RECALL = "Segnalazione di qualità su un lotto del prodotto (caso inventato)."
FALSE_DATA = "Diagnosi dichiarata e non documentata (caso inventato)."
CONDITIONS = "Emocromo e indici di emolisi al giorno 7.\nIdratazione prima di ogni infusione."
# How many of each, and how many days ago the first and the last of them were begun.
PLAN: tuple[tuple[str, int, int, int], ...] = (
    ("draft", 5, 1, 20),
    ("half_draft", 3, 2, 40),
    ("submitted", 5, 0, 3),
    ("endorsed", 5, 1, 5),
    ("pharmacy_review", 7, 2, 9),
    ("information_requested", 4, 3, 16),
    ("committee_review", 6, 3, 8),
    ("half_voted", 5, 4, 9),
    ("approved", 20, 6, 130),
    ("reassessed", 9, 95, 200),
    ("rejected", 6, 10, 300),
    ("proposed", 1, 3, 3),
    ("inadmissible", 2, 15, 120),
    ("withdrawn", 3, 5, 250),
    ("lapsed", 2, 30, 160),
    ("closed", 6, 100, 340),
    ("suspended", 2, 15, 50),
    ("expired", 1, 160, 160),
    ("revoked", 1, 70, 70),
)


def make_applications(people: People, *, now: datetime) -> int:
    """Walk them all; return how many there are. `now` is the end of every story."""
    chance = random.Random(24)  # noqa: S311 - invented stories, the same every time
    rows = list(Indication.objects.current().printed().order_by("position"))
    begun = [
        (now - timedelta(days=latest + (earliest - latest) * n / max(count - 1, 1)), ending)
        for ending, count, latest, earliest in PLAN
        for n in range(count)
    ]
    # The oldest first: numbers are given in the order of submission.
    for person, (at, ending) in enumerate(sorted(begun)):
        Story(people, rows[person % len(rows)], person, in_working_hours(at), now, chance).walk(ending)
    return len(begun)


def in_working_hours(at: datetime) -> datetime:
    """The same day, between eight and six; nobody signs at night in this hospital."""
    local = timezone.localtime(at)
    return local.replace(hour=min(max(local.hour, 8), 17))


@dataclass
class Story:
    """One application's story. The clock moves on with each step and never passes `now`."""

    people: People
    row: Indication
    person: int
    at: datetime
    now: datetime
    chance: random.Random
    pk: int = field(default=0, init=False)

    def walk(self, ending: str) -> None:
        self.begin()
        for step in WAYS[ending]:
            self.later()
            step(self)

    def later(self) -> None:
        """Half a working day or so; squeezed where the story runs into the present."""
        wanted = self.at + timedelta(minutes=self.chance.randrange(50, 900))
        if not 8 <= timezone.localtime(wanted).hour < 18:
            wanted = in_working_hours(wanted + timedelta(hours=14))
        self.at = min(wanted, self.at + (self.now - self.at) / 3)

    @property
    def application(self) -> Application:
        return Application.objects.select_related("author").get(pk=self.pk)

    @property
    def unit(self) -> str:
        return "w5" if self.row.code.startswith(W5_AREAS) else "w3"

    def begin(self) -> None:
        author = self.people[f"prescriber-{self.unit}"]
        unit = author.memberships.get(role="prescriber").unit
        application = drafts.start(by=author, unit=unit, at=self.at)
        answers = complete_answers(self.row.code, on=day(self.at), person=self.person)
        answers["kind"]["registration_number"] = author.registration_number
        answers["kind"]["is_urgent"] = "yes" if self.person % 9 == 0 else "no"
        if self.person % 9 == 0:
            answers["kind"]["urgency_reason"] = "Peggioramento rapido (caso inventato)."
        Application.objects.filter(pk=application.pk).update(answers=answers)
        demo_consent.attach(application, by=author, at=self.at)
        self.pk = application.pk

    def forget_half(self) -> None:
        kept = ("patient", "indication")
        answers = {name: value for name, value in self.application.answers.items() if name in kept}
        Application.objects.filter(pk=self.pk).update(answers=answers)

    def submit(self) -> None:
        actions.submit(self.pk, by=self.application.author, at=self.at)

    def endorse(self) -> None:
        actions.endorse(self.pk, by=self.people[f"head-{self.unit}"], at=self.at)

    def take_charge(self) -> None:
        actions.take_charge(self.pk, by=self.pharmacist, at=self.at)

    @property
    def pharmacist(self) -> User:
        return self.people[f"pharmacist-{self.person % 2 + 1}"]

    def ask(self) -> None:
        questions = list(QUESTIONS[: 1 + self.person % 3])
        actions.ask(self.pk, questions=questions, by=self.pharmacist, at=self.at)

    def answer(self) -> None:
        numbers = self.application.questions.filter(answered_at=None).values_list("number", flat=True)
        answers = dict.fromkeys(numbers, "Dato aggiunto nella scheda (risposta inventata).")
        actions.answer(self.pk, answers=answers, by=self.application.author, at=self.at)

    def lapse(self) -> None:
        """Nobody answers: the program ends it, a day after the last one."""
        due = self.application.answer_due
        if due:
            self.at = due + timedelta(days=1, minutes=1)
            actions.lapse(self.pk, at=self.at)

    def propose_inadmissible(self) -> None:
        text = "Impiego previsto dalla scheda tecnica: non serve autorizzazione (caso inventato)."
        actions.propose_inadmissible(self.pk, reason_codes=["R08"], text=text, by=self.pharmacist, at=self.at)

    def countersign(self) -> None:
        second = self.people[f"pharmacist-{(self.person + 1) % 2 + 1}"]
        actions.declare_inadmissible(self.pk, by=second, at=self.at)

    def refer(self) -> None:
        actions.refer(
            self.pk,
            checks=dict.fromkeys(CHECKS, "Verificato, nessun rilievo."),
            conclusion="with_changes" if self.person % 4 == 0 else "favourable",
            text="Indicazione e dose coerenti con il catalogo. Si controlli la funzione renale.",
            by=self.pharmacist,
            at=self.at,
        )

    def open_round(self) -> None:
        """The chair opens a virtual round: long enough for what is still voted on when the story ends."""
        self.later()
        actions.open_hearing(
            self.pk, voting_until=self.at + timedelta(days=14), by=self.people["chair"], at=self.at
        )

    def votes(self, *choices: str) -> None:
        """Chair first, then the members; a recused member is passed over."""
        self.open_round()
        voters = ["chair", "member-1", "member-2"] + (["member-3"] if self.unit == "w3" else [])
        for name, choice in zip(voters, choices, strict=False):
            self.later()
            self.vote(name, choice)

    def vote(self, name: str, choice: str) -> None:
        """Each member declares first that they have no conflict of interest."""
        told: dict[str, Any] = {"round": self.application.round, "by": self.people[name], "at": self.at}
        actions.declare(self.pk, has_conflict=False, **told)
        text = "" if choice == "approve" else "Motivazione inventata del componente."
        codes = self.refusal[0] if choice == "reject" else []
        actions.vote(self.pk, choice=choice, text=text, reason_codes=codes, **told)

    @property
    def refusal(self) -> tuple[list[str], str]:
        return REFUSALS[self.person % len(REFUSALS)]

    def vote_some(self) -> None:
        self.votes("approve", "approve")

    def approve(self) -> None:
        conditional = self.person % 3 == 0
        self.votes("approve", "conditions" if conditional else "approve", "approve")
        self.later()
        conditions = CONDITIONS if conditional else ""
        actions.approve(self.pk, conditions=conditions, by=self.people["chair"], at=self.at)

    def reject(self) -> None:
        last = "reject" if self.row.not_routinely_indicated else "approve"
        self.votes("reject", "reject", last, "reject")
        self.later()
        codes, reasons = self.refusal
        actions.reject(
            self.pk,
            reason_codes=codes,
            reasons=reasons,
            would_change=WOULD_CHANGE,
            by=self.people["chair"],
            at=self.at,
        )

    def infuse(self) -> None:
        """The first cycle. Most have its infusion recorded; some were forgotten, as in life."""
        if self.now - self.at > timedelta(days=5):
            self.at += timedelta(days=2)
            self.treat(most=1)
            if self.person % 4:
                author = self.application.author
                actions.record_infusion(self.pk, on=day(self.at), by=author, at=self.at)

    def treat(self, *, most: int = 99) -> None:
        """What the pharmacy hands out from that day on, in the mornings."""
        period = self.application.authorisations.live().get()
        is_over = period.opened_at > morning(day(self.at))
        first = day(self.at) + timedelta(days=is_over)
        until = min(self.at + timedelta(days=80), self.now - timedelta(hours=6))
        pharmacy = Pharmacy(self.pharmacist, self.person)
        pharmacy.treat(period.pk, first=first, until=until, most=most)

    def treat_late(self) -> None:
        """A dose that was prepared when the reassessment became overdue."""
        period = self.application.authorisations.live().get()
        after_the_term(period.pk, by=self.pharmacist, now=self.now)

    def judge(self, value: str, verdict: Verdict, events: str = "") -> None:
        self.at = min(self.at + timedelta(days=80), self.now - timedelta(hours=6))
        outcome = Outcome(
            values=(Decimal(value),),
            weight_kg=self.application.snapshot.dose.facts.weight_kg,
            events=(Event(events, "mild", day(self.at)),) if events else (),
            judgement="Andamento clinico coerente con la misura dichiarata (caso inventato).",
            verdict=verdict,
        )
        actions.reassess(self.pk, outcome=outcome, by=self.application.author, at=self.at)
        for n, event in enumerate(AdverseEvent.objects.filter(authorisation__application=self.pk), 1):
            if self.person % 3:  # some were forgotten, as in life
                told: dict[str, Any] = {
                    "reference": f"INV-{self.person:04d}-{n}",
                    "by": self.application.author,
                }
                vigilance.report(self.pk, event=event.pk, **told, at=self.at + timedelta(hours=3))

    def go_on(self) -> None:
        self.judge("13", Verdict.CONTINUE, "Cefalea lieve dopo la seconda infusione.")

    def stop(self) -> None:
        if self.person % 2:
            self.judge("8", Verdict.STOP_REMISSION)
        else:
            self.judge("19", Verdict.STOP_NO_BENEFIT)

    def suspend(self) -> None:
        """In a recall of a lot, once the first cycle is given."""
        self.at = min(self.at + timedelta(days=6), self.now - timedelta(hours=1))
        actions.suspend(self.pk, ground="safety", reason=RECALL, by=self.pharmacist, at=self.at)

    def expire(self) -> None:
        """Nobody reassesses it."""
        due = self.application.authorisations.get().due_on
        self.at = in_working_hours(self.at + (due - day(self.at)) + timedelta(days=31))
        actions.expire(self.pk, at=self.at)

    def revoke(self) -> None:
        self.later()
        actions.revoke(self.pk, reason=FALSE_DATA, by=self.people["director"], at=self.at)

    def withdraw(self) -> None:
        actions.withdraw(
            self.pk,
            reason="Paziente trasferito ad altra struttura (caso inventato).",
            by=self.application.author,
            at=self.at,
        )


Step = Callable[[Story], None]
IN_REVIEW: tuple[Step, ...] = (Story.submit, Story.endorse, Story.take_charge)
BEFORE_COMMITTEE: tuple[Step, ...] = (*IN_REVIEW, Story.refer)
AFTER_QUESTIONS: tuple[Step, ...] = (*IN_REVIEW, Story.ask, Story.answer, Story.refer)
WAYS: dict[str, tuple[Step, ...]] = {
    "draft": (),
    "half_draft": (Story.forget_half,),
    Status.SUBMITTED: (Story.submit,),
    "endorsed": (Story.submit, Story.endorse),
    Status.PHARMACY_REVIEW: IN_REVIEW,
    Status.INFORMATION_REQUESTED: (*IN_REVIEW, Story.ask),
    Status.COMMITTEE_REVIEW: BEFORE_COMMITTEE,
    "half_voted": (*AFTER_QUESTIONS, Story.vote_some),
    Status.APPROVED: (*BEFORE_COMMITTEE, Story.approve, Story.infuse, Story.treat, Story.treat_late),
    Status.REASSESSED: (
        *BEFORE_COMMITTEE,
        Story.approve,
        Story.infuse,
        Story.treat,
        Story.go_on,
        Story.treat,
    ),
    Status.REJECTED: (*AFTER_QUESTIONS, Story.reject),
    "proposed": (*IN_REVIEW, Story.propose_inadmissible),
    Status.INADMISSIBLE: (*IN_REVIEW, Story.propose_inadmissible, Story.countersign),
    Status.LAPSED: (*IN_REVIEW, Story.ask, Story.lapse),
    Status.WITHDRAWN: (Story.submit, Story.withdraw),
    "suspended": (*BEFORE_COMMITTEE, Story.approve, Story.infuse, Story.suspend),
    Status.EXPIRED: (*BEFORE_COMMITTEE, Story.approve, Story.infuse, Story.treat, Story.expire),
    Status.REVOKED: (*BEFORE_COMMITTEE, Story.approve, Story.revoke),
    Status.CLOSED: (*BEFORE_COMMITTEE, Story.approve, Story.infuse, Story.treat, Story.stop),
}
