"""The committee told a second time, as plainly as possible: who may judge, who is there, what votes decide.

Written from `design/domain.md` and `docs/decisions/2026-11-27-*.md`, not from the program: it shares no code
with it. Lists are walked and cases tried out one by one where the program counts or asks the database.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product

from tests.committee.play.facts import CHOICES, FOR, ON_TREATMENT, SEATED, Case, Role, Settings, Sitting


@dataclass
class World:
    at: datetime
    settings: Settings
    professions: dict[str, str]
    inactive: set[str]
    roles: list[Role]
    cases: dict[str, Case]
    sittings: list[Sitting] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.at.date()

    # ── who ───────────────────────────────────────────────────────────────────────────────────────────
    def has(self, who: str, name: str, *, unit: str = "", hospital: str = "") -> bool:
        return who not in self.inactive and any(
            role.who == who and role.name == name and role.is_held(self.today)
            for role in self.roles
            if (not unit or role.unit == unit) and (not hospital or role.hospital == hospital)
        )

    def seats(self, hospital: str) -> dict[str, bool]:
        """Who sits on the committee today; whether as its chair."""
        seated: dict[str, bool] = {}
        for role in self.roles:
            if role.name not in SEATED or role.hospital != hospital or not role.is_held(self.today):
                continue
            if any(other.instead_of == role.key and other.is_held(self.today) for other in self.roles):
                continue
            if role.who not in self.inactive:
                seated[role.who] = seated.get(role.who, False) or role.name == "chair"
        return seated

    def is_chair(self, who: str, hospital: str = "h") -> bool:
        return self.seats(hospital).get(who, False)

    def is_kept_away(self, who: str, case: Case) -> bool:
        """For anything but having decided it alone."""
        return (
            who in (case.author, case.endorsed_by, case.taken_by)
            or any(r.who == who and r.unit == case.unit and r.is_held(self.today) for r in self.roles)
            or who in case.treated_by
            or who in case.judged_by
            or any(declared == who and conflict for _round, declared, conflict in case.declared)
        )

    def is_recused(self, who: str, case: Case) -> bool:
        decided_it = case.waits_to_be_ratified and case.decisions[-1].by == who
        return decided_it or self.is_kept_away(who, case)

    def seats_on(self, case: Case) -> list[str]:
        """The committee, and whom the medical director has appointed for this case."""
        appointed = [who for who, _presides in case.appointed if who not in self.inactive]
        return list(dict.fromkeys([*self.seats(case.hospital), *appointed]))

    def entitled(self, case: Case) -> list[str]:
        return [who for who in self.seats_on(case) if not self.is_recused(who, case)]

    def presides(self, who: str, case: Case) -> bool:
        """The chair; in the chair's stead who was appointed to, unless kept away as well."""
        able = [one for one in self.seats_on(case) if not self.is_kept_away(one, case)]
        appointed = [one for one, presides in case.appointed if presides and one in able]
        return who in (appointed or [one for one in able if self.is_chair(one, case.hospital)])

    # ── what the votes say ────────────────────────────────────────────────────────────────────────────
    def votes(self, case: Case) -> dict[str, str]:
        return {who: choice for who in self.entitled(case) if (choice := case.choice(who))}

    def has_quorum(self, case: Case) -> bool:
        votes = self.votes(case)
        there = {self.professions[who] for who in votes}
        return len(votes) * 2 > len(self.entitled(case)) and set(self.settings.needs) <= there

    def result(self, case: Case, votes: dict[str, str]) -> str:
        """approved, rejected, information, or "" where everybody abstains."""
        cast = {who: choice for who, choice in votes.items() if choice != "abstain"}
        if not cast:
            return ""
        for_it = sum(choice in FOR for choice in cast.values())
        against = sum(choice == "reject" for choice in cast.values())
        carried = for_it / len(cast) > 0.5
        if case.two_thirds:
            carried = round(for_it / len(cast), 9) >= round(2 / 3, 9)
        elif for_it == against and for_it + against == len(cast) and self.settings.casting:
            carried = any(cast.get(who) in FOR for who in cast if self.presides(who, case))
        if carried:
            return "approved"
        asks = len(cast) > for_it + against
        return "information" if asks and against / len(cast) <= 0.5 else "rejected"

    def can_still_vote(self, case: Case) -> list[str]:
        hearing = case.hearing
        if hearing is None or (hearing.until and self.at >= hearing.until):
            return []
        return [who for who in self.entitled(case) if not case.choice(who)]

    def has_decided(self, case: Case) -> str:
        """The result, once there is a quorum and no vote that may still come changes it; "" before."""
        if not self.has_quorum(case):
            return ""
        votes, missing = self.votes(case), self.can_still_vote(case)
        possible = self.possible_choices(case)
        results = {
            self.result(case, votes | dict(zip(missing, more, strict=True)))
            for more in product(possible, repeat=len(missing))
        }
        return results.pop() if len(results) == 1 else ""

    def possible_choices(self, case: Case) -> tuple[str, ...]:
        return ("approve", "reject", "abstain") if case.status in ON_TREATMENT else CHOICES

    def may_close(self, case: Case) -> str:
        """The result with which the round may be closed now; "" where it may not."""
        hearing = case.hearing
        if hearing is None or not self.has_quorum(case):
            return ""
        if hearing.until and self.at < hearing.until:
            return self.has_decided(case)
        return self.result(case, self.votes(case))

    def tally(self, case: Case) -> dict:
        """What a decision records of the votes."""
        entitled, votes = self.entitled(case), list(self.votes(case).values())
        chairs = [who for who in entitled if self.presides(who, case)]
        abstained = votes.count("abstain")
        return {
            "entitled": len(entitled),
            "recused": len(self.seats_on(case)) - len(entitled),
            "in_favour": votes.count("approve") + votes.count("conditions"),
            "with_conditions": votes.count("conditions"),
            "against": votes.count("reject"),
            "two_thirds": case.two_thirds,
            "information": votes.count("information"),
            "abstained": abstained,
            "absent": [
                one
                for one in self.settings.needs
                if one not in {self.professions[who] for who in self.votes(case)}
            ],
            "casting": case.choice(chairs[0]) if chairs and self.settings.casting else "",
            "cast": len(votes) - abstained,
            "voted": len(votes),
            "quorum": next(n for n in range(100) if n * 2 > len(entitled)),
        }

    # ── what waits ────────────────────────────────────────────────────────────────────────────────────
    def too_few(self, case: Case) -> bool:
        entitled = self.entitled(case)
        return (
            len(entitled) < self.settings.least
            or not set(self.settings.needs) <= {self.professions[who] for who in entitled}
            or not any(self.presides(who, case) for who in self.seats_on(case))
        )

    def is_unheard(self, case: Case) -> bool:
        return case.status == "committee_review" or case.waits_to_be_ratified

    def is_on_an_agenda(self, case: Case) -> bool:
        return any(item.case == case.name and item.waits for s in self.sittings for item in s.items)

    def is_waiting(self, case: Case) -> bool:
        if not self.is_unheard(case) or self.is_on_an_agenda(case) or case.hearing:
            return False
        put_off = case.hearings[-1].deferred_to if case.hearings else None
        return put_off is None or put_off <= self.today
