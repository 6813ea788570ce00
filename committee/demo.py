"""Three invented sittings on top of the demo's applications, made by the real actions: one of some days ago
with its minutes signed, a virtual round open now, a meeting next Thursday with what the chair decided alone.
"""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from approvals import actions as applications
from approvals import voting
from approvals.demo import People, Story, in_working_hours
from approvals.models import Application
from approvals.workflow import Status
from catalogue.models import Indication
from committee import actions, agenda
from committee.models import Item, Sitting

REFUSAL: dict[str, Any] = {
    "reason_codes": ["R02"],
    "reasons": "La terapia di riferimento di prima linea non risulta tentata né controindicata.",
    "would_change": "Documentazione del fallimento della terapia di riferimento e una misura di esito.",
}
URGENCY = "Peggioramento in corso: il ciclo non può attendere la seduta (caso inventato)."
NOTE = "Il relatore illustra il caso; si concorda sul monitoraggio della funzione renale."
REMARKS = "La commissione si riconvoca alla prossima scadenza utile. Seduta inventata per la dimostrazione."
# Applications of the last days, so that Thursday's agenda is no empty page; every ninth person is urgent.
LATEST = (207, 211, 214)
MINUTE = timedelta(minutes=1)
# Two cases in the past meeting, three in the virtual round.
HEARD = 5


def make_sittings(people: People, *, now: datetime) -> int:
    """`now` is the end of every story. Returns how many there are: none where the demo's own cases have been
    dealt with already, as in an installation that is older than the sittings."""
    unvoted = waiting(people, now=now).filter(votes=None, referred_at__isnull=False)
    referred = list(unvoted.order_by("referred_at")[:HEARD])
    if len(referred) < HEARD:
        return 0
    past_meeting(people, referred[:2], now=now)
    virtual_round(people, referred[2:], now=now)
    thursday(people, now=now)
    seat = people["member-3"].memberships.get(role="committee_member")
    first = timezone.localdate(now) + timedelta(days=20)
    told: dict[str, Any] = {
        "from_on": first,
        "to_on": first + timedelta(days=7),
        "reason": "Ferie (inventate).",
    }
    actions.substitute(seat, user=people["head-nicu"], **told, by=people["chair"], at=now)
    return Sitting.objects.count()


def hospital_of(people: People) -> int:
    return people["chair"].memberships.get().unit.hospital_id


def waiting(people: People, *, now: datetime) -> QuerySet[Application]:
    return agenda.waiting(hospital_of(people), at=now)


def past_meeting(people: People, heard: list[Application], *, now: datetime) -> None:
    """One is authorised with a condition, one is not; the chair signs the minutes."""
    chair = people["chair"]
    last = max(one.referred_at for one in heard if one.referred_at)
    convened = last + (now - last) / 4
    begins = in_working_hours(last + (now - last) / 2).replace(minute=30, second=0, microsecond=0)
    sitting = convene(people, heard, "meeting", at=min(convened, begins), begins=begins, place="Sala B")
    present = [people[name] for name in ("chair", "member-1", "member-2", "member-3")]
    actions.open_sitting(sitting.pk, present=present, by=chair, at=begins)
    items = list(sitting.items.all())
    for n, item in enumerate(items):
        at = begins + (5 + 20 * n) * MINUTE
        hear(people, sitting, item, is_approved=n == 0, at=at)
    closed = begins + 55 * MINUTE
    sitting = actions.close(sitting.pk, by=chair, at=closed)
    notes = {items[0].pk: NOTE}
    actions.write_minutes(sitting.pk, remarks=REMARKS, notes=notes, by=chair, at=closed + 20 * MINUTE)
    actions.sign_minutes(sitting.pk, by=chair, at=closed + 25 * MINUTE)


def hear(people: People, sitting: Sitting, item: Item, *, is_approved: bool, at: datetime) -> None:
    chair, pk = people["chair"], item.application_id
    applications.name_rapporteur(pk, member=people["member-1"], by=chair, at=at)
    actions.open_item(sitting.pk, item=item.pk, by=chair, at=at)
    for n, member in enumerate(entitled(pk, at=at), 3):
        choice = "approve" if is_approved else "reject"
        if n == 4:
            choice = "conditions" if is_approved else "approve"
        vote(pk, member, choice, at=at + n * MINUTE)
    told: dict[str, Any] = {"by": chair, "at": at + 15 * MINUTE}
    if is_approved:
        applications.approve(pk, conditions="Emocromo e indici di emolisi al giorno 7.", **told)
    else:
        applications.reject(pk, **REFUSAL, **told)


def virtual_round(people: People, heard: list[Application], *, now: datetime) -> None:
    """Of three items the first has a quorum, the second one vote, the third none."""
    last = max(one.referred_at for one in heard if one.referred_at)
    at = last + (now - last) / 2
    evening = timezone.localtime(now + timedelta(days=3)).replace(hour=18, minute=0, second=0, microsecond=0)
    sitting = convene(people, heard, "virtual", at=at, voting_until=evening)
    actions.open_sitting(sitting.pk, by=people["chair"], at=at)
    keys = sitting.items.values_list("application", flat=True)
    for pk, votes in zip(keys, (2, 1, 0), strict=False):
        others = [member for member in entitled(pk, at=at) if member != people["chair"]]
        for n, member in enumerate(others[:votes], 1):
            vote(pk, member, "approve", at=at + (now - at) * n / 4)


def thursday(people: People, *, now: datetime) -> None:
    """The rest waits for Thursday; one of them the chair decided alone, because it could not wait."""
    rows = list(Indication.objects.current().printed().filter(not_routinely_indicated=False))
    chance = random.Random(4)  # noqa: S311 - invented stories, the same every time
    for n, person in enumerate(LATEST):
        begun = in_working_hours(now - timedelta(days=2))
        story = Story(people, rows[(5 * n + 3) % len(rows)], person, begun, now, chance)
        story.walk(Status.COMMITTEE_REVIEW)
        if n == 0:
            story.later()
            applications.decide_urgently(story.pk, alone_because=URGENCY, by=people["chair"], at=story.at)
    rest = list(waiting(people, now=now))
    convene(people, rest, "meeting", at=now, begins=next_thursday(now), place="Sala riunioni B, 2º piano")


def next_thursday(now: datetime) -> datetime:
    today = timezone.localdate(now)
    day = today + timedelta(days=(3 - today.weekday()) % 7 or 7)
    return timezone.make_aware(datetime.combine(day, time(14, 30)))


def convene(
    people: People, found: list[Application], mode: str, *, at: datetime, **when: datetime | str
) -> Sitting:
    told: dict[str, Any] = {"mode": mode, "applications": [one.pk for one in found], **when}
    return actions.convene(hospital_of(people), **told, by=people["chair"], at=at)


def entitled(pk: int, *, at: datetime) -> list[User]:
    """The members who may judge it, the chair's seat first as in the room."""
    application = Application.objects.select_related("unit", "indication").get(pk=pk)
    return [member.user for member in voting.committee(application, at=at) if not member.recusal]


def vote(pk: int, member: User, choice: str, *, at: datetime) -> None:
    told: dict[str, Any] = {"round": Application.objects.get(pk=pk).round, "by": member, "at": at}
    applications.declare(pk, has_conflict=False, **told)
    text = "" if choice == "approve" else "Motivazione inventata del componente."
    codes = REFUSAL["reason_codes"] if choice == "reject" else []
    applications.vote(pk, choice=choice, text=text, reason_codes=codes, **told)
