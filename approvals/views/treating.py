"""What the pages of a treatment show beside their forms: ledger, dose of today, what follows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.people import day
from approvals import forms
from approvals import restarting as restart
from approvals.changing import Changing
from approvals.figures import figures_of
from approvals.measured import Row, rows_of
from approvals.reading import Reading
from approvals.reassessing import Judged, Outcome
from approvals.redosing import Body, Redose, current_row, recompute
from approvals.workflow import Status
from catalogue.dose_words import finding_sentence, grams, kilograms
from catalogue.doses import Dose
from treatments.deadlines import trial_until
from treatments.models import Authorisation, Verdict

Context = dict[str, Any]


def given(period: Authorisation | None) -> Context | None:
    """What the ledger says about a period."""
    if period is None:
        return None
    entries = period.dispensings.all()
    return {
        "period": period,
        "grams": grams(period.given_g),
        "allotted": grams(period.grams),
        "unused": grams(period.left_g),
        "cycles": len({one.cycle for one in entries if one.kind == "dispensed"}),
        "last_on": period.last_dispensed_on,
        "lots": sorted({one.lot for one in entries if one.kind == "dispensed"}),
    }


def reassessing(reading: Reading) -> Context:
    """The plan, the ledger, and the dose on the catalogue of today at the weight known so far."""
    application = reading.application
    redose = recompute(
        application,
        current_row(application),
        before=application.snapshot.dose,
        on=day(reading.at),
        body=Body(),
    )
    dose = application.snapshot.dose
    return {
        "period": reading.record.live,
        "given": given(reading.record.live),
        "dose_now": figures_of(dose),
        "weight_known": kilograms(dose.facts.weight_kg),
        "redose": redose_context(redose),
        "vigilance_hours": settings.VIGILANCE_HOURS,
    }


def redose_context(redose: Redose | None) -> Context | None:
    """The dose computed again, and in what it differs."""
    if redose is None:
        return None
    after = redose.after
    return {
        "dose": after and figures_of(after),
        "changes": redose.changes,
        "problem": redose.problem,
        "beyond": [finding_sentence(one) for one in redose.beyond],
        "edition": redose.row and redose.row.edition.code,
    }


def judging(form: forms.ActForm) -> Context:
    """The changes computed from what was typed, before they are recorded, and what follows."""
    outcome: Outcome = form.content()["outcome"]
    judged = Judged(form.application, outcome, form.at)
    period = form.application.authorisations.live().first()
    rows: list[Row] = rows_of(judged.measured)
    return {
        "outcome": outcome,
        "measured": rows,
        "weight": "" if outcome.weight_kg is None else kilograms(outcome.weight_kg),
        "verdict": Verdict(outcome.verdict).label,
        "redose": redose_context(judged.redose),
        "unused": grams(period.left_g if period else Decimal(0)),
        "because": judged.committee_because,
        "consequence": consequence(judged),
        "trial_until": trial_until(day(form.at)) if outcome.verdict == Verdict.TRIAL_OFF else None,
    }


def consequence(judged: Judged) -> str:
    """What recording this outcome brings about."""
    if judged.status == Status.COMMITTEE_REVIEW:
        return _("The committee decides whether to go on, and with which dose.")
    if judged.status == Status.REASSESSED:
        return _("A new period of treatment opens and its letter is issued.")
    if judged.outcome.verdict == Verdict.TRIAL_OFF:
        return _("The treatment stops on trial and the application is closed.")
    return _("The treatment ends and the application is closed.")


def changing_dose(reading: Reading) -> Context:
    period = reading.record.live
    dose = Dose.from_dict(period.dose) if period else reading.application.snapshot.dose
    return {
        "given": given(period),
        "dose_now": figures_of(dose),
        "weight_known": kilograms(dose.facts.weight_kg),
    }


def changed_dose(form: forms.ActForm) -> Context:
    """The dose as it would be, before it is changed."""
    told = form.content()
    changing = Changing(form.application, told["dose"], told["body"], form.at)
    return {
        "redose": redose_context(changing.redose),
        "grams": grams(changing.grams),
        "grams_before": grams(changing.period.grams),
        "consequence": _("The letter of the period is issued anew, and the prescriber is told."),
    }


def restarting(reading: Reading) -> Context:
    application = reading.application
    last, dose = application.authorisations.order_by("period").last(), application.snapshot.dose
    return {
        "dose_now": figures_of(dose),
        "weight_known": kilograms(dose.facts.weight_kg),
        "redose": redose_context(restart.redose(application, Body(), at=reading.at)),
        "trial_until": trial_until(day(last.settled_at)) if last and last.settled_at else None,
    }


def restarted(form: forms.ActForm) -> Context:
    """The dose of the next period, before it opens."""
    return {
        "redose": redose_context(restart.redose(form.application, form.content()["body"], at=form.at)),
        "consequence": _("A new period of treatment opens and its letter is issued."),
    }
