"""The table at which both machines play: the naive world beside the program, compared after every act."""

from collections import Counter
from datetime import timedelta

from django.test import override_settings

from accounts.models import Hospital, Membership, Profession, Unit, User
from approvals.models import Application
from approvals.workflow import Status
from audit.verification import verify
from tests.approvals.walk import NOW, UVEITIS, walk
from tests.committee.play.acts import Act, play
from tests.committee.play.draw import Draw
from tests.committee.play.facts import Case, Role, Settings
from tests.committee.play.playing import Player
from tests.committee.play.snapshots import snapshot
from tests.committee.play.temptations import TEMPTATIONS, tempt
from tests.committee.play.watch import Watch, rows
from tests.committee.play.world import World

NOT_ROUTINE = "OFT-02"  # takes two thirds of the votes
SECOND = timedelta(seconds=1)
LONGEST = timedelta(days=25)  # the forms of the applications do not grow older
TWO_PROFESSIONS = ("pharmacist", "doctor")


def cast(people: dict[str, User]) -> dict[str, User]:
    """Everybody, and the chair of another hospital's committee."""
    elsewhere, _ = Hospital.objects.get_or_create(
        name="Altro ospedale", address="via Altra 1", city="Altrove"
    )
    unit, _ = Unit.objects.get_or_create(hospital=elsewhere, code="elsewhere", name="Altrove")
    user, _ = User.objects.get_or_create(username="chair-elsewhere", profession=Profession.DOCTOR)
    Membership.objects.get_or_create(
        user=user, unit=unit, role="chair", from_on=NOW.date().replace(year=2020)
    )
    return {**people, user.username: user}


def make_cases(people, *, first: int, many: bool) -> dict[str, tuple[int, str, int]]:
    """Cases in the pharmacy's hands: of two wards, one that takes two thirds; of one patient two."""
    wanted = [("prescriber-w3", UVEITIS, first), ("prescriber-w5", NOT_ROUTINE, first + 1)]
    if many:
        wanted += [("prescriber-w5", "EMA-01", first), ("prescriber-w3", UVEITIS, first + 2)]
        wanted += [("prescriber-w3", "EMA-01", first + 3), ("prescriber-w5", NOT_ROUTINE, first + 4)]
    return {
        letter: (
            walk(people, Status.PHARMACY_REVIEW, author=author, code=code, person=person).pk,
            code,
            person,
        )
        for letter, (author, code, person) in zip("abcdef", wanted, strict=False)
    }


