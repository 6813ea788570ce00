"""Three invented emergencies: one awaits the people on call, one its whole form, one the committee."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from accounts.people import day
from approvals import actions, demo_consent, drafts
from approvals.demo_answers import Answers, complete_answers
from approvals.models import Application
from approvals.policies import CHECKS
from approvals.sections import SECTIONS, SHORT
from treatments.demo import Pharmacy, morning

People = dict[str, User]

NEWBORN, HAEMOLYSIS = "PED-05", "EMA-02"
RISING = "Bilirubina in rapido aumento nonostante la fototerapia intensiva (caso inventato)."
ANAEMIC = "Emoglobina 4,9 g/dL in rapida discesa, trasfusioni incompatibili (caso inventato)."


def make_emergencies(people: People, *, now: datetime) -> int:
    """Walk them by the real actions; return how many there are."""
    committee = Emergency(people, "prescriber-nicu", NEWBORN, "Neonata Due", now - timedelta(days=5), now=now)
    committee.authorised()
    committee.before_committee("head-nicu")
    Emergency(
        people, "prescriber-w3", HAEMOLYSIS, "Prova Notte", now - timedelta(hours=14), now=now
    ).authorised()
    Emergency(
        people, "prescriber-nicu", NEWBORN, "Neonato Uno", now - timedelta(minutes=25), now=now
    ).requested()
    return 3


class Emergency:
    """One emergency's story, some minutes a step."""

    def __init__(
        self, people: People, author: str, code: str, name: str, at: datetime, *, now: datetime
    ) -> None:
        self.people, self.author, self.at, self.now = people, people[author], at, now
        reason = RISING if code == NEWBORN else ANAEMIC
        told: dict[str, Any] = {
            "kind": {"is_urgent": "yes", "urgency_reason": reason},
            "patient": {"surname": "Inventato", "name": name},
            "dose": {"cycles": "1", "planned_start": f"{day(at):%d/%m/%Y}"},
        }
        if code == HAEMOLYSIS:
            told["indication"] = {"sub_criterion": "emergency"}
        self.whole = complete_answers(code, on=day(at), person=203, **told)
        self.pk = self.begin(short(self.whole))

    def begin(self, answers: Answers) -> int:
        unit = self.author.memberships.get(role="prescriber").unit
        application = drafts.start(by=self.author, unit=unit, at=self.at)
        Application.objects.filter(pk=application.pk).update(answers=answers)
        demo_consent.attach(application, by=self.author, at=self.at)
        return application.pk

    def later(self, **lasted: int) -> datetime:
        self.at += timedelta(**lasted)
        return self.at

    def requested(self) -> None:
        actions.request_emergency(self.pk, by=self.author, at=self.later(minutes=4))

    def authorised(self) -> None:
        self.requested()
        actions.agree_emergency(self.pk, by=self.people["on-call-pharmacist"], at=self.later(minutes=9))
        actions.authorise_emergency(self.pk, by=self.people["on-call-consultant"], at=self.later(minutes=12))
        self.dispensed()

    def dispensed(self) -> None:
        """Its one cycle, as far as it has begun: the pharmacy writes it down in the morning."""
        period = Application.objects.get(pk=self.pk).authorisations.get()
        pharmacy = Pharmacy(self.people["pharmacist-1"], person=0)
        is_over = self.at > morning(day(self.at))
        first = day(self.at) + timedelta(days=is_over)
        pharmacy.treat(period.pk, first=first, until=self.now)

    def before_committee(self, head: str) -> None:
        """The whole form the same day, then its usual way."""
        stored = Application.objects.get(pk=self.pk).answers
        merged = {slug: self.whole[slug] | stored.get(slug, {}) for slug in self.whole}
        Application.objects.filter(pk=self.pk).update(answers={**stored, **merged})
        actions.submit(self.pk, by=self.author, at=self.later(hours=6))
        actions.endorse(self.pk, by=self.people[head], at=self.later(hours=1))
        actions.take_charge(self.pk, by=self.people["pharmacist-1"], at=self.later(hours=1))
        actions.refer(
            self.pk,
            checks=dict.fromkeys(CHECKS, "Verificato, nessun rilievo."),
            conclusion="favourable",
            text="Urgenza fondata; dose entro il tetto della riga.",
            by=self.people["pharmacist-1"],
            at=self.later(hours=2),
        )


def short(answers: Answers) -> Answers:
    """What the short form asks of these answers, as it would be stored."""
    kept = {"kind": ("type", "is_urgent"), "patient": ("no_tax_code",)}
    return {
        slug: {
            name: answers[slug][name]
            for name in (*SECTIONS[slug].form.short, *kept.get(slug, ()))
            if answers[slug].get(name)
        }
        for slug in SHORT
    }
