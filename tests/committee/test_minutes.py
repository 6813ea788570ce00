"""Minutes: drafted by the program, completed and signed by the chair, sealed and filed, handed out."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from approvals import actions as applications
from audit.models import Entry
from committee import actions, minutes_letter
from committee.models import Item, Sitting
from committee.workflow import Status
from documents import letters as letters_as_paper
from documents.models import Kind
from outbox.keeping import keep_due
from outbox.models import Promise
from tests.approvals.walk import REFUSAL, declare
from tests.committee.test_sitting_pages import cast, text
from tests.documents.fixtures import pki, seal_keys, tsa_url
from tests.people import PASSWORD

__all__ = ["pki", "seal_keys", "tsa_url"]


def minutes_of(sitting, more: str = "") -> str:
    return f"/sedute/{sitting.number}/verbale/{more}"


@pytest.fixture
def closed(committee):
    """A sitting that authorised one, refused one, put one off and did not reach the last."""
    found = [committee.waits() for _ in range(4)]
    sitting = committee.opened(*found)
    people, now = committee.people, timezone.now
    items = list(sitting.items.select_related("application"))
    declare(people, items[0].application_id, "member-3", at=now(), conflict="Consulente.")
    committee.heard(sitting, items[0])
    cast(committee, items[0].application, chair="approve", member_1="conditions", member_2="approve")
    told = {"conditions": "Emocromo al giorno 7.", "by": committee.chair}
    applications.approve(items[0].application_id, **told, at=now())
    committee.heard(sitting, items[1])
    cast(committee, items[1].application, chair="reject", member_1="reject", member_2="reject")
    reasons = REFUSAL | {"reasons": f"{surname(items[1])} non ha provato la terapia di riferimento."}
    applications.reject(items[1].application_id, **reasons, by=committee.chair, at=now())
    committee.heard(sitting, items[2])
    until = timezone.localdate() + timedelta(days=7)
    applications.defer(
        items[2].application_id, reason="Manca l'esame.", until=until, by=committee.chair, at=now()
    )
    return actions.close(sitting.pk, by=committee.chair, at=now())


def surname(item) -> str:
    return item.application.snapshot.content["patient"]["surname"]


def signed(committee, sitting) -> Sitting:
    return actions.sign_minutes(sitting.pk, by=committee.chair, at=timezone.now())


def test_minutes_exist_once_the_sitting_is_closed(committee, read):
    sitting = committee.opened(committee.waits())
    read("chair", minutes_of(sitting), 404)
    actions.close(sitting.pk, by=committee.chair, at=timezone.now())
    read("chair", minutes_of(sitting))


def test_the_draft_tells_what_happened(closed, read):
    told = text(read("member-1", minutes_of(closed)))
    for sentence in (
        "3 in favour (1 with conditions), 0 against",
        "Dott. Luca Testa (declared a conflict of interest)",
        "Emocromo al giorno 7.",
        "Not authorised",
        "Deferred",
        "Not reached: it waits for another sitting.",
        "A draft: the chair has not signed it yet.",
    ):
        assert sentence in told


def test_nobody_learns_from_minutes_who_a_patient_is(committee, closed, read):
    items = list(closed.items.select_related("application"))
    notes = {items[0].pk: f"Discusso il caso {surname(items[0])}."}
    remarks = f"Il caso {surname(items[1])} torna."
    about = {"remarks": remarks, "notes": notes, "by": committee.chair, "at": timezone.now()}
    actions.write_minutes(closed.pk, **about)
    told = text(read("member-1", minutes_of(closed)))
    sitting = Sitting.objects.get(pk=closed.pk)
    document = str(minutes_letter.compose(sitting, reserved(sitting)))
    for item in items:
        assert surname(item) not in told
        assert f"caso {surname(item)}" not in document
    assert "[…] non ha provato la terapia" in told
    assert "[…] non ha provato la terapia" in document
    assert "Il caso […] torna." in document


def reserved(sitting):
    from documents.filing import reserve

    return reserve("test", kind=Kind.MINUTES, number=sitting.number, at=sitting.closed_at, by=None)


def test_the_chair_adds_remarks_and_notes_item_by_item(committee, closed, read, send):
    first, *others = closed.items.all()
    notes = {f"note_{item.pk}": "" for item in others}
    told = {
        f"note_{first.pk}": "Discussione breve.",
        **notes,
        "remarks": "Nessuna.",
        "version": closed.version,
    }
    answer = send("chair", minutes_of(closed), **told)
    assert answer.headers["Location"] == minutes_of(closed)
    assert Item.objects.get(pk=first.pk).note == "Discussione breve."
    assert "Nessuna." in text(read("member-1", minutes_of(closed)))
    again = send("chair", minutes_of(closed), **told | {"version": closed.version + 1, "preview": 1})
    assert again.headers["Location"] == minutes_of(closed, "firma/")


def test_two_windows_on_the_minutes_lose_nothing(committee, closed, send):
    actions.write_minutes(closed.pk, remarks="Prima.", notes={}, by=committee.chair, at=timezone.now())
    notes = {f"note_{item.pk}": "" for item in closed.items.all()}
    answer = send("chair", minutes_of(closed), 409, **notes, remarks="Seconda.", version=closed.version)
    assert "The sitting has changed meanwhile" in text(answer)
    assert "Seconda." in text(answer)
    assert Sitting.objects.get().remarks == "Prima."


def test_only_the_chair_writes_and_signs(closed, read, send):
    for name in ("member-1", "pharmacist-1", "director"):
        assert read(name, minutes_of(closed)).context["form"] is None
        read(name, minutes_of(closed, "firma/"), 404)
        send(name, minutes_of(closed, "firma/"), 404, password=PASSWORD, version=closed.version)
    notes = {f"note_{item.pk}": "" for item in closed.items.all()}
    answer = send("member-1", minutes_of(closed), 409, **notes, remarks="Mia.", version=closed.version)
    assert "Only the chair of the committee may do this." in text(answer)


def test_the_signature_wants_the_password(closed, read, send):
    told = text(read("chair", minutes_of(closed, "firma/")))
    assert "3 in favour (1 with conditions), 0 against" in told
    for password, sentence in (("", "Enter your password"), ("sbagliata", "The password is not right")):
        answer = send("chair", minutes_of(closed, "firma/"), 422, password=password, version=closed.version)
        assert sentence in text(answer)
    for _ in range(2):  # the second is a double click
        send("chair", minutes_of(closed, "firma/"), password=PASSWORD, version=closed.version)
    assert Sitting.objects.get().status == Status.MINUTED
    assert Promise.objects.filter(job="issue_minutes").count() == 1


def test_nobody_signs_what_they_have_not_read(committee, closed, send):
    actions.write_minutes(closed.pk, remarks="Aggiunta.", notes={}, by=committee.chair, at=timezone.now())
    answer = send("chair", minutes_of(closed, "firma/"), 409, password=PASSWORD, version=closed.version)
    assert "The sitting has changed meanwhile" in text(answer)
    assert "Aggiunta." in text(answer)
    assert Sitting.objects.get().status == Status.CLOSED


def test_signed_minutes_are_sealed_filed_and_handed_out(committee, closed, read, send, seal_keys):
    signed(committee, closed)
    told = read("member-1", minutes_of(closed))
    assert "The minutes are being sealed" in text(told)
    read("member-1", minutes_of(closed, "pdf/"), 404)
    keep_due(at=timezone.now())
    document = Sitting.objects.get().minutes
    assert (document.number, document.kind) == (closed.number, Kind.MINUTES)
    told = read("member-1", minutes_of(closed))
    assert told.context["form"] is None
    assert document.sha256 in text(told)
    answer = read("member-1", minutes_of(closed, "pdf/"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert document.filename in answer.headers["Content-Disposition"]
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) >= 1
    entry = Entry.objects.get(chain=closed.chain, action="minutes_downloaded")
    assert entry.actor_id == committee.people["member-1"].pk
    send("chair", minutes_of(closed), 409, remarks="Tardi.", version=closed.version + 1)
    read("prescriber-w3", minutes_of(closed, "pdf/"), 404)


def test_minutes_are_issued_once_however_often_the_job_runs(committee, closed, seal_keys):
    signed(committee, closed)
    keep_due(at=timezone.now())
    first = Sitting.objects.get().minutes
    promise = Promise.objects.get(job="issue_minutes")
    from committee.jobs import issue_minutes

    issue_minutes(key=promise.key, at=timezone.now(), **promise.arguments)
    assert Sitting.objects.get().minutes == first


def test_the_letter_is_in_the_hospitals_language_whoever_signed(committee, closed):
    with translation.override("en"):
        letter = minutes_letter.compose(closed, reserved(closed))
    assert letter.language == "it"
    assert letter.title == "Verbale della commissione"


def test_the_letter_says_who_was_there_how_it_ended_and_when_it_was_signed(committee, closed):
    sitting = signed(committee, closed)
    letter = minutes_letter.compose(Sitting.objects.get(pk=sitting.pk), reserved(sitting))
    assert letter.summary.startswith("Componenti presenti all’apertura: 4 su 4. 4 richieste")
    assert "Non trattato: 1" in letter.summary
    assert letter.closing[0].startswith("Letto e firmato il ")
    headings = [section.heading for section in letter.sections]
    assert [heading[:2] for heading in headings[1:]] == ["1.", "2.", "3.", "4."]
    with pikepdf.open(BytesIO(letters_as_paper.draw(letter))) as pdf:
        assert len(pdf.pages) == 2


def queries(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_minutes_take_as_many_queries_for_twelve_items_as_for_three(committee, client):
    client.force_login(committee.chair)
    counts = []
    for many in (3, 12):
        sitting = committee.opened(*[committee.waits() for _ in range(many)])
        for item in sitting.items.all():
            committee.heard(sitting, item)
            cast(committee, item.application, chair="approve", member_1="approve", member_2="approve")
            applications.approve(item.application_id, by=committee.chair, at=timezone.now())
        actions.close(sitting.pk, by=committee.chair, at=timezone.now())
        counts.append(queries(client, minutes_of(sitting)))
    assert counts[0] == counts[1]
    assert counts[0] <= 13


# ── Who is told ─────────────────────────────────────────────────────────────────────────────────────────


def told_by_mail() -> dict[str, list[str]]:
    """Subjects by recipient; the letters' own mails left out."""
    found: dict[str, list[str]] = {}
    for one in mail.outbox:
        if one.subject.startswith("S-"):
            found.setdefault(one.to[0], []).append(one.subject.partition(": ")[2])
    return found