class Table:
    """`played` counts over all examples."""

    played: Counter[str] = Counter()
    one_at_a_time = True
    is_sound = False
    numbers: tuple[int, ...] | list[int] = ()

    def draw(self, number: int) -> Draw:
        self.numbers = [*self.numbers, number]
        return Draw(self.numbers)

    def lay(self, people, cases, d: Draw) -> None:
        self.player = Player(people, cases)
        chosen = Settings(
            needs=d.pick((TWO_PROFESSIONS, TWO_PROFESSIONS, ())),
            casting=not d.number(2),
            least=d.pick((3, 2)),
            alone=bool(d.number(4)),
        )
        self.overridden = override_settings(
            COMMITTEE_NEEDS=list(chosen.needs),
            COMMITTEE_CASTING_VOTE=chosen.casting,
            COMMITTEE_LEAST=chosen.least,
            CHAIR_DECIDES_ALONE=chosen.alone,
        )
        self.overridden.enable()
        self.world = World(
            at=NOW + timedelta(hours=4),
            settings=chosen,
            professions={name: user.profession for name, user in people.items()},
            inactive=set(),
            roles=[
                self.role(one) for one in Membership.objects.select_related("user", "unit").order_by("pk")
            ],
            cases={name: self.case(name, pk) for name, pk in self.player.cases.items()},
        )
        self.last_day = self.world.at + LONGEST  # from there on it moves by seconds
        self.mood = ["sitting"]
        self.watch = Watch(one_at_a_time=self.one_at_a_time)
        self.story: list[str] = []
        self.compare()
        self.is_sound = True

    def role(self, held: Membership) -> Role:
        hospital = "h" if held.unit.hospital_id == self.player.hospital else "h2"
        return Role(held.user.username, held.role, held.unit.code, hospital, held.from_on, held.to_on)

    def case(self, name: str, pk: int) -> Case:
        related = ("unit", "author", "endorsed_by", "taken_by", "indication")
        one = Application.objects.select_related(*related).get(pk=pk)
        others = Application.objects.filter(patient=one.patient_id).exclude(pk=pk)
        return Case(
            name=name,
            unit=one.unit.code,
            hospital="h",
            author=one.author.username,
            endorsed_by=one.endorsed_by.username,
            taken_by=one.taken_by.username,
            treated_by=frozenset(others.values_list("author__username", flat=True)),
            two_thirds=one.indication.not_routinely_indicated,
            due=one.decision_due,
            version=one.version,
        )

    # ── acts ──────────────────────────────────────────────────────────────────────────────────────────
    def tempt(self, d: Draw) -> None:
        """The next thing that somebody tries; for a while some things more often than others."""
        if not d.number(8) or len(self.mood) == 1:
            often = ["sitting", "sitting", "voices", "closing"]
            self.mood = often + [name for name in TEMPTATIONS for _n in range(d.pick((0, 0, 1, 2, 4)))]
        for act in tempt(d.pick(self.mood), self.world, d):
            if act.name == "wait":
                later = self.world.at + act.told["lasts"]
                self.world.at = max(self.world.at, min(later, self.last_day))
            else:
                self.play(act)

    def play(self, act: Act) -> None:
        """One act in both worlds."""
        self.is_sound = False
        self.world.at += SECOND
        foretold = play(self.world, act)
        refusal = self.player.play(act, self.world.at)
        self.tell(act, refusal)
        assert bool(refusal) != foretold, self.told("The naive world says the opposite of the last act.")
        self.compare(is_refused=bool(refusal))
        self.is_sound = True

    def tell(self, act: Act, refusal: str) -> None:
        self.story.append(f"{self.world.at:%d %H:%M:%S} {act} → {refusal or 'done'}")
        self.played["refusals" if refusal else "acts"] += 1
        self.played[f"{act.name} {'refused' if refusal else 'done'}"] += 1

    def compare(self, *, is_refused: bool = False) -> None:
        """What was refused has written no row; everything else is compared, field by field, when something
        has happened."""
        if is_refused:
            assert rows(*self.pks) == self.written, self.told("It was refused and has written something.")
            return
        self.settle()
        state, foretold = self.player.state(), snapshot(self.world)
        assert state == foretold, self.told(f"is:       {state}\nforetold: {foretold}")
        broken = self.watch.look(*self.pks)
        assert not broken, self.told("\n".join(broken))
        self.written = rows(*self.pks)

    @property
    def pks(self) -> tuple[list[int], list[int]]:
        return list(self.player.cases.values()), self.player.sittings

    def settle(self) -> None:
        """What the database checks at the end of a transaction."""

    def told(self, what: str) -> str:
        return "\n".join(["", what, str(self.world.settings), *self.story])

    def clear(self) -> None:
        """At the end of an example the chains of the trail hold; after a failure nothing is asked."""
        if not self.is_sound:
            return
        self.compare()
        chains = [f"application:{pk}" for pk in self.player.cases.values()]
        chains += [f"sitting:{pk}" for pk in self.player.sittings]
        broken = [finding for chain in chains for finding in verify(chain)]
        assert not broken, self.told("\n".join(map(str, broken)))
        self.played["sittings"] += len([one for one in self.world.sittings if one.has_opened])
        self.played["examples"] += 1
        self.played["decisions"] += sum(len(case.decisions) for case in self.world.cases.values())
