"""The to-do list of one person.

All tasks are read by one statement, each at most `MOST` rows of it in the order of urgency: a page costs the
same with a thousand applications and with a million.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Value

from accounts.models import User
from accounts.people import day
from approvals import voting
from approvals.committee_tasks import Rows
from approvals.models import Application
from approvals.rows import Row, light, rows
from approvals.seats import committees
from approvals.waiting import Task, tasks
from treatments.models import Authorisation

MOST = 100


@dataclass(frozen=True)
class Item:
    """One task on one application; `due` is None for a draft, midnight UTC of the day for a reassessment."""

    pk: int
    task: str
    due: datetime | None

    @property
    def urgency(self) -> tuple[bool, float, int]:
        return (self.due is None, self.due.timestamp() if self.due else 0, self.pk)

    @property
    def on(self) -> date | None:
        if self.due is None:
            return None
        return self.due.date() if self.task == Task.REASSESS else day(self.due)

    def is_late(self, *, at: datetime) -> bool:
        if self.due is None or self.on is None:
            return False
        return self.on < day(at) if self.task == Task.REASSESS else self.due < at

    def fits(self, show: str, *, at: datetime) -> bool:
        """Whether the filter shows it."""
        if show == "late":
            return self.is_late(at=at)
        if show == "today":
            return self.on == day(at) and not self.is_late(at=at)
        return show in ("", self.task)


@dataclass(frozen=True)
class Worklist:
    """`counts` are of the whole list, up to MOST for each task; `rows` are those of the filter chosen."""

    counts: dict[str, int]
    rows: list[tuple[Row, list[Task]]]


def items(user: User, *, at: datetime) -> list[Item]:
    """Everything that waits for the person, most urgent first, read by one statement."""
    found = [_key(queryset, task)[: MOST + 1] for task, queryset in tasks(user, at=at).items()]
    if not found:
        return []
    together = found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]
    return sorted((Item(pk, task, due) for pk, task, due in together), key=lambda item: item.urgency)


def worklist(user: User, *, at: datetime, show: str = "") -> Worklist:
    """The page: `show` is a Task, "late", "today" or "" for everything."""
    waiting = items(user, at=at)
    applications = light(Application.objects.all()).in_bulk({item.pk for item in waiting})
    waiting = counted(waiting, applications, at=at)
    by_application: dict[int, list[Task]] = {}
    for item in waiting:
        by_application.setdefault(item.pk, []).append(Task(item.task))
    chosen = list(dict.fromkeys(i.pk for i in waiting if i.fits(show, at=at)))[:MOST]
    drawn = rows([applications[pk] for pk in chosen], at=at)
    return Worklist(
        counts=_counts(user, waiting, at=at),
        rows=[(row, sorted(by_application[row.application.pk], key=list(Task).index)) for row in drawn],
    )


def counted(waiting: list[Item], applications: dict[int, Application], *, at: datetime) -> list[Item]:
    """Without the votes to close that have no quorum, and the committees that are complete."""
    asked = {i.pk: applications[i.pk] for i in waiting if i.task in (Task.CLOSE, Task.APPOINT)}
    members = committees(asked.values(), at=at)

    def is_left(item: Item) -> bool:
        if item.task == Task.CLOSE:
            return voting.tally_of(members[item.pk], asked[item.pk]).has_quorum
        return item.task != Task.APPOINT or bool(voting.too_few_of(members[item.pk]))

    return [item for item in waiting if is_left(item)]


def _counts(user: User, waiting: Iterable[Item], *, at: datetime) -> dict[str, int]:
    waiting = list(waiting)
    filters = ["late", "today", *tasks(user, at=at)]
    return {name: len({i.pk for i in waiting if i.fits(name, at=at)}) for name in filters}


def _key(queryset: Rows, task: Task) -> Rows:
    pk = F("application_id") if queryset.model is Authorisation else F("pk")
    keys: Rows = queryset.annotate(item=pk, task=Value(task.value)).values_list("item", "task", "due")
    return keys
