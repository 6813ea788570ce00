"""Every address × (nobody, stranger, owner): sign-in, 404, 200. A new address without a row fails."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts import claims, delegating
from accounts.models import ClaimsStop, Membership, User
from accounts.people import day
from api.models import Client
from api.webhooks import managing as webhooks
from approvals import access_reports, actions, breaking, events
from approvals.access_words import READING
from approvals.models import AccessReport, EmergencyAccess, Letter
from approvals.reassessing import Event
from approvals.workflow import Status
from audit import anchors
from audit.models import Entry
from catalogue import drafting, loading, product_loading
from catalogue.models import Product, Upload
from committee import actions as sittings
from committee.models import Sitting
from documents import filing
from documents.models import Kind
from outbox.models import Promise
from tests.api.cast import make_client, mandate
from tests.approvals import emergencies
from tests.approvals.answers import CATALOGUE
from tests.approvals.walk import (
    appealed,
    catalogue,
    decided_alone,
    draft,
    on_trial,
    proposed,
    rejected,
    suspended,
    walk,
)
from tests.approvals.walk import heard as begin_hearing
from tests.people import people
from treatments import dispensing, feeds
from treatments.dispensing_rules import Handing
from treatments.models import AdverseEvent, Authorisation

__all__ = ["catalogue", "people"]

SIGN_IN = "sign-in"
OPEN_TO_ALL = (200, 200, 200)
SIGNED_IN = (SIGN_IN, 200, 200)
OWNERS = (SIGN_IN, 404, 200)
WRITERS = (SIGN_IN, 302, 200)


@dataclass(frozen=True)
class Row:
    """What nobody, a stranger (the prescriber of another ward) and the owner get."""

    expected: tuple[Any, Any, Any]
    owner: str = "prescriber-w3"
    arguments: Callable[["World"], list[Any]] = lambda world: []
    post: bool = False


@dataclass
class World:
    draft: Any
    consent: Any
    submitted: Any
    asked: Any
    voting: Any
    heard: Any
    to_ratify: Any
    approved: Any
    letter: Any
    promise: Any
    upload: Any
    sitting: Any
    minuted: Any
    emergency: Any
    proposed: Any
    refused: Any
    appealed: Any
    suspended: Any
    period: Any
    feed: Any
    published: int
    anchor: int
    on_trial: Any
    event: Any
    client: Any
    access: Any
    access_report: Any


def act(slug: str, which: str) -> Callable[[World], list[Any]]:
    return lambda world: [getattr(world, which).number, slug]


def of_draft(world: World) -> list[Any]:
    return [world.draft.pk]


def of_section(world: World) -> list[Any]:
    return [world.draft.pk, "patient"]


def of_period(world: World) -> list[Any]:
    return [world.period.address]


def of_client(world: World) -> list[Any]:
    return [world.client.pk]


def of_webhook(world: World) -> list[Any]:
    return [world.client.pk, world.client.endpoints.get().pk]


def of_file(world: World) -> list[Any]:
    return [world.draft.pk, world.consent.pk]


def role_of(username: str) -> Membership:
    return Membership.objects.filter(user__username=username, stands_in_for=None).earliest("pk")


def of_person(world: World) -> list[Any]:
    return [world.draft.author_id]


def of_proposal(world: World) -> list[Any]:
    return [claims.propose(role_of("head-w5"), "last_holder", at=timezone.now()).pk]


def of_stop(world: World) -> list[Any]:
    hospital = world.draft.unit.hospital
    return [ClaimsStop.objects.create(hospital=hospital, people=9, stopped_at=timezone.now()).pk]


def of_delegation(world: World) -> list[Any]:
    own, user = role_of("prescriber-w3"), User.objects.get(username="head-w3")
    days = {"from_on": timezone.localdate(), "to_on": timezone.localdate()}
    told = {"user": user, "reason": "Helps.", "by": own.user, "at": timezone.now()}
    return [delegating.name(own, **days, **told).pk]


ROWS: dict[str, Row] = {
    # the entrance
    "sign-in": Row((200, 302, 302)),
    "second-factor": Row((302, 302, 302)),  # nobody here has one
    "hospital-sign-in": Row((404, 404, 404), post=True),  # no provider here
    "hospital-return": Row((404, 404, 404)),
    "security": Row(SIGNED_IN),
    "second-factor-new": Row(SIGNED_IN),
    "app-new": Row(SIGNED_IN),
    "passkey-new": Row(SIGNED_IN),
    "recovery-codes": Row((SIGN_IN, 302, 302)),
    "factor-remove": Row((SIGN_IN, 404, 404), arguments=lambda world: [1]),
    "password": Row(SIGNED_IN),
    "prove": Row(SIGNED_IN),
    "prove-passkey": Row((SIGN_IN, 404, 404), post=True),
    "your-sessions": Row(SIGNED_IN),
    "become": Row((404, 404, 404), arguments=lambda world: ["prescriber-w3"], post=True),  # no demo mode here
    "sign-out": Row((302, 302, 302), post=True),
    "keep-session": Row((SIGN_IN, 204, 204), post=True),
    # accounts
    "language": Row((302, 302, 302), post=True),
    "act-as": Row((SIGN_IN, 302, 302), post=True),
    "profile": Row(SIGNED_IN),
    "help": Row(OPEN_TO_ALL),
    "privacy": Row(OPEN_TO_ALL),
    "accessibility": Row(OPEN_TO_ALL),
    "report-problem": Row(OPEN_TO_ALL),
    # people and their roles
    "people": Row(OWNERS, owner="administrator"),
    "person": Row(OWNERS, owner="administrator", arguments=of_person),
    "person-new": Row(OWNERS, owner="administrator"),
    "person-edit": Row(OWNERS, owner="administrator", arguments=of_person),
    "person-account": Row(OWNERS, owner="administrator", arguments=of_person),
    "role-give": Row((SIGN_IN, 404, 422), owner="administrator", arguments=of_person, post=True),
    "role-end": Row(OWNERS, owner="administrator", arguments=lambda world: [role_of("head-w5").pk]),
    "role-review": Row(OWNERS, owner="administrator"),
    "role-review-answer": Row(
        (SIGN_IN, 404, 302), owner="administrator", arguments=lambda world: [role_of("chair").pk], post=True
    ),
    "role-proposals": Row(OWNERS, owner="administrator"),
    "role-proposal": Row((SIGN_IN, 404, 302), owner="administrator", arguments=of_proposal, post=True),
    "claims-release": Row((SIGN_IN, 404, 302), owner="administrator", arguments=of_stop, post=True),
    "delegations": Row(SIGNED_IN),
    "delegation-end": Row((SIGN_IN, 404, 302), arguments=of_delegation, post=True),
    # lists
    "worklist": Row(SIGNED_IN),
    "archive": Row(SIGNED_IN),
    "deadlines": Row((SIGN_IN, 200, 200), owner="administrator"),
    "reports": Row(OWNERS, owner="director"),
    "public-report": Row(OWNERS, owner="director", arguments=lambda world: [2025]),
    "public-report-pdf": Row(OWNERS, owner="director", arguments=lambda world: [world.published]),
    "time-machine": Row((SIGN_IN, 404, 404), owner="administrator"),  # no demo mode here
    "radar": Row((SIGN_IN, 200, 200), owner="administrator"),
    "remind": Row(
        (SIGN_IN, 404, 302),
        owner="administrator",
        arguments=lambda world: [world.approved.number],
        post=True,
    ),
    "pass-on": Row(OWNERS, owner="administrator", arguments=lambda world: [world.approved.number]),
    "calendar": Row((SIGN_IN, 200, 200), owner="administrator"),
    "calendar-feed": Row(OPEN_TO_ALL, arguments=lambda world: [world.feed]),
    "break-glass": Row(SIGNED_IN),
    "accesses": Row(OWNERS, owner="auditor"),
    "access-review": Row(OWNERS, owner="head-w3", arguments=lambda world: [world.access.pk]),
    "access-report": Row(OWNERS, owner="director"),
    "access-report-pdf": Row(OWNERS, owner="director", arguments=lambda world: [world.access_report.pk]),
    "trail": Row(OWNERS, owner="auditor"),
    "trail_of": Row(OWNERS, owner="auditor", arguments=lambda world: [world.approved.number]),
    "anchor": Row(OWNERS, owner="auditor", arguments=lambda world: [world.anchor]),
    "trail-identity": Row(OWNERS, owner="auditor", arguments=lambda world: [world.approved.number]),
    # writing
    "new": Row(SIGNED_IN),
    "draft": Row(OWNERS, arguments=of_draft),
    "discard": Row(OWNERS, arguments=of_draft, post=True),
    "check": Row(OWNERS, arguments=of_draft),
    "hand-over": Row(OWNERS, arguments=of_draft),
    "ready": Row((SIGN_IN, 404, 302), owner="delegate-w3", arguments=of_draft, post=True),
    "copy": Row((SIGN_IN, 404, 302), arguments=lambda world: [world.approved.number], post=True),
    "attachments": Row(OWNERS, arguments=of_draft),
    "attachment-correct": Row((SIGN_IN, 404, 422), arguments=of_file, post=True),
    "attachment-remove": Row(OWNERS, arguments=of_file, post=True),
    "attachment": Row(OWNERS, arguments=lambda world: [world.consent.pk]),
    "dose-panel": Row(OWNERS, arguments=of_draft, post=True),
    "row-panel": Row(OWNERS, arguments=of_draft, post=True),
    "section": Row(OWNERS, arguments=of_section),
    "autosave": Row(OWNERS, arguments=of_section, post=True),
    "emergency": Row(OWNERS, arguments=of_draft),
    "emergency-autosave": Row(OWNERS, arguments=of_draft, post=True),
    "emergency-dose": Row(OWNERS, arguments=of_draft, post=True),
    "sent": Row(OWNERS, arguments=lambda world: [world.submitted.number]),
    # reading and acting
    "application": Row(OWNERS, arguments=lambda world: [world.approved.number]),
    "act": Row(OWNERS, arguments=act("reassess", "approved")),
    "identity": Row(OWNERS, owner="member-1", arguments=lambda world: [world.voting.number]),
    "letter": Row(OWNERS, arguments=lambda world: [world.approved.number, world.letter.pk]),
    "masking": Row(OWNERS, arguments=lambda world: [world.approved.number]),
    "events": Row(OWNERS, arguments=lambda world: [world.approved.number]),
    "event-report": Row(OWNERS, arguments=lambda world: [world.approved.number, world.event.pk]),
    # the committee's sittings
    "sittings": Row(OWNERS, owner="member-1"),
    "sitting-new": Row(OWNERS, owner="chair"),
    "sitting": Row(OWNERS, owner="pharmacist-1", arguments=lambda world: [world.sitting.number]),
    "sitting-act": Row(
        (SIGN_IN, 404, 302),
        owner="member-1",
        arguments=lambda world: [world.sitting.number, "dichiarazioni"],
        post=True,
    ),
    "minutes": Row(OWNERS, owner="director", arguments=lambda world: [world.sitting.number]),
    "minutes-sign": Row(OWNERS, owner="chair", arguments=lambda world: [world.sitting.number]),
    "minutes-pdf": Row(OWNERS, owner="member-1", arguments=lambda world: [world.minuted.number]),
    "substitutes": Row(OWNERS, owner="director"),
    "substitution-end": Row((SIGN_IN, 404, 302), owner="chair", arguments=lambda world: [1], post=True),
    # doors for machines
    "api-indication-list": Row((SIGN_IN, 200, 200)),
    "api-token": Row((400, 400, 400), post=True),  # a client's name and secret, not a session
    "api-revoke": Row((400, 400, 400), post=True),
    "clients": Row(OWNERS, owner="administrator"),
    "client-new": Row(OWNERS, owner="administrator"),
    "client": Row(OWNERS, owner="administrator", arguments=of_client),
    "client-change": Row(OWNERS, owner="administrator", arguments=of_client),
    "client-secret": Row((SIGN_IN, 404, 302), owner="administrator", arguments=of_client, post=True),
    "client-revoke": Row(OWNERS, owner="administrator", arguments=of_client),
    "mandate-end": Row(
        (SIGN_IN, 404, 302),
        owner="administrator",
        arguments=lambda world: [*of_client(world), world.client.mandates.get().pk],
        post=True,
    ),
    "webhook-new": Row(OWNERS, owner="administrator", arguments=of_client),
    "webhook": Row(OWNERS, owner="administrator", arguments=of_webhook),
    "webhook-act": Row(
        (SIGN_IN, 404, 302),
        owner="administrator",
        arguments=lambda world: [*of_webhook(world), "prova"],
        post=True,
    ),
    "delivery-again": Row(
        (SIGN_IN, 404, 302),
        owner="administrator",
        arguments=lambda world: [*of_webhook(world), world.client.endpoints.get().deliveries.first().pk],
        post=True,
    ),
    "api-indication-detail": Row((SIGN_IN, 200, 200), arguments=lambda world: ["OFT-03"]),
    # editions of the catalogue: all read them, pharmacists write, others are sent back with the reason
    "editions": Row(SIGNED_IN),
    "edition": Row(SIGNED_IN, arguments=lambda world: ["2025-2"]),
    "edition-compared": Row(SIGNED_IN, arguments=lambda world: ["2025-2"]),
    "edition-export": Row(SIGNED_IN, arguments=lambda world: ["2025-2", "xlsx"]),
    "edition-new": Row(WRITERS, owner="pharmacist-1"),
    "edition-heading": Row(WRITERS, owner="pharmacist-1", arguments=lambda world: ["next"]),
    "edition-discard": Row(WRITERS, owner="pharmacist-1", arguments=lambda world: ["next"]),
    "edition-publish": Row(WRITERS, owner="pharmacist-2", arguments=lambda world: ["next"]),
    "row-new": Row(WRITERS, owner="pharmacist-1", arguments=lambda world: ["next"]),
    "row-edit": Row(WRITERS, owner="pharmacist-1", arguments=lambda world: ["next", "OFT-03"]),
    "row-remove": Row(WRITERS, owner="pharmacist-1", arguments=lambda world: ["next", "OFT-03"]),
    "import": Row(WRITERS, owner="pharmacist-1"),
    "import-preview": Row(OWNERS, owner="pharmacist-1", arguments=lambda world: [world.upload.pk]),
    "touched": Row(OWNERS, owner="pharmacist-1", arguments=lambda world: ["2025-2"]),
    # tools
    "catalogue": Row(SIGNED_IN),
    "indication": Row(SIGNED_IN, arguments=lambda world: ["2025-2", "OFT-03"]),
    "verify": Row(OPEN_TO_ALL),
    "verify-file": Row(OPEN_TO_ALL),
    "dispensings": Row(OWNERS, owner="pharmacist-1"),
    "lots": Row(OWNERS, owner="pharmacist-1"),
    "authorisation": Row(OWNERS, arguments=of_period),
    "ledger-entry": Row(
        OWNERS, owner="pharmacist-1", arguments=lambda world: [*of_period(world), 1, "storno"]
    ),
    "cycle-report": Row(OWNERS, arguments=lambda world: [*of_period(world), 1]),
    "healthz": Row((503, 503, 503)),  # nothing has been swept here yet
    "promises": Row(OWNERS, owner="administrator"),
    "promises-again": Row((SIGN_IN, 404, 302), owner="administrator", post=True),
    "promise-again": Row(
        (SIGN_IN, 404, 302), owner="administrator", arguments=lambda world: [world.promise.pk], post=True
    ),
}
# One address, many actions: whose page each is, and on which application of the world it makes sense.
ACTS: dict[str, tuple[str, str]] = {
    "agree_emergency": ("on-call-pharmacist", "emergency"),
    "authorise_emergency": ("on-call-consultant", "emergency"),
    "decline_emergency": ("on-call-consultant", "emergency"),
    "endorse": ("head-w3", "submitted"),
    "take_charge": ("pharmacist-1", "submitted"),
    "ask": ("pharmacist-1", "voting"),
    "answer": ("prescriber-w3", "asked"),
    "refer": ("pharmacist-1", "asked"),
    "propose_inadmissible": ("pharmacist-1", "proposed"),
    "object_inadmissible": ("pharmacist-2", "proposed"),
    "declare_inadmissible": ("pharmacist-2", "proposed"),
    "appeal": ("prescriber-w3", "refused"),
    "appoint": ("director", "appealed"),
    "declare": ("member-1", "heard"),
    "vote": ("member-1", "heard"),
    "defer": ("chair", "heard"),
    "decide_urgently": ("chair", "voting"),
    "ratify": ("chair", "to_ratify"),
    "deny_ratification": ("chair", "to_ratify"),
    "approve": ("chair", "heard"),
    "reject": ("chair", "heard"),
    "withdraw": ("prescriber-w3", "submitted"),
    "record_infusion": ("prescriber-w3", "approved"),
    "reassess": ("prescriber-w3", "approved"),
    "close": ("prescriber-w3", "approved"),
    "change_dose": ("pharmacist-1", "approved"),
    "restart": ("prescriber-w3", "on_trial"),
    "follow_up": ("prescriber-w3", "refused"),
    "suspend": ("pharmacist-1", "approved"),
    "resume": ("director", "suspended"),
    "transfer": ("head-w3", "approved"),
    "revoke": ("director", "approved"),
    "hand_over": ("prescriber-w3", "asked"),
}
UNNAMED = {"favicon.ico"}


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        yield from patterns(entry) if isinstance(entry, URLResolver) else [entry]


@pytest.fixture
def world(people, catalogue) -> World:
    at = timezone.now() - timedelta(hours=20)
    approved = walk(people, Status.APPROVED, at=at)
    step = approved.steps.get(action="approve")
    document = filing.reserve("test:1", kind=Kind.APPROVAL, number="OL-1/1", at=at, by=people["chair"])
    letter = Letter.objects.create(application=approved, step=step, document=filing.file(document, b"%PDF-1"))
    asked = walk(people, Status.PHARMACY_REVIEW, person=1, at=at)
    actions.ask(asked.pk, questions=["?"], by=people["pharmacist-1"], at=at + timedelta(hours=9))
    asked.refresh_from_db()
    heard = walk(people, Status.COMMITTEE_REVIEW, person=5, at=at)
    begin_hearing(people, heard.pk, at=at + timedelta(hours=9))
    alone = walk(people, Status.COMMITTEE_REVIEW, person=6, at=at)
    alone = decided_alone(people, alone.pk, at=at + timedelta(hours=9))
    begin_hearing(people, alone.pk, at=at + timedelta(hours=10))
    promise = Promise.objects.create(key="test", job="none", arguments={}, promised_at=at, not_before=at)
    begun = draft(people, person=2)
    editor = {"by": people["pharmacist-1"], "at": at}
    drafting.start(code="next", title="Next", effective_on=at.date(), **editor)
    upload = Upload.objects.create(
        name="next.json", content=loading.read(CATALOGUE), uploaded_at=at, uploaded_by=people["pharmacist-1"]
    )
    return World(
        draft=begun,
        consent=begun.attachments.get(),
        submitted=walk(people, Status.SUBMITTED, person=3, at=at),
        asked=asked,
        voting=walk(people, Status.COMMITTEE_REVIEW, person=4, at=at),
        heard=heard,
        to_ratify=alone,
        approved=approved,
        letter=letter,
        promise=promise,
        upload=upload,
        sitting=sitting(people, at=at),
        minuted=minuted(people, at=at),
        emergency=emergencies.requested(people, at=at, person=5),
        proposed=proposed(people, at=at, person=7),
        refused=rejected(people, at=at, person=8),
        published=published(people, at=at),
        anchor=anchored(at=at),
        feed=feeds.make(by=people["administrator"], at=at),
        appealed=appealed(people, rejected(people, at=at, person=9), at=at + timedelta(hours=12)),
        suspended=suspended(people, at=at, person=10),
        period=dispensed(people, approved, at=at + timedelta(hours=10)),
        on_trial=on_trial(people, at=at, person=11),
        event=event_of(people, approved, at=at + timedelta(hours=12)),
        client=connected(people, at=at),
        access=broken_open(people, approved, at=at + timedelta(hours=12)),
        access_report=reported(people, approved, at=at + timedelta(hours=13)),
    )


def connected(people, *, at) -> Client:
    """Another system, which acts for somebody and is told what happens."""
    made, _secret = make_client(people, at=at)
    mandate(people, made, at=at)
    told = {"by": people["administrator"], "at": at}
    endpoint, _secret = webhooks.add(made, "https://his.example/", ["letter.issued"], **told)
    webhooks.try_out(endpoint, **told)
    return made


def dispensed(people, application, *, at) -> Authorisation:
    """Its period, with something in the ledger."""
    product_loading.load(product_loading.DEMO, at=at - timedelta(days=400))
    period = Authorisation.objects.get(application=application)
    told = {"product": Product.objects.first(), "lot": "PG1", "expires_on": date(2030, 1, 1)}
    handing = Handing(**told, grams=Decimal(10), on=day(at))
    dispensing.dispense(period.pk, handing, by=people["pharmacist-1"], at=at)
    return period


def published(people, *, at) -> int:
    """The public report of a year."""
    hospital = people["director"].memberships.get().unit.hospital_id
    document = filing.reserve(f"report:{hospital}:2024", kind=Kind.REPORT, number="RP", at=at, by=None)
    filing.file(document, b"%PDF-3")
    return 2024


def anchored(*, at) -> int:
    """The number of an anchor whose document is there."""
    number = anchors.anchor(day(at), at=at) or 0
    document = filing.reserve(f"anchor:{number}", kind=Kind.ANCHOR, number="AN", at=at, by=None)
    filing.file(document, b"%PDF-4")
    return number


def event_of(people, application, *, at) -> AdverseEvent:
    told = Event("Cefalea (inventata).", "mild", timezone.localdate(at))
    return events.record(application.pk, event=told, by=people["prescriber-w3"], at=at)


def broken_open(people, application, *, at) -> EmergencyAccess:
    """Over by now: whoever opened it is a stranger again."""
    told = {"ground": "consultation", "reason": "Parere richiesto dal reparto (inventato)."}
    breaking.open_with_reason(application.number, **told, by=people["prescriber-nicu"], at=at)
    return EmergencyAccess.objects.get()


def reported(people, application, *, at) -> AccessReport:
    told = {"tax_code": application.patient.tax_code, "way": "written", "requested_on": day(at)}
    report = access_reports.ask(**told, by=people["director"], at=at)
    document = filing.reserve(report.document_key, kind=Kind.ACCESS_REPORT, number="RA", at=at, by=None)
    filing.file(document, b"%PDF-4")
    return report


def sitting(people, *, at) -> Sitting:
    """A sitting that was closed: its minutes are drafted."""
    chair = {"by": people["chair"], "at": at}
    hospital = people["chair"].memberships.get().unit.hospital_id
    made = sittings.convene(hospital, mode="meeting", begins=at, applications=[], **chair)
    present = [people[name] for name in ("chair", "member-1", "member-2")]
    sittings.open_sitting(made.pk, present=present, **chair)
    return sittings.close(made.pk, **chair)


def minuted(people, *, at) -> Sitting:
    """Another one, its minutes signed and sealed."""
    at += timedelta(hours=1)
    made = sittings.sign_minutes(sitting(people, at=at).pk, by=people["chair"], at=at)
    document = filing.reserve("test:2", kind=Kind.MINUTES, number=made.number, at=at, by=people["chair"])
    made.minutes = filing.file(document, b"%PDF-2")
    made.save(update_fields=["minutes"])
    return made


def answer(client, person, address: str, *, post: bool = False) -> Any:
    """The status; "sign-in" where it leads to the page to sign in, or a form was sent and is kept there."""
    client.logout()
    if person is not None:
        client.force_login(person)
    # As a browser sends it, not as a file.
    form = {"data": "", "content_type": "application/x-www-form-urlencoded"}
    response = client.post(address, **form) if post else client.get(address)
    to = response.headers.get("Location", "")
    is_asked = to.startswith(reverse("sign-in") + "?") or response.status_code == 401
    return SIGN_IN if is_asked else response.status_code


def test_every_address_has_its_row():
    found = list(patterns(get_resolver()))
    assert {pattern.name for pattern in found if pattern.name} == set(ROWS)
    assert {str(pattern.pattern) for pattern in found if not pattern.name} == UNNAMED


def test_every_action_has_its_row():
    from approvals.urls.reading import SLUGS

    assert {action.value for action in SLUGS} == set(ACTS)


# What shows no patient's data, though its address names an application, a period or a letter: lists of
# numbers, what only acts, parts of a page that was recorded as it was opened and knows what was typed there.
SHOW_NO_FILE = {
    *("pass-on", "remind", "trail_of", "trail-identity", "access-review", "access-report-pdf"),
    *("autosave", "emergency-autosave", "dose-panel", "row-panel", "emergency-dose"),
}
ABOUT_A_FILE = re.compile(r"richieste/(?!nuova)|allegati/|autorizzazioni/|lotti/|erogazioni/")


def accesses(person) -> int:
    chains = {"chain__startswith": "application:"}
    return Entry.objects.filter(actor=person, action__in=READING, data__has_key="where", **chains).count()


@pytest.mark.django_db
def test_every_address_answers_nobody_a_stranger_and_its_owner_as_written(client, people, world):
    """And every page that shows a file says in the trail who opened it."""
    wrong = {}
    for name, row in ROWS.items():
        address = reverse(name, args=row.arguments(world))
        for who, person, expected in zip(
            ("nobody", "stranger", "owner"),
            (None, people["prescriber-w5"], people[row.owner]),
            row.expected,
            strict=True,
        ):
            before = accesses(person)
            if (got := answer(client, person, address, post=row.post)) != expected:
                wrong[f"{name} as {who}"] = got, expected
            shows = ABOUT_A_FILE.match(address[1:]) and name not in SHOW_NO_FILE | {"archive", "lots"}
            if shows and got == 200 and accesses(person) == before:
                wrong[f"{name} as {who}"] = "no access entry"
            if got == 404 and accesses(person) != before:
                wrong[f"{name} as {who}"] = "an access entry for what was not shown"
    assert wrong == {}


@pytest.mark.django_db
def test_every_action_answers_nobody_a_stranger_and_its_owner_as_written(client, people, world):
    wrong = {}
    for action, (owner, which) in ACTS.items():
        address = reverse("act", args=act(action, which)(world))
        before = accesses(people[owner])
        got = tuple(
            answer(client, person, address) for person in (None, people["prescriber-w5"], people[owner])
        )
        if got != OWNERS or accesses(people[owner]) != before + 1:
            wrong[action] = got
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["administrator", "auditor"])
def test_administrators_and_auditors_open_no_file(client, people, world, name):
    for address in (
        reverse("application", args=[world.approved.number]),
        reverse("letter", args=[world.approved.number, world.letter.pk]),
        reverse("draft", args=[world.draft.pk]),
        reverse("act", args=[world.approved.number, "reassess"]),
    ):
        assert answer(client, people[name], address) == 404