def address_of(committee, *names: str) -> set[str]:
    return {committee.people[name].email for name in names}


MEMBERS = ("member-1", "member-2", "member-3")


def test_the_members_are_told_of_each_turn_and_never_of_a_patient(committee, seal_keys):
    application = committee.waits()
    patient = application.snapshot.content["patient"]
    sitting = committee.meeting(application, place="Sala B")
    keep_due(at=timezone.now())
    assert set(told_by_mail()) == address_of(committee, *MEMBERS)  # who convened it knows
    mail.outbox.clear()
    actions.cancel(sitting.pk, reason="Sciopero.", by=committee.chair, at=timezone.now())
    keep_due(at=timezone.now())
    assert set(told_by_mail()) == address_of(committee, *MEMBERS)
    assert all(sitting.number in one.subject for one in mail.outbox)
    virtual = committee.virtual(application)
    actions.open_sitting(virtual.pk, by=committee.chair, at=timezone.now())
    keep_due(at=timezone.now())
    for one in mail.outbox:
        for secret in (patient["surname"], patient["tax_code"], application.number, "Sciopero"):
            assert secret not in one.subject + one.body
        assert "/sedute/S-" in one.body
    asked = [one for one in mail.outbox if virtual.number in one.subject]
    assert len(asked) == 2 * len(MEMBERS)  # invited, and asked to vote


