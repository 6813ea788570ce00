"""Every address and every action: whose page it is, and what nobody, a stranger and the owner get there.

test_urls.py calls them all as written here, test_matrix.py in every role. A new address without a row fails.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver
from django.utils import timezone

from accounts import claims, delegating
from accounts.models import ClaimsStop, Membership, User
from tests.world import World

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
    arguments: Callable[[World], list[Any]] = lambda world: []
    post: bool = False


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
    "record_discharge": ("prescriber-w3", "approved"),
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


def patterns(resolver: URLResolver, *, doors: bool = False) -> Iterator[URLPattern]:
    """The pages; or, with `doors`, the doors for machines, whose names are their own ("api:…")."""
    for entry in resolver.url_patterns:
        if not isinstance(entry, URLResolver):
            yield from [] if doors else [entry]
        elif entry.namespace == "api":
            yield from entry.url_patterns if doors else []
        else:
            yield from patterns(entry, doors=doors)
