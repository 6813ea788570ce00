"""The agenda: convene a sitting with what waits, change it, cancel it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import voting
from approvals.models import Application
from approvals.refusals import AlreadyDone, Refused
from audit import trail
from committee import agenda, permissions, policies
from committee.acting import acting, already, tell
from committee.models import Item, Mode, Sitting
from committee.workflow import Action
from outbox.promises import promise


def convene(
    hospital_id: int,
    *,
    mode: str,
    applications: list[int],
    begins: datetime | None = None,
    voting_until: datetime | None = None,
    place: str = "",
    by: User,
    at: datetime,
) -> Sitting:
    """A meeting that begins then, or a virtual round until then; the members are invited by mail."""
    with one_agenda_each(), transaction.atomic():
        if reason := permissions.convenes(by, hospital_id, at=at):
            raise Refused(reason)
        if same_click(hospital_id, mode, applications, begins or voting_until, by=by, at=at):
            raise AlreadyDone(already())
        missing = policies.convene(
            hospital_id,
            at,
            mode=mode,
            begins=begins,
            voting_until=voting_until,
            applications=applications,
        )
        if found := list(missing):
            raise Refused(found[0].sentence, found)
        is_virtual = mode == Mode.VIRTUAL
        sitting = Sitting.objects.create(
            hospital_id=hospital_id,
            number=next_number(timezone.localtime(at).year),
            mode=mode,
            begins=at if is_virtual or begins is None else begins,
            voting_until=voting_until if is_virtual else None,
            place=place,
            convened_at=at,
            convened_by=by,
        )
        ordered = agenda.waiting(hospital_id, at=at).filter(pk__in=applications)
        Item.objects.bulk_create(
            Item(sitting=sitting, application=one, position=position, added_at=at, added_by=by)
            for position, one in enumerate(ordered, 1)
        )
        facts = {"applications": sorted(applications), "version": 0}
        trail.record(sitting.chain, Action.CONVENE, by=by, at=at, data=facts)
        promise("invite", f"invite:{sitting.pk}", {"sitting": sitting.pk}, at=at, by=by)
    return sitting


def same_click(
    hospital_id: int,
    mode: str,
    applications: list[int],
    when: datetime | None,
    *,
    by: User,
    at: datetime,
) -> bool:
    """Whether the same person has just convened just this sitting."""
    last = Sitting.objects.filter(hospital=hospital_id, convened_by=by).order_by("-pk").first()
    if last is None or last.mode != mode or last.convened_at < at - timedelta(minutes=1):
        return False
    first = set(last.items.values_list("application", flat=True))
    return first == set(applications) and when == (last.voting_until or last.begins)


def arrange(pk: int, *, order: list[int], by: User, at: datetime, version: int | None = None) -> Sitting:
    """The waiting items in this order, after those that were heard."""
    told: dict[str, Any] = {"order": order, "is_done": lambda sitting: waiting_items(sitting.pk) == order}
    with acting(Action.ARRANGE, pk, by=by, at=at, version=version, **told) as sitting:
        items = {item.pk: item for item in sitting.items.all() if item.is_waiting}
        first = sitting.items.count() - len(items) + 1
        for position, item in enumerate(order, first):
            items[item].position = position
        Item.objects.bulk_update(items.values(), ["position"])
    return sitting


def add_item(pk: int, *, application: int, by: User, at: datetime, version: int | None = None) -> Sitting:
    """Put one more application on the agenda, last."""
    told: dict[str, Any] = {
        "order": waiting_items(pk),
        "is_done": lambda sitting: sitting.items.filter(
            application=application, added_by=by, removed_at=None
        ).exists(),
    }
    with one_agenda_each(), acting(Action.ARRANGE, pk, by=by, at=at, version=version, **told) as sitting:
        # Locked first: it may be opened at this moment, by the sitting on whose agenda it stands.
        Application.objects.select_for_update().values_list("pk").filter(pk=application).first()
        one = agenda.unheard(sitting.hospital_id).filter(pk=application).first()
        if one is None or voting.hearing(one):
            raise Refused(_("This application does not wait for the committee."))
        last = sitting.items.count() + 1
        Item.objects.create(sitting=sitting, application=one, position=last, added_at=at, added_by=by)
        tell(sitting, added=application)
    return sitting


def remove_item(pk: int, *, item: int, by: User, at: datetime, version: int | None = None) -> Sitting:
    """Take an item off the agenda: it waits for another sitting."""
    told: dict[str, Any] = {
        "order": waiting_items(pk),
        "is_done": lambda sitting: sitting.items.filter(pk=item, removed_by=by).exists(),
    }
    with acting(Action.ARRANGE, pk, by=by, at=at, version=version, **told) as sitting:
        found = sitting.items.filter(pk=item, hearing=None, removed_at=None)
        if not found.update(removed_at=at, removed_by=by):
            raise Refused(_("This item is not waiting on the agenda any more."))
        tell(sitting, removed=item)
    return sitting


def cancel(pk: int, *, reason: str, by: User, at: datetime, version: int | None = None) -> Sitting:
    """The sitting does not take place: what stood on its agenda waits for another."""
    with acting(Action.CANCEL, pk, by=by, at=at, version=version, reason=reason) as sitting:
        sitting.cancelled_at, sitting.cancelled_by, sitting.cancelled_because = at, by, reason
        sitting.items.filter(hearing=None, removed_at=None).update(removed_at=at, removed_by=by)
        promise("tell_cancelled", f"cancelled:{sitting.pk}", {"sitting": sitting.pk}, at=at, by=by)
    return sitting


def waiting_items(pk: int) -> list[int]:
    return list(Item.objects.filter(sitting=pk, hearing=None, removed_at=None).values_list("pk", flat=True))


def next_number(year: int) -> str:
    """The next number of the year, for example S-2026-0004, without gaps: convening waits its turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('committee.sitting.number'))")
    given = Sitting.objects.filter(number__startswith=f"S-{year}-").order_by("-number").first()
    last = int(given.number.rsplit("-", 1)[1]) if given else 0
    return f"S-{year}-{last + 1:04d}"


@contextmanager
def one_agenda_each() -> Iterator[None]:
    """Two sittings convened at the same moment: an application stands on the first one's agenda."""
    try:
        yield
    except IntegrityError as error:
        if "waits_on_one_agenda_only" not in str(error):
            raise
        raise Refused(_("One of these applications stands on another agenda already.")) from error
