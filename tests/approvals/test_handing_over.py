"""Handing a form over: to whom, by whom, and what the new author has to state anew."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role
from approvals import actions, drafts, jobs, notices, voting
from approvals.models import Application
from approvals.permissions import why_not
from approvals.refusals import Refused
from approvals.workflow import Action, Status
from audit.models import Entry
from outbox.models import Promise
from tests.approvals.walk import NOW, draft, walk

pytestmark = pytest.mark.usefixtures("catalogue")
REASON = "In ferie fino a venerdì."


@pytest.fixture
def colleague(people):
    """A second prescriber of ward 3 who heads nothing."""
    user = people["member-2"]
    unit = people["prescriber-w3"].memberships.get().unit
    Membership.objects.create(
        user=user, unit=unit, role=Role.PRESCRIBER, from_on=NOW.date().replace(year=2020)
    )
    return user


@pytest.fixture
def asked(people):
    application = walk(people, Status.PHARMACY_REVIEW)
    return actions.ask(application.pk, questions=["Quale dose?"], by=people["pharmacist-1"], at=NOW)


def give(application, to, *, by=None, reason=REASON):
    return drafts.hand_over(application.pk, colleague=to, reason=reason, by=by or application.author, at=NOW)


def pass_on(application, to, *, by=None, reason=REASON):
    return actions.hand_over(application.pk, colleague=to, reason=reason, by=by or application.author, at=NOW)


def fields(attempt) -> list[str]:
    with pytest.raises(Refused) as refusal:
        attempt()
    return [one.field for one in refusal.value.shortcomings]


def test_a_draft_gets_a_new_author_who_alone_signs_it(people, colleague):
    own = draft(people)
    former = own.author
    given = give(own, colleague)
    assert (given.author, given.status, given.version) == (colleague, Status.DRAFT, 0)
    assert why_not(former, Action.SUBMIT, given, at=NOW)
    assert not drafts.may_write(former, given, at=NOW)
    drafts.save_section(own.pk, "outcome", own.answers["outcome"], by=colleague, at=NOW)


def test_what_the_former_author_stated_does_not_pass_on(people, colleague):
    given = give(draft(people), colleague)
    for slug, names in drafts.STATED.items():
        assert not set(names) & set(given.answers[slug])
    with pytest.raises(Refused) as refusal:
        actions.submit(given.pk, by=colleague, at=NOW)
    assert "responsibility" in {one.field for one in refusal.value.shortcomings}


def test_a_draft_handed_over_leaves_its_entry_in_the_trail_without_the_reason(people, colleague):
    own = draft(people)
    give(own, colleague)
    entry = Entry.objects.get(chain=own.chain, action="hand_over")
    assert entry.data == {"from": own.author_id, "to": colleague.pk}


def test_the_new_author_reads_who_and_why(people, colleague):
    own = draft(people)
    give(own, colleague)
    client = Client()
    client.force_login(colleague)
    page = client.get(reverse("draft", args=[own.pk])).content.decode()
    assert REASON in page and people["prescriber-w3"].signature in page


def test_the_head_of_unit_hands_over_where_the_author_is_away(people, colleague):
    assert give(draft(people), colleague, by=people["head-w3"]).author == colleague


@pytest.mark.parametrize("name", ["prescriber-w5", "delegate-w3", "pharmacist-1", "director", "member-2"])
def test_nobody_else_hands_over(people, colleague, name):
    with pytest.raises(Refused):
        give(draft(people), people["head-w3"], by=people[name])


@pytest.mark.parametrize("name", ["prescriber-w5", "delegate-w3", "prescriber-w3"])
def test_only_another_prescriber_of_the_unit_takes_over(people, name):
    assert fields(lambda: give(draft(people), people[name])) == ["colleague"]


def test_a_reason_is_wanted(people, colleague):
    assert fields(lambda: give(draft(people), colleague, reason="  ")) == ["reason"]
    assert fields(lambda: give(draft(people), None)) == ["colleague"]


def test_what_was_sent_without_questions_is_not_handed_over(people, colleague):
    sent = walk(people, Status.SUBMITTED)
    with pytest.raises(Refused):
        give(sent, colleague)
    with pytest.raises(Refused):
        pass_on(sent, colleague)


def test_under_questions_the_new_author_answers_and_takes_the_responsibility_anew(people, colleague, asked):
    pass_on(asked, colleague)
    asked.refresh_from_db()
    step = asked.last_step
    assert (asked.author, asked.status) == (colleague, Status.INFORMATION_REQUESTED)
    assert (step.action, step.by.username) == ("hand_over", "prescriber-w3")
    assert REASON in step.comment and colleague.signature in step.comment
    assert fields(lambda: actions.answer(asked.pk, answers={1: "5 giorni."}, by=colleague, at=NOW)) == [
        "conflict_of_interest",
        "responsibility",
    ]
    stated = {**asked.answers["consent"], "conflict_of_interest": "none", "responsibility": "yes"}
    drafts.save_section(asked.pk, "consent", stated, by=colleague, at=NOW)
    actions.answer(asked.pk, answers={1: "5 giorni."}, by=colleague, at=NOW)
    answered = Application.objects.get(pk=asked.pk)
    assert answered.snapshot.frozen_by == colleague
    assert answered.submitted_by.username == "prescriber-w3"


def test_what_was_sent_before_stays_as_it_was_signed(people, colleague, asked):
    before = asked.snapshot.content
    pass_on(asked, colleague)
    asked.refresh_from_db()
    assert asked.snapshots.get().content == before


def test_the_new_author_is_told_by_number_only(people, colleague, asked):
    pass_on(asked, colleague)
    step = jobs.get_step(asked.steps.latest("sequence").pk)
    assert notices.recipients(step) == [colleague]
    jobs.mail_notice(key="x", at=NOW, step=step.pk, user=colleague.pk)
    (sent,) = mail.outbox
    assert asked.number in sent.subject and REASON not in sent.body
    assert asked.answers["patient"]["surname"].lower() not in sent.body.lower()


def test_who_endorsed_reviewed_or_voted_does_not_become_the_author(people, asked):
    assert asked.endorsed_by == people["head-w3"]
    assert fields(lambda: pass_on(asked, people["head-w3"])) == ["colleague"]
    unit = asked.unit
    for name in ("pharmacist-1",):
        Membership.objects.create(
            user=people[name], unit=unit, role=Role.PRESCRIBER, from_on=NOW.date().replace(year=2020)
        )
        assert fields(lambda name=name: pass_on(asked, people[name])) == ["colleague"]


def test_former_and_new_author_are_both_kept_from_judging(people, colleague, asked):
    """The new author sits on the committee, the former one heads the unit since: neither judges it."""
    pass_on(asked, colleague)
    asked = Application.objects.get(pk=asked.pk)
    seat = voting.seat(colleague, asked, at=NOW)
    assert seat.recusal
    former = people["prescriber-w3"]
    Membership.objects.create(
        user=former, unit=asked.unit, role=Role.CHAIR, from_on=NOW.date().replace(year=2020)
    )
    asked = Application.objects.get(pk=asked.pk)
    assert voting.seat(former, asked, at=NOW).recusal


def test_a_draft_handed_over_is_not_endorsed_by_its_new_author(people):
    given = give(draft(people), people["head-w3"])
    stated = {**given.answers["consent"], "conflict_of_interest": "none", "responsibility": "yes"}
    drafts.save_section(given.pk, "consent", stated, by=people["head-w3"], at=NOW)
    sent = actions.submit(given.pk, by=people["head-w3"], at=NOW)
    assert why_not(people["head-w3"], Action.ENDORSE, sent, at=NOW)
    assert not why_not(people["director"], Action.ENDORSE, sent, at=NOW)


def test_the_page_hands_a_draft_over(people, colleague):
    own = draft(people)
    client = Client()
    client.force_login(own.author)
    address = reverse("hand-over", args=[own.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"colleague": "", "reason": ""}).status_code == 422
    assert client.post(address, {"colleague": "999999", "reason": REASON}).status_code == 422
    answer = client.post(address, {"colleague": str(colleague.pk), "reason": REASON})
    assert answer.url == reverse("worklist")
    assert Application.objects.get(pk=own.pk).author == colleague
    assert Promise.objects.get(job="mail_draft").arguments["user"] == colleague.pk


def test_the_head_who_does_not_write_a_draft_is_led_to_handing_it_over(people):
    own = draft(people)
    client = Client()
    client.force_login(people["head-w3"])
    assert client.get(reverse("draft", args=[own.pk])).url == reverse("hand-over", args=[own.pk])
    assert client.get(reverse("section", args=[own.pk, "patient"])).status_code == 404


def test_the_page_of_the_action_hands_an_application_over(people, colleague, asked):
    client = Client()
    client.force_login(asked.author)
    address = reverse("act", args=[asked.number, "hand_over"])
    assert client.get(address).status_code == 200
    data = {"colleague": str(colleague.pk), "reason": REASON, "version": asked.version}
    assert client.post(address, data).status_code == 302
    assert Application.objects.get(pk=asked.pk).author == colleague
