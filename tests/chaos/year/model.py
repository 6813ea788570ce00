"""What a year's mails should be, computed as naively as possible. Nothing of the product is imported here.

Everything is looked at, one after the other, at each moment of the year that the test visits: no index, no
queue. What a mail is, is its Message-ID: a promise to the outside, computed again here.
"""

import calendar
import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

DAY = timedelta(days=1)
DOMAIN = "ospedale.example"
HOLIDAYS = {
    *("2026-12-08", "2026-12-25", "2026-12-26", "2027-01-01", "2027-01-06", "2027-03-29", "2027-04-25"),
    *("2027-05-01", "2027-06-02", "2027-08-15", "2027-10-04", "2027-11-01", "2027-12-08", "2027-12-25"),
}
# Kind of reminder, from which day, before which day; who is told.
KINDS = [
    ("before_30", -30, -14),
    ("before_14", -14, -7),
    ("before_7", -7, -1),
    ("before_1", -1, 0),
    ("due", 0, None),
    ("after_7", 7, None),
    ("after_14", 14, None),
]
EXPIRY, CHECK, LATEST_CHECK = 30 * DAY, 7 * DAY, 14 * DAY


def works(day: date) -> bool:
    return day.weekday() < 5 and day.isoformat() not in HOLIDAYS


def message_id(key: str) -> str:
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{DOMAIN}>"


def three_months_after(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + 3, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass
class Period:
    pk: int
    number: str
    prescriber: str
    head: str
    valid_from: date
    days_after_infusion: int | None = None
    first: date | None = None
    given: list[date] = field(default_factory=list)  # a cycle each
    is_high: bool = False
    by_committee: date | None = None
    is_over: bool = False
    dues: list[date] = field(default_factory=list)

    def computed(self) -> date:
        start = self.first or self.valid_from
        days = [three_months_after(start)]
        infusions = self.given or ([self.first] if self.first else [])
        if self.days_after_infusion and infusions:
            days.append(max(infusions) + self.days_after_infusion * DAY)
        if self.by_committee:
            days.append(self.by_committee)
        return max(min(days), self.valid_from + DAY)

    @property
    def due(self) -> date:
        return self.dues[-1]


@dataclass
class Waiting:
    key: str
    to: str
    period: Period
    due: date
    since: datetime


@dataclass
class Year:
    """`digesters` want one mail a day; `pk_of` names people by what the keys call them."""

    digesters: set[str]
    pk_of: dict[str, int]
    periods: list[Period] = field(default_factory=list)
    promised: set[str] = field(default_factory=set)
    waiting: list[Waiting] = field(default_factory=list)
    digests: dict[tuple[str, date], list[Waiting]] = field(default_factory=dict)
    mails: dict[str, str] = field(default_factory=dict)  # Message-ID: to whom
    lines: dict[str, list[str]] = field(default_factory=dict)  # of each digest: the numbers
    expired: dict[str, Period] = field(default_factory=dict)  # by number, until their notices are known

    def visit(self, at: datetime) -> None:
        """Everything that is due at this moment happens now."""
        today = at.date()
        for period in self.periods:
            self._check(period, today)
            if period.is_over:
                continue
            if today >= period.due + EXPIRY:
                period.is_over, self.expired[period.number] = True, period
                continue
            for kind, first, end in KINDS:
                offset = (today - period.due).days
                if offset >= first and (end is None or offset < end):
                    self._remind(period, kind, at)
        self._deliver(at)

    def _remind(self, period: Period, kind: str, at: datetime) -> None:
        key = f"remind:{period.pk}:{kind}:{period.due}"
        if key in self.promised:
            return
        self.promised.add(key)
        if kind == "after_14":
            people = ["director", "pharmacist-1", "pharmacist-2"]
        else:
            people = [period.head if kind == "after_7" else period.prescriber]
        for who in people:
            own = f"{key}:{self.pk_of[who]}"
            if kind.startswith("after"):
                self.mails[message_id(own)] = who
            elif who in self.digesters:
                line = Waiting(own, who, period, period.due, at)
                self.digests.setdefault((who, digest_day(at)), []).append(line)
            else:
                self.waiting.append(Waiting(own, who, period, period.due, working_time(at)))

    def _check(self, period: Period, today: date) -> None:
        for cycle, on in enumerate(period.given if period.is_high else [], 1):
            key = f"haemolysis:{period.pk}:{cycle}:{on}:{self.pk_of[period.prescriber]}"
            if CHECK <= today - on <= LATEST_CHECK and key not in self.promised:
                self.promised.add(key)
                self.mails[message_id(key)] = period.prescriber

    def _deliver(self, at: datetime) -> None:
        for one in [one for one in self.waiting if one.since <= at]:
            self.waiting.remove(one)
            if holds(one):
                self.mails[message_id(one.key)] = one.to
        for who, day in [key for key in self.digests if at >= at_seven_thirty(key[1], at)]:
            true = [one for one in self.digests.pop((who, day)) if holds(one)]
            if true:
                identity = message_id(f"digest:{self.pk_of[who]}:{day}")
                self.mails[identity] = who
                self.lines[identity] = sorted(f"{one.period.number} {one.due:%d/%m/%Y}" for one in true)

    def told_of_the_end(self, steps: dict[str, int]) -> None:
        """The program's own step of each that expired, by number: those who treat are told of it."""
        for number, period in self.expired.items():
            for who in {period.prescriber, period.head, "pharmacist-1", "pharmacist-2"}:
                self.mails[message_id(f"mail:{steps[number]}:{self.pk_of[who]}")] = who


def holds(one: Waiting) -> bool:
    return not one.period.is_over and one.period.due == one.due


def working_time(at: datetime) -> datetime:
    """When a mail that can wait is sent: between 8 and 18 on working days."""
    while not (works(at.date()) and time(8) <= at.time() < time(18)):
        at += timedelta(minutes=30)
    return at


def digest_day(at: datetime) -> date:
    """Half past seven of each working day takes what came before it."""
    day = at.date() if at.time() < time(7, 30) else at.date() + DAY
    while not works(day):
        day += DAY
    return day


def at_seven_thirty(day: date, like: datetime) -> datetime:
    return datetime.combine(day, time(7, 30), tzinfo=like.tzinfo)
