"""DO: what is written into the ledger of a period. Each entry is one transaction, under the period's lock.

The ledger is the pharmacy's own: it moves no status, and leaves its trail on the application's chain. An
entry is never changed; a mistaken one is reversed by another (`treatments/models/ledger.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import day
from audit import trail
from catalogue.dose_words import grams as in_grams
from documents import filing
from treatments import cycles, periods
from treatments.dispensing_rules import LEAST_REASON, Handing, plan_of, shortcomings, why_not
from treatments.models import Authorisation, Dispensing
from treatments.refusals import AlreadyDone, Refused, Shortcoming, Stale

Kind = Dispensing.Kind


@dataclass
class Ledger:
    """The locked period with its entries, and who writes when."""

    period: Authorisation
    entries: list[Dispensing]
    by: User
    at: datetime

    def find(self, sequence: int) -> Dispensing:
        """The entry with that number. Raises `Refused` where there is none."""
        for entry in self.entries:
            if entry.sequence == sequence:
                return entry
        raise Refused(_("This ledger has no such entry."))

    def is_reversed(self, entry: Dispensing) -> bool:
        return any(one.reverses_id == entry.pk for one in self.entries)

    def left_of(self, dispensed: Dispensing) -> Decimal:
        """What of a dispensing the patient still counts as having had."""
        of_it = (one.grams for one in self.entries if dispensed.pk in (one.pk, one.dispensed_id))
        return sum(of_it, Decimal(0))

    def write(self, **entry: Any) -> Dispensing:
        period = self.period
        written = Dispensing.objects.create(
            authorisation=period,
            sequence=len(self.entries) + 1,
            balance_g=period.given_g + entry["grams"],
            recorded_at=self.at,
            recorded_by=self.by,
            **entry,
        )
        period.refresh_from_db(fields=["given_g", "last_dispensed_on"])
        if periods.refresh_due(period):
            # The letter that opened the period bears its number.
            filing.move_end_of(period.number, valid_until=period.due_on)
        told = {"authorisation": period.number, "entry": written.sequence, "cycle": written.cycle}
        figures = {"lot": written.lot, "grams": str(written.grams), "balance": str(written.balance_g)}
        chain = f"application:{period.application_id}"
        trail.record(chain, written.kind, by=self.by, at=self.at, data=told | figures)
        return written


@contextmanager
def writing(pk: int, *, by: User, at: datetime, seen: int | None, **same: Any) -> Iterator[Ledger]:
    """Lock the period, ask who; `seen` is the number of the last entry on the person's page.

    `same` is what the entry would hold: the same person's same entry just now is a double click.
    """
    with transaction.atomic():
        period = Authorisation.objects.select_for_update().get(pk=pk)
        entries = list(period.dispensings.select_related("product", "recorded_by").order_by("sequence"))
        ledger = Ledger(period, entries, by, at)
        if reason := why_not(by, period, at=at):
            raise Refused(reason)
        if seen is not None and seen != len(entries):
            raise _stale(ledger, entries[seen:], same)
        yield ledger


def _stale(ledger: Ledger, since: list[Dispensing], same: dict[str, Any]) -> Refused:
    last = since[-1] if since else ledger.entries[-1] if ledger.entries else None
    if last is None:
        return Stale(_("The page is not up to date: read it again."))
    is_mine = len(since) == 1 and last.recorded_by_id == ledger.by.pk
    if is_mine and all(getattr(last, name) == value for name, value in same.items()):
        return AlreadyDone(_("You have already written this entry."))
    return Stale(
        _("Meanwhile %(who)s wrote “%(what)s, %(grams)s” on %(when)s. Read the ledger before you go on.")
        % {
            "who": last.recorded_by.signature,
            "what": last.get_kind_display(),
            "grams": in_grams(abs(last.grams)),
            "when": date_format(localtime(last.recorded_at), "SHORT_DATETIME_FORMAT"),
        }
    )


def dispense(pk: int, handing: Handing, *, by: User, at: datetime, seen: int | None = None) -> Dispensing:
    """Hand out grams of a lot. Raises `Refused` with everything that speaks against it, nothing written."""
    lot = handing.lot.strip().upper()
    same = {"kind": Kind.DISPENSED, "grams": handing.grams, "lot": lot, "happened_on": handing.on}
    with writing(pk, by=by, at=at, seen=seen, **same) as ledger:
        if missing := list(shortcomings(ledger.period, handing, at=at)):
            raise Refused(missing[0].sentence, missing)
        # Whatever else than a place it may be was refused.
        where = cycles.place(cycles.given(ledger.entries), plan_of(ledger.period), handing.on)
        return ledger.write(
            cycle=where.cycle,
            product=handing.product,
            expires_on=handing.expires_on,
            is_grace=handing.is_grace and handing.on > ledger.period.due_on,
            reason=handing.reason.strip(),
            **same,
        )


def take_back(
    pk: int,
    *,
    entry: int,
    grams: Decimal,
    reason: str,
    on: date | None = None,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> Dispensing:
    """Unused grams of a dispensing came back: they may be given again."""
    return _less(Kind.RETURNED, pk, entry, grams, reason, on or day(at), by=by, at=at, seen=seen)


def waste(
    pk: int,
    *,
    entry: int,
    grams: Decimal,
    reason: str,
    on: date | None = None,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> Dispensing:
    """Grams of a dispensing were lost (a broken vial, a dose prepared and not given): the patient has not had
    them, and may have them still."""
    return _less(Kind.WASTED, pk, entry, grams, reason, on or day(at), by=by, at=at, seen=seen)


def _less(
    kind: Kind,
    pk: int,
    number: int,
    grams: Decimal,
    reason: str,
    on: date,
    *,
    by: User,
    at: datetime,
    seen: int | None,
) -> Dispensing:
    same = {"kind": kind, "grams": -grams, "happened_on": on}
    with writing(pk, by=by, at=at, seen=seen, **same) as ledger:
        entry = ledger.find(number)
        missing = list(_wants_reason(reason))
        left = ledger.left_of(entry)
        if entry.kind != Kind.DISPENSED or ledger.is_reversed(entry):
            missing.append(Shortcoming("", "", _("Only what was dispensed comes back or is wasted.")))
        elif not 0 < grams <= left or grams != grams.quantize(Decimal("0.001")):
            told = _("Of this dispensing %(left)s are left: write that much at most.")
            missing.append(Shortcoming("", "grams", told % {"left": in_grams(left)}))
        if not entry.happened_on <= on <= day(at):
            told = _("The day lies between the dispensing and today.")
            missing.append(Shortcoming("", "on", told))
        if missing:
            raise Refused(missing[0].sentence, missing)
        return ledger.write(
            dispensed=entry,
            cycle=entry.cycle,
            product=entry.product,
            lot=entry.lot,
            expires_on=entry.expires_on,
            reason=reason.strip(),
            **same,
        )


def reverse(
    pk: int, *, entry: int, reason: str, by: User, at: datetime, seen: int | None = None
) -> Dispensing:
    """Take a mistaken entry back, once. A dispensing only after what came back of it was reversed itself; a
    return or a waste only while what it gave back was not given again."""
    with writing(pk, by=by, at=at, seen=seen, kind=Kind.REVERSED) as ledger:
        mistaken = ledger.find(entry)
        if told := _not_reversible(ledger, mistaken):
            raise Refused(told, [Shortcoming("", "", told)])
        if missing := list(_wants_reason(reason)):
            raise Refused(missing[0].sentence, missing)
        return ledger.write(
            kind=Kind.REVERSED,
            reverses=mistaken,
            dispensed=mistaken.dispensed or mistaken,
            cycle=mistaken.cycle,
            happened_on=mistaken.happened_on,
            product=mistaken.product,
            lot=mistaken.lot,
            expires_on=mistaken.expires_on,
            grams=-mistaken.grams,
            reason=reason.strip(),
        )


def _not_reversible(ledger: Ledger, mistaken: Dispensing) -> str:
    if mistaken.kind == Kind.REVERSED:
        return _("A reversal is not reversed: write the entry again.")
    if ledger.is_reversed(mistaken):
        return _("The entry is reversed already.")
    if mistaken.kind == Kind.DISPENSED and ledger.left_of(mistaken) < mistaken.grams:
        return _("Something of it came back or was wasted: reverse that first.")
    if ledger.period.given_g - mistaken.grams > ledger.period.grams:
        return _("What came back was dispensed again: reverse that first.")
    return ""


def _wants_reason(reason: str) -> Iterator[Shortcoming]:
    if len(reason.strip()) < LEAST_REASON:
        told = _("Write why, in at least %(n)d characters.") % {"n": LEAST_REASON}
        yield Shortcoming("", "reason", told)
