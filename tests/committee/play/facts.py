"""The facts of the naive committee: roles, cases, sittings. What follows from them is in `world.py`."""

from dataclasses import dataclass, field
from datetime import date, datetime

HEARD = ("committee_review", "approved", "reassessed")
ON_TREATMENT = ("approved", "reassessed")
UNDECIDED = ("submitted", "pharmacy_review", "information_requested", "committee_review")
FOR = ("approve", "conditions")
CHOICES = ("approve", "conditions", "reject", "information", "abstain")
SEATED = ("committee_member", "chair")


Key = tuple[str, str, str, date]


@dataclass
class Role:
    """`instead_of`: the key of the seat that it fills meanwhile."""

    who: str
    name: str
    unit: str
    hospital: str
    first: date
    last: date | None = None
    instead_of: Key | None = None

    @property
    def key(self) -> Key:
        return (self.who, self.name, self.unit, self.first)

    def is_held(self, on: date) -> bool:
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass
class Vote:
    round: int
    who: str
    choice: str
    text: str
    codes: list[str]


@dataclass(eq=False)
class Hearing:
    """`until` of a virtual round; `inside` are those in the room."""

    round: int
    until: datetime | None
    inside: set[str]
    outcome: str = ""
    deferred_to: date | None = None


@dataclass
class Decision:
    round: int
    is_approval: bool
    by: str
    tally: dict
    is_alone: bool = False
    ratified_round: int | None = None


@dataclass
class Case:
    name: str
    unit: str
    hospital: str
    author: str
    endorsed_by: str
    taken_by: str
    treated_by: frozenset[str]
    two_thirds: bool
    due: datetime | None
    status: str = "pharmacy_review"
    version: int = 0
    round: int = 0
    rapporteur: str | None = None
    asked_from: str = ""
    asked_at: datetime | None = None
    hearings: list[Hearing] = field(default_factory=list)
    declared: list[tuple[int, str, bool]] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    judged_by: set[str] = field(default_factory=set)  # before the appeal
    is_appealed: bool = False
    appointed: list[tuple[str, bool]] = field(default_factory=list)  # who; whether to preside

    @property
    def hearing(self) -> Hearing | None:
        return next((one for one in self.hearings if not one.outcome), None)

    @property
    def waits_to_be_ratified(self) -> bool:
        """The chair decided alone, and nobody has decided anything since."""
        return bool(self.decisions) and self.decisions[-1].is_alone and self.status in ON_TREATMENT

    def choice(self, who: str) -> str:
        cast = [vote.choice for vote in self.votes if (vote.round, vote.who) == (self.round, who)]
        return cast[-1] if cast else ""


@dataclass(eq=False)
class Item:
    case: str
    position: int
    hearing: Hearing | None = None
    is_removed: bool = False

    @property
    def waits(self) -> bool:
        return self.hearing is None and not self.is_removed


@dataclass
class Sitting:
    convened: tuple[str, datetime, datetime]  # by whom, when; for when
    until: datetime | None
    status: str = "scheduled"
    version: int = 0
    has_opened: bool = False
    inside: set[str] = field(default_factory=set)
    items: list[Item] = field(default_factory=list)

    @property
    def waiting(self) -> list[Item]:
        return sorted((item for item in self.items if item.waits), key=lambda item: item.position)

    @property
    def under_way(self) -> list[Item]:
        return [item for item in self.items if item.hearing and not item.hearing.outcome]


@dataclass(frozen=True)
class Settings:
    needs: tuple[str, ...]
    casting: bool
    least: int
    alone: bool
