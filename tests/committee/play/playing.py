"""Plays an act by the program's own actions, and reads back from the database what became of it."""

import json
from datetime import date
from functools import lru_cache

from django.db import connection
from django.db.models import Case, When

from accounts.models import Membership, Unit, User
from accounts.people import day
from approvals import actions as applications
from approvals.actions import Outcome
from approvals.demo_answers import complete_answers
from approvals.limits import NO_LIMITS, Limits
from approvals.models import Application
from approvals.refusals import Refused
from approvals.workflow import Status
from committee import actions as sittings
from tests.approvals.walk import BETTER, CHECKED, REFUSAL, WORSE, judged
from tests.committee.play.state import STATE

BECAUSE = "Diverso dai precedenti, per età e gravità."
INCOMPLETE = {**REFUSAL, "reason_codes": []}
form = lru_cache(complete_answers)  # the same form many times over


class Player:
    """`cases`: letter → key; keys of sittings, items and memberships are read again after every act."""

    def __init__(self, people: dict[str, User], cases: dict[str, tuple[int, str, int]]) -> None:
        """`cases`: letter → key, catalogue row and person of its form."""
        self.people = people
        self.cases = {name: pk for name, (pk, _code, _person) in cases.items()}
        self.forms = {pk: (code, person) for pk, code, person in cases.values()}
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.hospital = self.units["w3"].hospital_id
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(id), 0) FROM committee_sitting")
            (self.before,) = cursor.fetchone()
        self.sittings: list[int] = []
        self.items: list[list[int]] = []
        self.roles: dict[tuple[str, str, str, date], int] = {}

    def user(self, name: str) -> User:
        """As a new request would find them: nothing remembered of their roles."""
        user = User(**{f.attname: getattr(self.people[name], f.attname) for f in User._meta.concrete_fields})
        user._state.adding, user._state.db = False, "default"
        return user

    def play(self, act, at) -> str:
        """ "" if it happened, or the sentence of the refusal."""
        try:
            getattr(self, act.name)(by=self.user(act.by), at=at, **act.told)
        except Refused as refusal:
            return refusal.sentence or "Refused without a word"
        return ""

    def state(self) -> dict:
        with connection.cursor() as cursor:
            cursor.execute(STATE, {"cases": list(self.cases.values()), "after": self.before})
            found = cursor.fetchone()[0]
        found = json.loads(found) if isinstance(found, str) else found
        names = {pk: name for name, pk in self.cases.items()}
        self.sittings = [one[0] for one in found["sittings"]]
        self.items = [[item[0] for item in one[5]] for one in found["sittings"]]
        # What is gone stays known: somebody may still have it on a page.
        self.roles |= {(*one[:3], date.fromisoformat(one[3])): one[6] for one in found["roles"]}
        return {
            "cases": {names[case.pop("id")]: case for case in found["cases"]},
            "sittings": [
                [*one[1:5], [[names[item[1]], *item[2:]] for item in one[5]]] for one in found["sittings"]
            ],
            "roles": sorted(one[:6] for one in found["roles"]),
            "inactive": found["inactive"],
        }

    # ── the case ──────────────────────────────────────────────────────────────────────────────────────
    def refer(self, *, case, **how):
        told = {"checks": CHECKED, "conclusion": "favourable", "text": "Favorevole."}
        applications.refer(self.cases[case], **told, **how)

    def name_rapporteur(self, *, case, member, **how):
        applications.name_rapporteur(self.cases[case], member=self.user(member), **how)

    def declare(self, *, case, conflict, **how):
        applications.declare(self.cases[case], has_conflict=conflict, **how)

    def vote(self, *, case, codes, **how):
        applications.vote(self.cases[case], reason_codes=list(codes), **how)

    def approve(self, *, case, limited, **how):
        limits = Limits(co_therapy="Steroide") if limited else NO_LIMITS
        applications.approve(self.cases[case], limits=limits, because=BECAUSE, **how)

    def reject(self, *, case, is_complete, **how):
        told = REFUSAL if is_complete else INCOMPLETE
        applications.reject(self.cases[case], because=BECAUSE, **told, **how)

    def ask(self, *, case, **how):
        applications.ask(self.cases[case], **how)

    def answer(self, *, case, by, at):
        """The author brings the form up to date first, as its pages would."""
        pk = self.cases[case]
        code, person = self.forms[pk]
        asked = Application.objects.filter(pk=pk, status=Status.INFORMATION_REQUESTED)
        asked.update(answers=form(code, on=day(at), person=person))
        applications.answer(pk, answers=dict.fromkeys(range(1, 100), "Risposta."), by=by, at=at)

    def withdraw(self, *, case, **how):
        applications.withdraw(self.cases[case], **how)

    def defer(self, *, case, **how):
        applications.defer(self.cases[case], **how)

    def decide_urgently(self, *, case, because, **how):
        applications.decide_urgently(self.cases[case], alone_because=because, **how)

    def ratify(self, *, case, **how):
        applications.ratify(self.cases[case], **how)

    def deny_ratification(self, *, case, is_complete, **how):
        applications.deny_ratification(self.cases[case], **(REFUSAL if is_complete else INCOMPLETE), **how)

    def end_treatment(self, *, case, **how):
        applications.close(self.cases[case], verdict="stop_choice", reason="Scelta.", **how)

    def reassess(self, *, case, helps, **how):
        outcome: Outcome = judged(BETTER if helps else WORSE)
        applications.reassess(self.cases[case], outcome=outcome, **how)

    def appeal(self, *, case, text, **how):
        applications.appeal(self.cases[case], ground="new_information", text=text, **how)

    def appoint(self, *, case, members, presiding, **how):
        told = {"members": [self.user(name) for name in members]}
        told["presiding"] = self.user(presiding) if presiding else None
        applications.appoint(self.cases[case], **told, **how)

    # ── the sitting ───────────────────────────────────────────────────────────────────────────────────
    def convene(self, *, cases, begins, until, **how):
        told = {"mode": "virtual" if begins is None else "meeting", "begins": begins, "voting_until": until}
        sittings.convene(self.hospital, applications=[self.cases[name] for name in cases], **told, **how)

    def add_item(self, *, sitting, case, **how):
        sittings.add_item(self.sittings[sitting], application=self.cases[case], **how)

    def remove_item(self, *, sitting, item, **how):
        sittings.remove_item(self.sittings[sitting], item=self.items[sitting][item], **how)

    def arrange(self, *, sitting, order, **how):
        sittings.arrange(self.sittings[sitting], order=[self.items[sitting][n] for n in order], **how)

    def cancel(self, *, sitting, **how):
        sittings.cancel(self.sittings[sitting], **how)

    def open_sitting(self, *, sitting, present, **how):
        sittings.open_sitting(self.sittings[sitting], present=[self.user(name) for name in present], **how)

    def open_item(self, *, sitting, item, **how):
        sittings.open_item(self.sittings[sitting], item=self.items[sitting][item], **how)

    def arrive(self, *, sitting, member, **how):
        sittings.arrive(self.sittings[sitting], member=self.user(member), **how)

    def leave(self, *, sitting, member, **how):
        sittings.leave(self.sittings[sitting], member=self.user(member), **how)

    def close(self, *, sitting, **how):
        sittings.close(self.sittings[sitting], **how)

    def write_minutes(self, *, sitting, **how):
        notes = dict.fromkeys(self.items[sitting], "Discussione.")
        sittings.write_minutes(self.sittings[sitting], remarks="Nessuna.", notes=notes, **how)

    def sign_minutes(self, *, sitting, **how):
        sittings.sign_minutes(self.sittings[sitting], **how)

    # ── the members ───────────────────────────────────────────────────────────────────────────────────
    def substitute(self, *, seat, who, first, last, **how):
        held = Membership.objects.select_related("unit").get(pk=self.roles[seat])
        sittings.substitute(held, user=self.user(who), from_on=first, to_on=last, **how)

    def end_substitution(self, *, made, **how):
        sittings.end_substitution(Membership(pk=self.roles[made]), **how)

    def join(self, *, who, name, unit, first, by, at):
        told = {"user": self.people[who], "role": name, "unit": self.units[unit], "from_on": first}
        Membership.objects.get_or_create(**told)  # two browsers may give the same one

    def end_role(self, *, role, last, by, at):
        Membership.objects.filter(pk=self.roles[role]).update(to_on=last)

    def switch(self, *, who, by, at):
        User.objects.filter(username=who).update(
            is_active=Case(When(is_active=True, then=False), default=True)
        )