def test_signed_minutes_are_told_after_they_are_sealed(committee, closed, seal_keys):
    keep_due(at=timezone.now())
    mail.outbox.clear()
    signed(committee, closed)
    keep_due(at=timezone.now())
    told = told_by_mail()
    assert set(told) == address_of(committee, *MEMBERS)
    assert Sitting.objects.get().minutes is not None


def test_a_substitute_is_invited_in_the_members_stead(committee):
    today = timezone.localdate()
    actions.substitute(
        committee.people["member-3"].memberships.get(),
        user=committee.people["head-nicu"],
        from_on=today,
        to_on=today + timedelta(days=9),
        reason="Ferie.",
        by=committee.chair,
        at=timezone.now(),
    )
    committee.meeting(committee.waits())
    keep_due(at=timezone.now())
    assert set(told_by_mail()) == address_of(committee, "member-1", "member-2", "head-nicu")


def test_a_mail_that_came_too_late_is_not_sent(committee):
    sitting = committee.meeting(committee.waits())
    actions.cancel(sitting.pk, reason="Sciopero.", by=committee.chair, at=timezone.now())
    keep_due(at=timezone.now())
    assert set(told_by_mail()) == address_of(committee, *MEMBERS)
    assert all(len(subjects) == 1 for subjects in told_by_mail().values())
