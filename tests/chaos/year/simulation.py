"""The year as it is lived: visits, blows, what people do; and the comparison at its end."""

import sys
import time
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import DatabaseError, connection
from django.db.models import Min
from django.db.models.functions import Greatest

from outbox import sweeping
from outbox.models import Promise, Sweep
from tests.chaos.year.house import BLOWS
from tests.chaos.year.model import works
from treatments.models import NextReminder

START, ROME = date(2026, 12, 1), ZoneInfo("Europe/Rome")
HOUR, START_AT = timedelta(hours=1), datetime(2026, 12, 1, tzinfo=ROME)
PATIENCE = 5400  # seconds at one moment: only against hanging


class Simulation:
    def __init__(self, house, world, year, chance, options):
        self.house, self.world, self.year, self.chance = house, world, year, chance
        self.stride, self.is_told = options.stride, options.log
        self.days, self.blows = options.days, options.blows
        self.until = time.monotonic() + options.seconds
        self.done, self.retries, self.events = 0, 0, Counter()

    def run(self):
        blows, day = [], START
        chance_of_two = self.blows / self.days * (1 + self.stride) / 4
        while day < START + timedelta(days=self.days) and time.monotonic() < self.until:
            blows = blows or self.chance.sample(BLOWS, len(BLOWS))
            strikes = self.chance.random() < chance_of_two
            self.visit(day, 5, blows.pop() if strikes else None)
            self.visit(day, 12, blows.pop() if strikes and blows else None)
            self.live(day)
            self.visit(day, 13, None)
            day += timedelta(days=self.chance.randint(1, self.stride))
        last = day + timedelta(days=7)
        self.came_to = day
        while not works(last):  # on which everything that waited is sent
            last += timedelta(days=1)
        self.visit(last, 5, None)
        self.visit(last, 12, None)

    def visit(self, day, hour, blow):
        """Be there until nothing is left to do at that moment."""
        at = datetime(day.year, day.month, day.day, hour, tzinfo=ROME)
        self.year.visit(at)
        self.set_clock(at)
        ahead, before = timedelta(), self.progress()
        mails = before[1]
        struck, moved, tried = blow is None, time.monotonic(), time.monotonic()
        while struck is False or not self.is_quiet(at):
            if time.monotonic() > tried + PATIENCE:
                raise TimeoutError(f"{at}: {self.left(at)}")
            if not struck and (self.progress()[1] > mails + 2 or time.monotonic() > tried + 0.3):
                self.house.strike(blow, self.chance, lambda hours: self.set_clock(at + hours * HOUR))
                struck = True
            self.house.restart_dead()
            time.sleep(0.01 if len(self.year.periods) < 1000 else 0.05)
            if (progress := self.progress()) != before:
                before, moved = progress, time.monotonic()
            elif time.monotonic() > moved + 0.7:
                # What failed waits for its next try, what was killed for its lease: time passes more quickly.
                ahead = max(ahead + timedelta(seconds=1), self.next_try() - at)
                self.set_clock(at + ahead)
                moved = time.monotonic()
        self.done += 1
        if self.is_told:
            told = f"{at:%F %H}: {blow or '-'}, {before[1]} mails, {time.monotonic() - tried:.1f} s"
            print(told, file=sys.stderr, flush=True)

    def is_quiet(self, at):
        """Every sweep has looked since, found nothing more, and every promise of this hour is settled."""
        until, waiting = at + 55 * timedelta(minutes=1), Promise.objects.filter(status="waiting")

        def look():
            swept = Sweep.objects.filter(swept_at__gte=at, last_error="").count()
            return (
                swept == len(sweeping.names()) - 2  # without those that sweeper.py leaves out
                and not NextReminder.objects.filter(due_on__lte=at.date()).exists()
                and not waiting.filter(not_before__lte=until).exists()
                and not waiting.filter(attempts__gt=0).exists()  # to be tried again
            )

        return patiently(look)

    def next_try(self):
        tried = Promise.objects.filter(status="waiting", attempts__gt=0)
        first = patiently(lambda: tried.aggregate(first=Min(Greatest("not_before", "leased_until")))["first"])
        return first or START_AT

    def left(self, at):
        waiting = Promise.objects.filter(status="waiting").values_list("key", "attempts", "last_error")[:9]
        return list(waiting), list(Sweep.objects.exclude(last_error="").values_list("name", "last_error"))

    def progress(self):
        """Another figure than before: something goes on."""
        waiting = patiently(lambda: Promise.objects.filter(status="waiting").count())
        return waiting, self.house.mailbox.times.total()

    def set_clock(self, at):
        patiently(lambda: self.world.set_clock(at))

    def live(self, day):
        """What people do at noon: half of it to what is due soon or overdue."""
        at = datetime(day.year, day.month, day.day, 12, 30, tzinfo=ROME)
        living = [one for one in self.year.periods if not one.is_over]
        near = [one for one in living if abs((day - one.due).days) < 25]
        each = max(1, len(self.year.periods) * self.stride // 250)
        for period in self.chance.sample(near, min(each, len(near))):
            self.decide(period, at)
        living = [one for one in living if not one.is_over]
        for period in self.chance.sample(living, min(each, len(living))):
            what = self.chance.choice(["infuse", "dispense", "dispense", "bring_forward", "suspend"])
            self.happen(what, period, day, at)

    def decide(self, period, at):
        goes_on = self.chance.random() < 0.8
        opened = self.world.decide(period, at, goes_on=goes_on)
        period.is_over = True
        if opened:
            opened.dues.append(opened.computed())
            self.year.periods.append(opened)
        self.events["continued" if goes_on else "stopped"] += 1

    def happen(self, what, period, day, at):
        if what == "suspend":
            self.world.suspend(period, at)
            self.events[what] += 1
            return
        before = (period.first, list(period.given), period.by_committee)
        if what == "infuse":
            if period.first:
                return
            period.first = max(period.valid_from, day - timedelta(days=self.chance.randint(0, 9)))
        elif what == "dispense":
            period.given.append(max([day, *period.given]))
        else:
            period.by_committee = day + timedelta(days=self.chance.randint(-3, 40))
        due = period.computed()
        # Back to an earlier due date: those mails have gone out; and no period is overdue at a blow.
        if due != period.due and (due in period.dues or due < day - timedelta(days=10)):
            period.first, period.given, period.by_committee = before
            return
        told = {
            "infuse": lambda: self.world.infuse(period, period.first, at),
            "dispense": lambda: self.world.dispense(period, period.given[-1], at),
            "bring_forward": lambda: self.world.bring_forward(period, period.by_committee),
        }[what]()
        assert told == due, (what, period, told)
        if due != period.due:
            period.dues.append(due)
            self.events["due date moved"] += 1
        self.events[what] += 1


def patiently(look, seconds=60):
    """Ask the database, which may be restarting."""
    end = time.monotonic() + seconds
    while True:
        try:
            return look()
        except DatabaseError:
            connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def compare(simulation):
    """What differs between the model and the mail server; nothing, one hopes."""
    year, box = simulation.year, simulation.house.mailbox
    wrong = []
    ends = simulation.world.ends()
    if set(ends) != set(year.expired):
        wrong.append(f"expired: {set(ends) ^ set(year.expired)}")
    else:
        year.told_of_the_end(ends)
    missing, unwanted = year.mails.keys() - box.to.keys(), box.to.keys() - year.mails.keys()
    wrong += [
        f"missing: to {year.mails[one]}, {one} {year.lines.get(one, '')}" for one in sorted(missing)[:20]
    ]
    wrong += [f"unwanted: {box.to[one]} {box.texts[one][:90]!r}" for one in sorted(unwanted)[:20]]
    for one in year.mails.keys() & box.to.keys():
        if box.to[one] != {f"{year.mails[one]}@ospedale.example"}:
            wrong.append(f"to the wrong person: {one} {box.to[one]}")
    for one in year.lines.keys() & box.to.keys():
        told = sorted(
            line.split(":")[0][2:] + " " + line.split()[-1]
            for line in box.texts[one].splitlines()
            if line.startswith("- ")
        )
        if told != year.lines[one]:
            more, less = set(told) - set(year.lines[one]), set(year.lines[one]) - set(told)
            wrong.append(f"digest to {box.to[one]}: says {more}, does not say {less}")
    unsettled = Promise.objects.filter(status__in=["waiting", "failed"])
    wrong += [f"unsettled: {one.key} {one.status} {one.last_error}" for one in unsettled[:10]]
    return wrong
