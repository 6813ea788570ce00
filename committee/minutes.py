"""The minutes of a sitting: what the program knows of it, and what the chair adds.

One account for the page, where the chair completes it, and for the sealed letter. Applications stand by their
number; nobody learns from minutes who a patient is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from approvals import limits
from approvals.models import Decision, Hearing, ReasonCode, Vote
from approvals.pseudonyms import Eraser, eraser
from committee import agenda, attendance
from committee.models import Item, Sitting

# Why somebody did not judge, said of them to others.
RECUSED: dict[str, Promise] = {
    "author": gettext_lazy("wrote the application"),
    "prepared": gettext_lazy("prepared the application"),
    "reviewed": gettext_lazy("reviewed it for the pharmacy"),
    "endorsed": gettext_lazy("endorsed it"),
    "emergency": gettext_lazy("authorised the emergency"),
    "unit": gettext_lazy("belongs to the unit that applies"),
    "treated": gettext_lazy("has treated the patient"),
    "screened": gettext_lazy("judged whether it is admissible"),
    "judged": gettext_lazy("took part in the decision appealed"),
    "conflict": gettext_lazy("declared a conflict of interest"),
    "alone": gettext_lazy("took the decision that is ratified"),
}


@dataclass(frozen=True)
class Heard:
    """An item as the minutes tell it: every line a label and its words."""

    item: Item
    title: str
    rows: tuple[tuple[str, str], ...]


def items(sitting: Sitting) -> list[Item]:
    """What stood on the agenda, with all that the account tells of it; as many queries for any number."""
    related = ("application__unit", "application__rapporteur", "application__indication", "hearing")
    told = ("application__decisions", "application__questions", "application__snapshots")
    return agenda.stood_on(sitting, sitting.items.select_related(*related).prefetch_related(*told))


def account(sitting: Sitting) -> list[Heard]:
    """Every item with what happened to it."""
    found = items(sitting)
    people = User.objects.in_bulk(
        {line["member"] for item in found if item.hearing for line in item.hearing.roll}
    )
    return [_heard(n, item, people) for n, item in enumerate(found, 1)]


def _heard(n: int, item: Item, people: dict[int, User]) -> Heard:
    application = item.application
    name = application.indication.name if application.indication else ""
    title = f"{n}. {application.number} – {name}"
    return Heard(item, title, tuple(_rows(item, people)))


def _rows(item: Item, people: dict[int, User]) -> Iterator[tuple[str, str]]:
    application, hearing, erase = item.application, item.hearing, eraser_of(item)
    yield _("Unit"), application.unit.name
    if application.rapporteur:
        yield _("Rapporteur"), application.rapporteur.signature
    if hearing is None:
        yield _("Outcome"), _("Not reached: it waits for another sitting.")
        return
    yield _("Heard"), attendance.span(hearing.opened_at, hearing.closed_at)
    yield from _roll(hearing, people)
    decisions = [one for one in application.decisions.all() if one.decided_at == hearing.closed_at]
    for decision in decisions:
        two_thirds = decision.tally["two_thirds"]
        yield (
            _("Majority asked for"),
            _("two thirds of the votes cast") if two_thirds else _("simple majority"),
        )
    yield _("Outcome"), hearing.get_outcome_display() if hearing.outcome else _("under way")
    if hearing.outcome == Hearing.Outcome.DEFERRED and hearing.deferred_to:
        yield (
            _("Put off"),
            _("to %(day)s: %(reason)s")
            % {
                "day": date_format(hearing.deferred_to, "DATE_FORMAT"),
                "reason": erase(hearing.reason),
            },
        )
    for decision in decisions:
        yield from _decision(decision, erase)
    if hearing.outcome == Hearing.Outcome.INFORMATION:
        asked = [one for one in application.questions.all() if one.asked_at == hearing.closed_at]
        yield _("Questions"), " ".join(f"{one.number}. {erase(one.text)}" for one in asked)
    if item.note:
        yield _("Discussion"), erase(item.note)


def eraser_of(item: Item) -> Eraser:
    """Takes the patient out of what people typed: minutes are read by those who may not know who it is."""
    return eraser(*(snapshot.content for snapshot in item.application.snapshots.all()))


def _roll(hearing: Hearing, people: dict[int, User]) -> Iterator[tuple[str, str]]:
    """Who was recused and why, whose vote a conflict voided, how the others voted."""
    recused = [line for line in hearing.roll if line["ground"]]
    voting = [line for line in hearing.roll if not line["ground"]]
    if recused:
        yield (
            _("Recused"),
            "; ".join(f"{people[line['member']].signature} ({RECUSED[line['ground']]})" for line in recused),
        )
    voided = [people[line["member"]].signature for line in recused if line["choice"]]
    if voided:
        yield (
            _("Votes voided"),
            _("%(names)s: the conflict was declared after the vote.") % {"names": ", ".join(voided)},
        )
    yield _("Votes"), votes_words([line["choice"] for line in voting])
    yield (
        _("Quorum"),
        ngettext(
            "%(voted)d of %(entitled)d entitled member has voted",
            "%(voted)d of %(entitled)d entitled members have voted",
            len(voting),
        )
        % {"voted": sum(bool(line["choice"]) for line in voting), "entitled": len(voting)},
    )
    presiding = [people[line["member"]].signature for line in hearing.roll if line["presides"]]
    yield _("Presiding"), ", ".join(presiding) or "–"


def votes_words(choices: list[str]) -> str:
    """ "3 in favour (1 with conditions), 1 against, 1 abstained"."""
    in_favour = sum(choice in (Vote.Choice.APPROVE, Vote.Choice.CONDITIONS) for choice in choices)
    told = [_("%(n)d in favour") % {"n": in_favour}]
    if conditional := choices.count(Vote.Choice.CONDITIONS):
        told[0] += " " + _("(%(n)d with conditions)") % {"n": conditional}
    told.append(_("%(n)d against") % {"n": choices.count(Vote.Choice.REJECT)})
    if asking := choices.count(Vote.Choice.INFORMATION):
        told.append(_("%(n)d for further information") % {"n": asking})
    if abstained := choices.count(Vote.Choice.ABSTAIN):
        told.append(_("%(n)d abstained") % {"n": abstained})
    return ", ".join(told)


def _decision(decision: Decision, erase: Eraser) -> Iterator[tuple[str, str]]:
    conditions = [*limits.sentences(limits.of(decision)), decision.conditions]
    if any(conditions):
        yield _("Conditions"), erase(" ".join(filter(None, conditions)))
    if decision.reason_codes:
        codes = "; ".join(f"{code} {ReasonCode(code).label}" for code in decision.reason_codes)
        yield _("Reasons"), f"{codes}. {erase(decision.reasons)}"
        yield _("What would change it"), erase(decision.would_change)
    if decision.because:
        yield _("Departs from earlier decisions"), erase(decision.because)
