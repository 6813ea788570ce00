"""The letters of a treatment under way: renewed after a reassessment, begun again, its dose changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from accounts.people import day
from approvals.letters import blocks, kinds
from approvals.letters.dispensing import for_the_pharmacy
from approvals.measured import Row, rows_of
from approvals.models import Decision, Step
from catalogue import dose_words as words
from catalogue.dose_change_words import difference_words
from catalogue.dose_changes import differences
from catalogue.dosing import Dose
from documents.content import Facts, Letter, Section, Table, Text
from documents.models import Document, Kind
from treatments.models import Authorisation, DoseChange, Reassessment


def renewal(step: Step, document: Document) -> Letter:
    period, before = period_of(step)
    judged = before.reassessment
    return _letter(
        step,
        document,
        period,
        kind=Kind.REASSESSMENT,
        title=_("Authorisation renewed after reassessment"),
        verdict=_("Renewed"),
        summary=why_renewed(judged),
        about=(*judgement(judged), *changed(Dose.from_dict(before.dose), Dose.from_dict(period.dose))),
    )


def restart(step: Step, document: Document) -> Letter:
    """The treatment goes on after the trial without it."""
    period, before = period_of(step)
    stopped = Text(
        _("Trial without treatment"),
        (
            _("The treatment was stopped on trial on %(day)s. Why it starts again: %(reason)s")
            % {"day": blocks.long_date(stopped_on(before)), "reason": step.comment},
        ),
    )
    return _letter(
        step,
        document,
        period,
        kind=Kind.REASSESSMENT,
        title=_("Authorisation after a trial without treatment"),
        verdict=_("Started again"),
        summary=_("The treatment starts again on the terms of its last period."),
        about=(stopped, *changed(Dose.from_dict(before.dose), Dose.from_dict(period.dose))),
    )


def stopped_on(period: Authorisation) -> date | str:
    return day(period.settled_at) if period.settled_at else ""


def dose_change(step: Step, document: Document) -> Letter:
    """The dose of an open period, changed by the pharmacy within the limits of the row."""
    change = DoseChange.objects.select_related("authorisation").get(
        authorisation__application=step.application_id, changed_at=step.at
    )
    period = change.authorisation
    # As it was then: a letter drawn late says nothing of what was changed since.
    period.dose, period.cycles, period.grams = change.dose, change.cycles, change.grams
    why = Text(_("Why the dose changes"), (change.reason,))
    before, after = Dose.from_dict(change.dose_before), Dose.from_dict(change.dose)
    totals = (
        _("Total allotted"),
        words.grams(change.grams_before),
        words.grams(change.grams),
    )
    return _letter(
        step,
        document,
        period,
        kind=Kind.DOSE_CHANGE,
        title=_("Dose changed during the period authorised"),
        verdict=_("Dose changed"),
        summary=_(
            "The hospital pharmacy changes the dose within the limits of the catalogue row; everything else "
            "stays as authorised."
        ),
        about=(why, *changed(before, after, totals)),
    )


def period_of(step: Step) -> tuple[Authorisation, Authorisation]:
    """The period that the step opened, and the one before it."""
    periods = step.application.authorisations
    period = periods.get(opened_at=step.at)
    return period, periods.select_related("reassessment").get(period=period.period - 1)


def _letter(
    step: Step, document: Document, period: Authorisation, *, about: tuple[Section, ...], **words_: object
) -> Letter:
    application, content = step.application, kinds.sent(step)
    # Not the latest: a letter drawn late is still about what was in force then.
    decision: Decision = application.decisions.filter(step__sequence__lt=step.sequence).latest()
    return kinds.letter(
        step,
        document,
        highlights=kinds.highlights(period),
        scan=for_the_pharmacy(period),
        sections=(
            blocks.patient(content),
            blocks.dose_box(content, _("Authorised dose"), period),
            *about,
            *blocks.conditions(period.conditions),
            kinds.reassessment_by(period),
            blocks.request(application, content),
            blocks.indication(content),
        ),
        decision=kinds.facts_of(application, content, decision, period),
        **words_,
    )


def why_renewed(judged: Reassessment) -> str:
    if judged.has_benefit is None:
        return _("The period could not be assessed: the treatment goes on for one more, once.")
    return _("The reassessment shows a benefit: the treatment goes on for another period.")


def judgement(judged: Reassessment) -> Iterator[Section]:
    """How the period that ended was judged: every measure, and what else was told."""
    rows = rows_of(one.measurement for one in judged.measures.all())
    yield Table(
        _("Measures at the reassessment"),
        (_("Measure"), _("Baseline"), _("To reach"), _("Now"), _("Change"), _("Target")),
        tuple(_measure(row) for row in rows),
        widths=(34, 12, 12, 12, 16, 14),
    )
    yield Facts(_("Reassessment"), tuple(_told(judged)))


def _measure(row: Row) -> tuple[str, ...]:
    met = "–" if row.is_met is None else _("met") if row.is_met else _("not met yet")
    name = f"{row.measure} ({row.unit})" if row.unit else row.measure
    return name, row.baseline, row.target, row.now or _("not measured"), row.change or "–", met


def _told(judged: Reassessment) -> Iterator[tuple[str, str]]:
    if judged.weight_kg is not None:
        yield _("Weight"), words.kilograms(judged.weight_kg)
    events = [f"{one.what} ({str(one.get_severity_display()).lower()})" for one in judged.events.all()]
    told = "; ".join(filter(None, [judged.adverse_events, *events]))
    yield _("Adverse events"), told or _("none")
    if judged.therapy_changes:
        yield _("Changes in the other therapy"), judged.therapy_changes
    if judged.unused_g is not None:
        yield _("Allotted and not given"), words.grams(judged.unused_g)
    yield _("Judgement"), judged.judgement


def changed(before: Dose, after: Dose, *more: tuple[str, str, str]) -> tuple[Section, ...]:
    """In what the dose differs from the one before; nothing where it is the same."""
    rows = [*map(difference_words, differences(before, after)), *more]
    rows = [row for row in rows if row[1] != row[2]]
    if not rows:
        return ()
    told = tuple((label, was or "–", now or "–") for label, was, now in rows)
    return (
        Table(
            _("What changes in the dose"),
            (_("Figure"), _("Before"), _("From now on")),
            told,
            widths=(26, 37, 37),
        ),
    )
