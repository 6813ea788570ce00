"""One application in each state, and what pages show beside them: where the addresses point."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.people import day
from api.models import Client
from api.webhooks import managing as webhooks
from approvals import access_reports, actions, breaking, events
from approvals.models import AccessReport, EmergencyAccess, Letter
from approvals.reassessing import Event
from approvals.workflow import Status
from audit import anchors
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
    decided_alone,
    draft,
    on_trial,
    proposed,
    rejected,
    suspended,
    walk,
)
from tests.approvals.walk import heard as begin_hearing
from treatments import dispensing, feeds
from treatments.dispensing_rules import Handing
from treatments.models import AdverseEvent, Authorisation


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
