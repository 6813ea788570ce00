"""The letter of an emergency: one cycle, provisionally, on the word of two people on call."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from approvals.letters import blocks
from approvals.letters.dispensing import for_the_pharmacy
from approvals.letters.kinds import letter, sent
from approvals.models import Application, Step
from catalogue import dose_words as words
from documents.content import Facts, Letter, Signatory, Text
from documents.models import Document, Kind
from treatments.models import Authorisation

Content = dict[str, Any]


def provisional(step: Step, document: Document) -> Letter:
    application, content = step.application, sent(step)
    period = application.authorisations.get(opened_at=step.at)
    return letter(
        step,
        document,
        kind=Kind.PROVISIONAL,
        watermark=pgettext("watermark of a letter", "PROVISIONAL"),
        title=_("Provisional authorisation of off-label use, in an emergency"),
        verdict=_("Authorised provisionally, for one cycle"),
        summary=_(
            "The two people on call authorise one cycle of the treatment described below, because it cannot "
            "wait. The committee ratifies it, or does not."
        ),
        highlights=highlights(period),
        scan=for_the_pharmacy(period),
        sections=(
            blocks.patient(content),
            blocks.dose_box(content, _("Dose authorised, one cycle"), period),
            validity(application, period),
            emergency(application, content),
            blocks.request(application, content),
            blocks.indication(content),
            blocks.no_alternative(content),
            blocks.consent(content),
        ),
        signatories=tuple(
            Signatory(role, person.signature) for role, person, _at in authorised_by(application)
        ),
        decision=facts_of(application, content, period),
    )


def highlights(period: Authorisation) -> tuple[tuple[str, str], ...]:
    return (
        (_("Code for the pharmacy"), period.code),
        (_("Valid until"), blocks.long_date(period.due_on)),
        (_("Total allotted"), words.grams(period.grams)),
    )


def validity(application: Application, period: Authorisation) -> Text:
    told = _(
        "Valid for one cycle, from %(start)s until the committee has decided and until %(end)s at the "
        "latest. The whole form is due by %(form)s. If the committee does not ratify, no further dose is "
        "covered; what was given stays on record."
    )
    return Text(
        _("Validity and ratification"),
        (
            told
            % {
                "start": blocks.long_date(period.valid_from),
                "end": blocks.long_date(period.due_on),
                "form": _moment(application.full_form_due),
            },
        ),
    )


def emergency(application: Application, content: Content) -> Facts:
    """Why it cannot wait, and who authorised it when."""
    kind = content["kind"]
    ground = (
        _("danger to life or of lasting harm, stated by the prescriber")
        if kind.get("life_threat")
        else _("the row of the catalogue foresees it")
    )
    people = [(role, f"{person.signature}, {_moment(at)}") for role, person, at in authorised_by(application)]
    return Facts(
        _("Emergency"),
        (
            (_("Why it cannot wait"), kind.get("urgency_reason") or "–"),
            (_("Ground"), ground),
            (_("Requested"), _moment(application.emergency_requested_at)),
            *people,
        ),
    )


def authorised_by(application: Application) -> list[tuple[str, User, Any]]:
    """Who, in which role, when."""
    first, second = application.emergency_agreed_by, application.emergency_authorised_by
    pharmacist = (_("On-call pharmacist"), first, application.emergency_agreed_at)
    consultant = (_("On-call consultant"), second, application.emergency_authorised_at)
    return [(role, person, at) for role, person, at in (pharmacist, consultant) if person is not None]


def _moment(at: Any) -> str:
    """ "23 novembre 2026, 02:40": months in lower case, as Italian writes them."""
    return date_format(localtime(at), "j F Y, H:i").lower() if at else "–"


def facts_of(application: Application, content: Content, period: Authorisation) -> Content:
    """`decision.json`: what a machine needs from the letter."""
    row = content["indication"]
    return {
        "application": application.number,
        "outcome": "provisional",
        "decided_at": period.opened_at.isoformat(),
        "catalogue": {"edition": row["edition"], "row": row["code"], "position": row["position"]},
        "dose": content["dose"],
        "authorisation": {
            "number": period.number,
            "code": period.code,
            "valid_from": period.valid_from.isoformat(),
            "valid_until": period.due_on.isoformat(),
            "cycles": period.cycles,
            "grams": str(period.grams),
        },
    }
