"""Who opened the files of one patient: the access entries of all their applications, summed up by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.people import day
from approvals import access_words
from approvals.models import Application, EmergencyAccess
from approvals.workflow import Status
from audit.models import Entry
from patients.models import Patient


@dataclass(frozen=True)
class Access:
    """One person on one day, for one reason: `times` openings between `first` and `last`."""

    on: date
    who: str
    roles: str
    what: str
    why: str
    first: datetime
    last: datetime
    times: int

    @property
    def when(self) -> str:
        begin = date_format(timezone.localtime(self.first), "TIME_FORMAT")
        end = date_format(timezone.localtime(self.last), "TIME_FORMAT")
        hours = begin if begin == end else f"{begin}–{end}"
        times = ngettext("%(n)d time", "%(n)d times", self.times) % {"n": self.times}
        return f"{date_format(self.on, 'SHORT_DATE_FORMAT')}, {hours} ({times})"


def files_of(patient: Patient) -> list[Application]:
    """Everything the hospital wrote about the person, masked or not, drafts with the tax code too."""
    named = Q(patient=patient)
    if patient.tax_code:
        named |= Q(
            status=Status.DRAFT,
            unit__hospital=patient.hospital_id,
            answers__patient__tax_code__iexact=patient.tax_code,
        )
    return list(Application.objects.filter(named).select_related("unit").defer("answers").order_by("pk"))


def accesses(application: Application) -> list[Access]:
    """The latest day first."""
    entries = list(
        Entry.objects.filter(chain=application.chain, action__in=access_words.READING)
        .select_related("actor")
        .order_by("sequence")
    )
    reasons = _reasons(entries)
    groups: dict[tuple[date, str, str, str, str], list[Entry]] = {}
    for entry in entries:
        roles = ", ".join(str(role) for role in access_words.roles(entry.data))
        what = str(access_words.what(entry.action, entry.data))
        key = (day(entry.at), str(entry.actor or ""), roles, what, _why(entry, reasons))
        groups.setdefault(key, []).append(entry)
    found = [_access(key, some) for key, some in groups.items()]
    return sorted(found, key=lambda one: (one.on, one.first), reverse=True)


def _access(key: tuple[date, str, str, str, str], some: list[Entry]) -> Access:
    moments = [entry.at for entry in some]
    return Access(*key, min(moments), max(moments), len(some))


def _reasons(entries: Iterable[Entry]) -> dict[int, EmergencyAccess]:
    return EmergencyAccess.objects.in_bulk({pk for e in entries if (pk := access_words.glass(e.data))})


def _why(entry: Entry, reasons: dict[int, EmergencyAccess]) -> str:
    """Of an access with a reason also the reason, as it was typed."""
    told = str(access_words.why(entry.data))
    if entry.action == "identity_shown":
        told += " " + _("(asked for the name, with a reason)")
    if access := reasons.get(access_words.glass(entry.data) or 0):
        told += f": {access.get_ground_display()}. {access.reason}"
    return told
