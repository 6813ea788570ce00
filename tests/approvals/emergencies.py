"""Emergencies walked by the real actions: a newborn at night, a haemolytic anaemia."""

from datetime import timedelta

from accounts.people import day
from approvals import actions
from approvals.demo_answers import complete_answers
from approvals.models import Application
from tests.approvals.walk import NOW, draft, step, vote

NEWBORN, HAEMOLYSIS = "PED-05", "EMA-02"
REASON = "Bilirubina in rapido aumento nonostante la fototerapia intensiva (caso inventato)."
# Of each section what the short form asks; nothing else is answered.
SHORT = {
    "kind": ("type", "is_urgent", "urgency_reason", "life_threat"),
    "patient": (
        "tax_code",
        "no_tax_code",
        "surname",
        "name",
        "born_on",
        "birth_time",
        "sex",
        "previous_reactions",
    ),
    "indication": ("indication", "sub_criterion"),
    "dose": ("weight_kg", "weighed_on", "g_per_kg", "days", "cycles", "interval", "planned_start"),
    "justification": ("no_alternative",),
    "consent": ("off_label_consent", "not_obtainable_reason", "responsibility"),
}


def short_draft(
    people, *, author="prescriber-nicu", code=NEWBORN, at=NOW, person=0, **answers
) -> Application:
    """A draft with what the short form asks and nothing more; `answers` by section."""
    application = draft(people, author=author, code=code, at=at, person=person)
    told = {
        "kind": {"urgency_reason": REASON, "life_threat": "", "is_urgent": "yes"},
        "dose": {"cycles": "1"},
        "consent": {"off_label_consent": "not_obtainable", "not_obtainable_reason": "Madre in anestesia."},
    }
    if code == HAEMOLYSIS:
        told["indication"] = {"sub_criterion": "emergency"}
    kept = {}
    for slug, names in SHORT.items():
        said = application.answers[slug] | told.get(slug, {}) | answers.get(slug, {})
        kept[slug] = {name: said[name] for name in names if said.get(name)}
    Application.objects.filter(pk=application.pk).update(answers=kept)
    application.refresh_from_db()
    return application


def requested(people, *, at=NOW, **about) -> Application:
    application = short_draft(people, at=at, **about)
    actions.request_emergency(application.pk, by=application.author, at=at)
    application.refresh_from_db()
    return application


def authorised(people, *, at=NOW, **about) -> Application:
    """Asked for at `at`, authorised twenty minutes later."""
    application = requested(people, at=at, **about)
    agree(people, application, at=at + timedelta(minutes=10))
    authorise(people, application, at=at + timedelta(minutes=20))
    application.refresh_from_db()
    return application


def agree(people, application, *, at=NOW, who="on-call-pharmacist") -> None:
    actions.agree_emergency(application.pk, by=people[who], at=at)


def authorise(people, application, *, at=NOW, who="on-call-consultant") -> None:
    actions.authorise_emergency(application.pk, by=people[who], at=at)


def complete(application, *, at=NOW, **answers) -> None:
    """The rest of the whole form, as its author would write it; what was sent stays."""
    application.refresh_from_db()
    code = application.indication_code
    whole = complete_answers(code, on=day(application.emergency_requested_at))
    sent = application.answers
    merged = {slug: whole[slug] | sent.get(slug, {}) | answers.get(slug, {}) for slug in whole}
    Application.objects.filter(pk=application.pk).update(answers={**sent, **merged})


def submitted(people, *, at=NOW, **about) -> Application:
    application = authorised(people, at=at, **about)
    complete(application)
    actions.submit(application.pk, by=application.author, at=at + timedelta(hours=5))
    application.refresh_from_db()
    return application


def before_committee(people, *, at=NOW, **about) -> Application:
    application = submitted(people, at=at, **about)
    heads = {"w3": "head-w3", "neonatology": "head-nicu"}
    actions.endorse(application.pk, by=people[heads[application.unit.code]], at=at + timedelta(hours=6))
    step(people, application.pk, "pharmacy_review", at=at + timedelta(hours=7))
    step(people, application.pk, "committee_review", at=at + timedelta(hours=8))
    application.refresh_from_db()
    return application


def voted(people, choice="approve", *, at=NOW, **about) -> Application:
    application = before_committee(people, at=at, **about)
    vote(
        people,
        application.pk,
        at=at + timedelta(days=3),
        **dict.fromkeys(("chair", "member_1", "member_2"), choice),
    )
    return application
