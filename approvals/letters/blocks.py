"""The parts that letters share, each from the snapshot's content (`approvals/snapshots.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.people import day
from approvals import appeals
from approvals.contents import Measure, cited, figure, measures, reason, works
from approvals.models import Application, Decision, Step
from approvals.rounds import neither
from approvals.sections.justification import BELOW_THE_LAW, ENOUGH_FOR_THE_LAW, Level
from approvals.sections.kind import LegalRoute
from approvals.sections.therapies import Criterion, Outcome
from catalogue import dose_phrases as phrases
from catalogue import dose_words as words
from catalogue.dosing import Dose
from documents.content import Box, Facts, Points, Table, Text
from treatments import deadlines
from treatments.models import Authorisation

Content = dict[str, Any]


def long_date(day: date | str) -> str:
    """ "23 novembre 2026": months in lower case, as Italian writes them."""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    return date_format(value, "j F Y").lower()


def within_a_sentence(label: str) -> str:
    """A label without its capital: "Studio di fase II" becomes "studio di fase II"."""
    return label[:1].lower() + label[1:]


def patient(content: Content) -> Facts:
    told = content["patient"]
    return Facts(
        _("Patient"),
        (
            (_("Surname and name"), f"{told['surname']} {told['name']}"),
            (_("Born on, sex"), f"{long_date(told['born_on'])}, {told['sex']}"),
            (_("Tax code"), told["tax_code"] or _("newborn without a code")),
        ),
    )


def request(application: Application, content: Content) -> Facts:
    author, told = application.author, content.get("kind") or {}
    # What was sent before these were asked stands on the account of the author, and on Law 94.
    number = told.get("registration_number") or author.registration_number
    register = number and _(", medical register %(number)s") % {"number": number}
    route = told.get("legal_route") or LegalRoute.SINGLE_CASE
    qualification = told.get("qualification") or ""
    who = author.signature if qualification in ("", author.title) else f"{author.signature}, {qualification}"
    return Facts(
        _("Application"),
        (
            (_("Number and unit"), f"{application.number}, {application.unit.name}"),
            (_("Prescriber"), f"{who}{register}"),
            (_("Legal route"), str(LegalRoute(route).label)),
            (_("Diagnosis"), diagnosis(content)),
        ),
    )


def diagnosis(content: Content) -> str:
    """In words, with its code and date where they were asked."""
    told = content["indication"]
    if not told["diagnosis"]:
        return str(told["name"])  # of an emergency: the short form asks for the row only
    made_on = told.get("diagnosed_on")
    facts = [told.get("diagnosis_code"), made_on and long_date(made_on)]
    known = ", ".join(fact for fact in facts if fact)
    return f"{told['diagnosis']} ({known})" if known else str(told["diagnosis"])


def indication(content: Content) -> Text:
    row = content["indication"]
    use = row["sub_criterion"]
    source = _("Catalogue, edition %(edition)s, row %(code)s") % {
        "edition": row["edition"],
        "code": row["code"],
    }
    if not row["printed_condition"]:
        return Text(_("Indication, outside the catalogue"), (row["name"],), source=source)
    printed = [row["printed_condition"], _("Schedule: %(schedule)s") % {"schedule": row["printed_schedule"]}]
    if use:
        printed.append(_("Use: %(use)s") % {"use": use["name"]})
    return Text(
        _("Indication, as printed in the catalogue"),
        tuple(printed),
        quoted=True,
        source=source,
    )


def therapies(content: Content) -> Table:
    labels = dict(Outcome.choices + Criterion.choices)
    rows = tuple(
        (told["name"], str(labels.get(told["outcome"], "–")), reason(told) or "–")
        for told in content["therapies"]
    )
    if content.get("tried"):
        rows = ((_("None is printed for this use"), "–", content["tried"]),)
    return Table(
        _("Prior therapies"), (_("Reference therapy"), _("Outcome"), _("Reason")), rows, widths=(24, 14, 62)
    )


def no_alternative(content: Content) -> Text:
    return Text(_("Why there is no valid alternative"), (content["justification"]["no_alternative"],))


def dose_box(content: Content, heading: str, period: Authorisation | None = None) -> Box:
    """`period` is the one that the letter opens: what was left before the first is no longer there later."""
    dose = Dose.from_dict(content["dose"])
    if period is not None and not _is_first(period):
        dose = replace(dose, request=replace(dose.request, carry_over_g=Decimal(0)))
    grams, cycles = dose.cycle_g, dose.request.cycles
    detail = _("Days of infusion: %(plan)s") % {"plan": words.day_plan_words(dose.infusions)}
    rows = dict(dose_rows(dose))
    # What the committee limits takes the place of what was asked, in the lines nobody may misread.
    if period is not None and (period.cycle_g or period.cycles != cycles):
        detail = _("Asked for: %(grams)s per cycle, cycles: %(cycles)d") % {
            "grams": words.grams(grams),
            "cycles": cycles,
        }
        grams, cycles = period.cycle_g or grams, period.cycles
        rows[_("Total allotted")] = words.grams(period.grams)
    return Box(
        heading,
        headline=_("%(grams)s per cycle · cycles: %(cycles)d")
        % {"grams": words.grams(grams), "cycles": cycles},
        detail=detail,
        rows=tuple(rows.items()),
        remarks=tuple(words.finding_sentence(finding) for finding in dose.findings),
    )


def _is_first(period: Authorisation) -> bool:
    """Whether no other allotted what was left over; the cycle of an emergency did not."""
    earlier = Authorisation.objects.filter(application=period.application_id, period__lt=period.period)
    return period.period == 1 or not earlier.filter(is_provisional=False).exists()


def ratified(application: Application, period: Authorisation) -> tuple[Text, ...]:
    """The emergency that the committee ratifies with this authorisation; nothing where there was none."""
    given = application.authorisations.filter(is_provisional=True, settled_at=period.opened_at).first()
    if given is None:
        return ()
    told = _(
        "The committee ratifies the provisional authorisation %(number)s of %(day)s: one cycle, %(grams)s."
    )
    count = (
        _("It was given from %(day)s on and counts as the first cycle: the total above is what is left.")
        % {"day": long_date(given.first_infusion_on)}
        if given.first_infusion_on
        else _("No infusion under it is recorded: the total above is the whole course.")
    )
    named = {
        "number": given.number,
        "day": long_date(given.valid_from),
        "grams": words.grams(given.grams),
    }
    return (Text(_("Emergency"), (f"{told % named} {count}",)),)


def dose_rows(dose: Dose) -> Iterator[tuple[str, str]]:
    yield _("Weight used"), f"{words.kilograms(dose.weight.kg)}. {words.weight_sentence(dose)}"
    if dose.request.override_kg is not None:
        yield _("Why this weight"), dose.request.override_reason
    asked = _("%(dose)s g/kg for %(days)s days, %(total)s g/kg per cycle") % {
        "dose": words.number(dose.g_per_kg_day),
        "days": dose.request.days,
        "total": words.number(dose.g_per_kg_cycle),
    }
    yield _("Dose asked"), ", ".join(filter(None, (asked, phrases.interval_words(dose.request))))
    if dose.other:
        yield _("Reading of g/kg"), phrases.reading_sentence(dose)
    rounded = f"{words.grams(dose.exact_g)} → {words.grams(dose.cycle_g)}"
    yield _("Computed and rounded"), f"{rounded} ({words.signed_percent(dose.rounding_percent)})"
    if dose.cap_applied:
        shown = {"asked": words.grams(dose.asked_g), "capped": words.grams(dose.exact_g)}
        yield _("Cap"), _("applied: %(asked)s → %(capped)s") % shown
    elif dose.schedule.cap_g is not None:
        yield _("Cap"), _("not applied")
    if dose.vials:
        yield _("Vials per cycle"), words.vials_words(dose.vials)
    yield _("Product"), phrases.product_words(dose.request.product)
    supply = dose.supply
    if supply.cycle_ml is not None:
        yield _("Volume per cycle"), words.millilitres(supply.cycle_ml)
    if supply.course_cost is not None and supply.priced_on is not None:
        yield _("Estimated cost"), phrases.cost_words(supply)
    if supply.carried_g:
        yield _("Whole course"), words.grams(dose.course_g)
        yield _("Total allotted"), phrases.supply_words(supply)
    else:
        yield _("Total allotted"), words.grams(dose.course_g)


def goal(content: Content) -> Facts:
    told = content["outcome"]
    rows = [(measure.name, _goal(measure)) for measure in measures(content)]
    rows.append((_("The treatment stops"), told["stopping_rule"]))
    if told.get("reassess_on"):
        rows.append((_("Proposed reassessment"), long_date(told["reassess_on"])))
    return Facts(_("Measure and stopping rule"), tuple(rows))


def _goal(measure: Measure) -> str:
    told = _("today %(baseline)s, to reach %(target)s %(unit)s") % {
        "baseline": figure(measure.baseline),
        "target": figure(measure.target),
        "unit": measure.unit,
    }
    if not measure.target_on:
        return told
    return _("%(goal)s by %(day)s") % {"goal": told, "day": long_date(measure.target_on)}


def above_ceiling(decision: Decision) -> tuple[Text, ...]:
    """Who let a dose above the ceiling pass, and why; nothing for all other doses."""
    if not decision.ceiling_reason:
        return ()
    pharmacy = decision.application.opinions.latest().ceiling_reason
    return (
        Text(
            _("Dose above the ceiling of 2 g/kg per cycle"),
            (
                _("The committee lets it pass: %(reason)s") % {"reason": decision.ceiling_reason},
                _("The pharmacy lets it pass: %(reason)s") % {"reason": pharmacy},
            ),
        ),
    )


def committee(decision: Decision) -> Facts:
    tally = decision.tally
    opinion = pharmacys_opinion(decision.application)
    if decision.alone_because:
        return Facts(
            _("Committee"),
            (
                (_("Decided by"), _("the chair alone, between two sittings")),
                (_("Why it could not wait"), decision.alone_because),
                (_("Opinion of the pharmacy"), opinion),
            ),
        )
    votes = _("%(in_favour)d in favour, of which %(with_conditions)d with conditions; %(against)d against")
    majority = (
        _("two thirds of the votes cast") if tally["two_thirds"] else _("more than half of the votes cast")
    )
    return Facts(
        _("Committee"),
        (
            (pgettext("the votes of a round", "Vote"), "; ".join([votes % tally, *neither(tally)])),
            (
                _("Quorum and majority"),
                _("%(voted)d votes of %(entitled)d entitled members, %(recused)d recused; ")
                % {"voted": tally["cast"], **tally}
                + majority,
            ),
            (_("Opinion of the pharmacy"), opinion),
        ),
    )


def pharmacys_opinion(application: Application) -> str:
    """Its conclusion. Of what was held not admissible and then appealed there is none."""
    opinion = application.opinions.order_by("given_at").last()
    return opinion.get_conclusion_display() if opinion else _("not admissible; appealed")


def appealed(decision: Decision) -> tuple[Text, ...]:
    """What the decision on an appeal answers; nothing for all others."""
    if not appeals.is_on_appeal(decision):
        return ()
    appeal = decision.application.appeal_made
    on = long_date(day(appeal.appealed_at))
    return (
        Text(
            _("Decision on an appeal"),
            (
                _(
                    "This is the decision on the appeal of %(day)s, on the ground “%(ground)s”. It was taken "
                    "by people of whom none had taken part in the decision appealed."
                )
                % {"day": on, "ground": within_a_sentence(appeal.get_ground_display())},
            ),
        ),
    )


def if_you_disagree(step: Step) -> Text:
    """An appeal is possible once, until a day; afterwards only a new application is."""
    application = step.application
    told = []
    # A letter drawn late says what was possible when it was decided.
    if application.appealed_at is None or application.appealed_at > step.at:
        told.append(
            _(
                "The prescriber may appeal once, until %(day)s: with new clinical information, or for a "
                "procedural error. The appeal is judged by people who took no part in this decision."
            )
            % {"day": long_date(deadlines.appeal_until(step.at))}
        )
    else:
        told.append(_("No further appeal is possible against this decision."))
    told.append(
        _(
            "A new application can be made with new clinical information. The committee's secretariat "
            "answers questions about this decision."
        )
    )
    return Text(_("If you disagree"), tuple(told))


def consent(content: Content) -> Text:
    told = content["consent"]
    given = [consented(told)]
    if told.get("guardian"):
        given.append(_("For the minor consented: %(names)s.") % {"names": told["guardian"]})
    answered = [
        _(
            "The prescriber uses the medicine under direct responsibility, having informed the patient, "
            "and in the absence of a valid alternative."
        )
    ]
    if told.get("conflict_details"):
        answered.append(_("Conflict of interest declared: %(text)s") % {"text": told["conflict_details"]})
    elif told.get("conflict_of_interest", "none"):
        answered.append(_("The prescriber declares no conflict of interest in the last 12 months."))
    paragraphs = (" ".join(given), " ".join(answered))
    return Text(_("Consent and responsibility"), paragraphs)


def consented(told: Content) -> str:
    """In writing and when; or why there is none, in an emergency."""
    date = long_date(told["consent_on"]) if told["consent_on"] else ""
    if told.get("not_obtainable_reason"):
        return _("Consent could not be obtained: %(reason)s") % {"reason": told["not_obtainable_reason"]}
    if not told.get("plasma_consent", "written"):
        return _("Written consent to the off-label use, given on %(date)s.") % {"date": date}
    return _("Written consent to the off-label use and to a product made from plasma, given on %(date)s.") % {
        "date": date
    }


def literature(content: Content) -> Points:
    told = content["justification"]
    points = [*cited(content), *works(content)]
    if told.get("reference_reason"):
        points.append(
            _("Why a superseded or contradicting work is relied on: %(reason)s")
            % {"reason": told["reference_reason"]}
        )
    if told.get("evidence_level"):
        level = Level(told["evidence_level"])
        sentence = _("Level of evidence: %(level)s.") % {"level": within_a_sentence(str(level.label))}
        below = "" if level in ENOUGH_FOR_THE_LAW else f" {BELOW_THE_LAW}"
        points.append(sentence + below)
    return Points(_("Literature relied on"), tuple(points))


def conditions(text: str) -> tuple[Points, ...]:
    lines = tuple(line.strip() for line in text.splitlines() if line.strip())
    return (Points(_("Conditions"), lines, numbered=True),) if lines else ()
