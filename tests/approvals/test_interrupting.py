"""A treatment is suspended, resumed, passed on, revoked, or expires: who may, what it says, what follows."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import Membership
from accounts.people import day
from approvals import actions
from approvals.models import Application, Letter
from approvals.refusals import Refused
from approvals.timeline import TITLES
from approvals.workflow import Action, Status
from approvals.worth import letters_follow
from audit.models import Entry
from documents import filing
from documents.models import Document, Kind, Standing
from outbox.keeping import keep_due
from outbox.models import Promise
from tests.approvals.walk import BETTER, LATER, NOW, judged, suspended, walk
from treatments.models import Authorisation, Suspension

REASON = "Segnalazione su un lotto (inventata)."
AFTER = NOW + timedelta(days=2)


@pytest.fixture
def approved(people, catalogue):
    return walk(people, Status.APPROVED)


def live(application) -> Authorisation:
    return Authorisation.objects.live().get(application=application)


def told(application, action: str, *, mailoutbox, at=AFTER) -> set[str]:
    """Who gets a mail after that step."""
    Promise.objects.exclude(key=f"notify:{application.steps.get(action=action).pk}").delete()
    mailoutbox.clear()
    keep_due(at=at)
    return {to for mail in mailoutbox for to in mail.to}


def test_a_suspension_stays_on_record_with_its_reason(people, approved):
    actions.suspend(approved.pk, ground="shortage", reason=REASON, by=people["prescriber-w3"], at=AFTER)
    actions.resume(
        approved.pk, reason="Il prodotto è tornato disponibile.", by=people["pharmacist-2"], at=LATER
    )
    found = Suspension.objects.get()
    assert (found.ground, found.reason, found.suspended_by.username) == ("shortage", REASON, "prescriber-w3")
    assert (found.resumed_at, found.resumed_by.username) == (LATER, "pharmacist-2")
    steps = approved.steps.filter(action__in=["suspend", "resume"])
    assert [(step.source, step.target) for step in steps] == [("approved", "approved")] * 2
    assert Entry.objects.filter(chain=approved.chain, action__in=["suspend", "resume"]).count() == 2


def test_nothing_is_recorded_as_given_while_it_is_suspended(people, catalogue):
    application = suspended(people)
    with pytest.raises(Refused, match=r"sospesa \(sicurezza\)"):
        actions.record_infusion(application.pk, on=day(AFTER), by=people["prescriber-w3"], at=AFTER)


def test_a_danger_is_over_only_when_the_medical_director_says_so(people, catalogue):
    application = suspended(people)
    with pytest.raises(Refused, match="solo il direttore sanitario"):
        actions.resume(application.pk, reason=REASON, by=people["pharmacist-1"], at=AFTER)
    actions.resume(application.pk, reason=REASON, by=people["director"], at=AFTER)
    assert Suspension.objects.get().resumed_by == people["director"]


def test_it_is_not_suspended_twice(people, catalogue):
    application = suspended(people)
    with pytest.raises(Refused, match="L’autorizzazione è sospesa"):
        actions.suspend(application.pk, ground="safety", reason=REASON, by=people["director"], at=AFTER)


def test_why_must_be_said(people, approved):
    with pytest.raises(Refused, match="Indicare perché il trattamento"):
        actions.suspend(approved.pk, ground="", reason=REASON, by=people["director"], at=AFTER)
    with pytest.raises(Refused, match="almeno 20 caratteri"):
        actions.suspend(approved.pk, ground="safety", reason="Perché sì.", by=people["director"], at=AFTER)


@pytest.mark.parametrize("change", ["reason = ''", "suspended_at = now()", "ground = 'consent'"])
def test_the_database_keeps_a_suspension_as_it_was_written(people, catalogue, change):
    suspended(people)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE treatments_suspension SET {change}")


def test_those_who_treat_and_hand_out_are_told(people, catalogue, mailoutbox):
    application = suspended(people)
    mails = told(application, "suspend", mailoutbox=mailoutbox)
    assert mails == {people[name].email for name in ("prescriber-w3", "head-w3", "pharmacist-2")}


@pytest.mark.parametrize("to", ["suspend", "resume", "transfer", "revoke", "expire"])
def test_the_file_tells_each_of_it(people, catalogue, client, to):
    application = suspended(people, ground="shortage")
    match to:
        case "resume":
            actions.resume(application.pk, reason=REASON, by=people["director"], at=AFTER)
        case "transfer":
            successor = (application.unit, people["head-w3"])
            actions.transfer(
                application.pk, successor=successor, reason=REASON, by=people["head-w3"], at=AFTER
            )
        case "revoke":
            actions.revoke(application.pk, reason=REASON, by=people["director"], at=AFTER)
        case "expire":
            actions.expire(application.pk, at=NOW + timedelta(days=200))
    client.force_login(people["prescriber-w3"])
    page = client.get(reverse("application", args=[application.number])).content.decode()
    assert str(TITLES[to]) in page
    assert ("Il programma" if to == "expire" else REASON) in page


def test_the_file_shows_the_balance_and_links_to_the_ledger_for_those_who_read_it(people, catalogue, client):
    application = suspended(people)
    period = live(application)
    for who, is_linked in (("prescriber-w3", True), ("pharmacist-2", True), ("member-1", False)):
        client.force_login(people[who])
        page = client.get(reverse("application", args=[application.number])).content.decode()
        assert period.code in page
        assert (reverse("authorisation", args=[period.address]) in page) is is_linked
        assert "Sospeso" in page


def test_every_action_has_its_words():
    assert set(TITLES) == set(Action)


def colleague(people, name: str, unit) -> Membership:
    return Membership.objects.create(
        user=people[name], unit=unit, role="prescriber", from_on=day(NOW) - timedelta(days=900)
    )


def test_another_prescriber_of_the_unit_goes_on(people, approved):
    unit = approved.unit
    actions.transfer(
        approved.pk, successor=(unit, people["head-w3"]), reason=REASON, by=people["administrator"], at=AFTER
    )
    approved.refresh_from_db()
    assert live(approved).prescriber == people["head-w3"]
    assert approved.author == people["prescriber-w3"]
    # And stays, when the treatment is renewed.
    actions.reassess(approved.pk, outcome=judged(BETTER), by=people["head-w3"], at=LATER)
    assert live(approved).prescriber == people["head-w3"]


def test_another_unit_gets_the_whole_file_and_the_old_one_loses_it(people, approved):
    author, other = people["prescriber-w3"], people["prescriber-w5"]
    unit = other.memberships.get(role="prescriber").unit
    head = people["head-w3"]
    assert not Application.objects.visible_to(other, at=AFTER).filter(pk=approved.pk)
    actions.transfer(approved.pk, successor=(unit, other), reason=REASON, by=author, at=AFTER)
    assert Application.objects.visible_to(other, at=AFTER).filter(pk=approved.pk)
    assert not Application.objects.visible_to(head, at=AFTER).filter(pk=approved.pk)
    assert (live(approved).unit, live(approved).prescriber) == (unit, other)
    assert Application.objects.get(pk=approved.pk).author == other
    assert approved.steps.get(action="transfer").by == author


def test_who_judged_it_does_not_become_its_author(people, approved):
    unit = people["prescriber-w5"].memberships.get(role="prescriber").unit
    colleague(people, "head-w3", unit)
    with pytest.raises(Refused, match="ha vistato o valutato"):
        actions.transfer(
            approved.pk,
            successor=(unit, people["head-w3"]),
            reason=REASON,
            by=people["prescriber-w3"],
            at=AFTER,
        )


def test_who_does_not_prescribe_there_does_not_go_on(people, approved):
    with pytest.raises(Refused, match="non prescrive in"):
        actions.transfer(
            approved.pk,
            successor=(approved.unit, people["prescriber-w5"]),
            reason=REASON,
            by=people["prescriber-w3"],
            at=AFTER,
        )
    with pytest.raises(Refused, match="segue già"):
        successor = (approved.unit, people["prescriber-w3"])
        actions.transfer(approved.pk, successor=successor, reason=REASON, by=people["head-w3"], at=AFTER)


def letter_of(application) -> Document:
    """The letter of its approval, as the worker would have filed it."""
    step = application.steps.get(action="approve")
    document = filing.reserve("t", kind=Kind.APPROVAL, number="OL-1/1", at=step.at, by=step.by)
    Letter.objects.create(application=application, step=step, document=document)
    return document


def test_whoever_checks_the_letter_reads_that_it_is_suspended(people, approved):
    document, told = letter_of(approved), {"by": people["director"], "at": AFTER}
    actions.suspend(approved.pk, ground="safety", reason=REASON, **told)
    document.refresh_from_db()
    assert (document.standing(AFTER), document.suspended_by) == (Standing.SUSPENDED, people["director"])
    actions.resume(approved.pk, reason=REASON, **told)
    document.refresh_from_db()
    assert (document.standing(AFTER), document.suspended_at) == (Standing.VALID, None)


@pytest.mark.parametrize(("act", "standing"), [("suspend", "suspended"), ("revoke", "revoked")])
def test_a_letter_drawn_late_is_worth_no_more_than_one_drawn_in_time(people, approved, act, standing):
    why = {"reason": REASON} | ({"ground": "safety"} if act == "suspend" else {})
    getattr(actions, act)(approved.pk, **why, by=people["director"], at=AFTER)
    document = letter_of(approved)
    letters_follow(Authorisation.objects.get(application=approved))
    document.refresh_from_db()
    assert document.standing(AFTER) == standing


def test_what_is_revoked_ends_with_its_letter(people, approved, mailoutbox):
    document = letter_of(approved)
    actions.revoke(approved.pk, reason=REASON, by=people["director"], at=AFTER)
    period = Authorisation.objects.get(application=approved)
    assert (period.verdict, period.settled_by) == ("revoked", people["director"])
    document.refresh_from_db()
    assert (document.revoked_at, document.valid_until) == (AFTER, day(AFTER))
    assert Application.objects.get(pk=approved.pk).status == Status.REVOKED
    mails = told(approved, "revoke", mailoutbox=mailoutbox)
    assert mails == {
        people[name].email for name in ("prescriber-w3", "head-w3", "pharmacist-1", "pharmacist-2")
    }


def test_nobody_but_the_medical_director_revokes(people, approved):
    with pytest.raises(Refused, match="solo il direttore sanitario"):
        actions.revoke(approved.pk, reason=REASON, by=people["chair"], at=AFTER)


def test_what_nobody_reassesses_expires_thirty_days_after_it_was_due(people, approved):
    due = live(approved).due_on
    late = NOW + (due - day(NOW)) + timedelta(days=29)
    assert not actions.expire(approved.pk, at=late)
    assert Application.objects.get(pk=approved.pk).status == Status.APPROVED
    assert actions.expire(approved.pk, at=late + timedelta(days=1))
    assert Application.objects.get(pk=approved.pk).status == Status.EXPIRED
    assert Authorisation.objects.get(application=approved).verdict == "expired"
    # Another worker, a moment later.
    assert not actions.expire(approved.pk, at=late + timedelta(days=1))
    assert approved.steps.filter(action="expire").count() == 1


def test_what_was_reassessed_meanwhile_does_not_expire(people, approved):
    actions.reassess(approved.pk, outcome=judged(BETTER), by=people["prescriber-w3"], at=LATER)
    assert not actions.expire(approved.pk, at=LATER + timedelta(days=40))
