"""The letters of a decision: approval, rejection, not admissible; and what all letters have in common."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.letters import blocks
from approvals.letters.dispensing import for_the_pharmacy
from approvals.models import Application, Decision, ReasonCode, Snapshot, Step
from approvals.workflow import Action
from catalogue import dose_words as words
from documents.content import Letter, Letterhead, Points, Signatory, Text
from documents.issuing import verify_url
from documents.models import Document, Kind
from treatments import deadlines
from treatments.models import Authorisation


def approval(step: Step, document: Document) -> Letter:
    application, content, decision = step.application, sent(step), step.decision
    period = application.authorisations.get(opened_at=step.at)
    return letter(
        step,
        document,
        kind=Kind.APPROVAL,
        title=_("Authorisation of off-label use"),
        verdict=_("Authorised"),
        summary=who_authorises(decision),
        highlights=highlights(period),
        scan=for_the_pharmacy(period),
        sections=(
            blocks.patient(content),
            blocks.dose_box(content, _("Authorised dose"), period),
            *blocks.above_ceiling(decision),
            *blocks.conditions(period.conditions),
            reassessment_by(period),
            *blocks.ratified(application, period),
            blocks.request(application, content),
            blocks.indication(content),
            blocks.therapies(content),
            blocks.no_alternative(content),
            blocks.goal(content),
            *blocks.appealed(decision),
            blocks.committee(decision),
            blocks.consent(content),
            blocks.literature(content),
        ),
        decision=facts_of(application, content, decision, period),
    )


def who_authorises(decision: Decision) -> str:
    if decision.alone_because:
        return _(
            "The chair of the committee authorises the treatment described below, in this single case. The "
            "committee ratifies it, or does not, at its next sitting."
        )
    return _("The committee authorises the treatment described below, in this single case.")


def why_no(decision: Decision) -> str:
    judged = decision.application.authorisations.filter(is_provisional=True, settled_at=decision.decided_at)
    if judged.exists():
        return _(
            "The committee does not ratify what was authorised as an emergency, for the reasons below. No "
            "further dose is covered; what was given stays on record."
        )
    if decision.ratifies_id:
        return _(
            "The committee does not ratify what its chair had authorised, for the reasons below. No further "
            "dose is covered; what was given stays on record."
        )
    return _("The committee does not authorise the treatment asked for, for the reasons below.")


def rejection(step: Step, document: Document) -> Letter:
    application, content, decision = step.application, sent(step), step.decision
    codes = tuple(f"{code} – {ReasonCode(code).label}" for code in decision.reason_codes)
    return letter(
        step,
        document,
        kind=Kind.REJECTION,
        title=_("Outcome of an application for off-label use"),
        verdict=_("Not authorised"),
        summary=why_no(decision),
        sections=(
            blocks.patient(content),
            *blocks.appealed(decision),
            Points(_("Reasons"), codes),
            Text(_("In detail"), (decision.reasons,)),
            Text(_("What would change the decision"), (decision.would_change,)),
            blocks.dose_box(content, _("Dose asked for")),
            blocks.request(application, content),
            blocks.indication(content),
            blocks.therapies(content),
            blocks.committee(decision),
            blocks.if_you_disagree(step),
        ),
        decision=facts_of(application, content, decision, None),
    )


def inadmissible(step: Step, document: Document) -> Letter:
    application, content = step.application, sent(step)
    proposal = application.inadmissibilities.get(settled_at=step.at)
    codes = tuple(f"{code} – {ReasonCode(code).label}" for code in proposal.reason_codes)
    return letter(
        step,
        document,
        kind=Kind.INADMISSIBILITY,
        title=_("Application not admissible"),
        verdict=_("Not admissible"),
        summary=_(
            "The hospital pharmacy holds, by the judgement of two pharmacists, that the application cannot "
            "be put before the committee, for the reasons below."
        ),
        sections=(
            blocks.patient(content),
            Points(_("Reasons"), codes),
            Text(_("In detail"), (proposal.text,)),
            what_may_be_done(step),
            blocks.request(application, content),
            blocks.indication(content),
            blocks.dose_box(content, _("Dose asked for")),
        ),
        signatories=(
            Signatory(_("The pharmacist in charge"), proposal.proposed_by.signature),
            *(Signatory(_("Countersigned by"), one.signature) for one in [step.by] if one),
        ),
        decision={
            "application": application.number,
            "outcome": "inadmissible",
            "decided_at": step.at.isoformat(),
            "catalogue": catalogue_of(content),
            "reason_codes": proposal.reason_codes,
        },
    )


def what_may_be_done(step: Step) -> Points:
    return Points(
        _("What can be done"),
        (
            _("Copy the application into a new draft, correct it, and send it again."),
            _(
                "Appeal once, until %(day)s, with new clinical information or for a procedural error: the "
                "committee judges it."
            )
            % {"day": blocks.long_date(deadlines.appeal_until(step.at))},
        ),
    )


def letter(step: Step, document: Document, **content: Any) -> Letter:
    """What all letters have in common: letterhead, number, recipients, who answers for it."""
    application, hospital = step.application, step.application.unit.hospital
    return Letter(
        number=document.number,
        code=document.printed_code,
        issued_at=document.issued_at,
        verify_url=verify_url(document),
        letterhead=Letterhead(
            hospital=hospital.name,
            office=_("Committee for the off-label use of medicines"),
            address=(hospital.address, hospital.city),
        ),
        subject=_("Human immunoglobulin for intravenous use, single case"),
        recipients=(application.author.signature, application.unit.name, _("cc: hospital pharmacy")),
        **{"signatories": signatories(step), **content},
    )


# Who answers for a letter that follows from no decision of the committee.
ANSWERS: dict[str, Promise] = {
    Action.REASSESS: gettext_lazy("The prescriber"),
    Action.RESTART: gettext_lazy("The prescriber"),
    Action.CHANGE_DOSE: gettext_lazy("The hospital pharmacy"),
}


def signatories(step: Step) -> tuple[Signatory, ...]:
    role = ANSWERS.get(step.action) or _("For the committee")
    return (Signatory(str(role), step.by.signature),) if step.by else ()


def highlights(period: Authorisation) -> tuple[tuple[str, str], ...]:
    return (
        (_("Code for the pharmacy"), period.code),
        (_("Reassessment by"), blocks.long_date(period.due_on)),
        (_("Total allotted"), words.grams(period.grams)),
    )


def reassessment_by(period: Authorisation) -> Text:
    return Text(
        _("Validity and reassessment"),
        (
            _(
                "Valid from %(start)s until the reassessment, due three months after the first infusion "
                "recorded and, while none is recorded, on %(due)s. Without a reassessment no further "
                "dose is covered."
            )
            % {"start": blocks.long_date(period.valid_from), "due": blocks.long_date(period.due_on)},
        ),
    )


def sent(step: Step) -> dict[str, Any]:
    """The content the step was about: the last snapshot frozen before it."""
    return (
        Snapshot.objects.filter(application=step.application_id, frozen_at__lte=step.at)
        .latest("revision")
        .content
    )


def facts_of(
    application: Application, content: dict[str, Any], decision: Decision, period: Authorisation | None
) -> dict[str, Any]:
    """`decision.json`: what a machine needs from the letter."""
    return {
        "application": application.number,
        "outcome": "approved" if decision.is_approval else "rejected",
        "decided_at": decision.decided_at.isoformat(),
        "catalogue": catalogue_of(content),
        "dose": content["dose"],
        "votes": decision.tally,
        "reason_codes": decision.reason_codes,
        "authorisation": period
        and {
            "number": period.number,
            "code": period.code,
            "valid_from": period.valid_from.isoformat(),
            "reassessment_due": period.due_on.isoformat(),
            "cycles": period.cycles,
            "grams": str(period.grams),
        },
    }


def catalogue_of(content: dict[str, Any]) -> dict[str, Any]:
    row = content["indication"]
    return {"edition": row["edition"], "row": row["code"], "position": row["position"]}
