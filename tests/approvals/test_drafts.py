"""Saving what is typed, as typed, for its author only; two windows; what cannot be stored."""

import pytest

from approvals import drafts, snapshots
from approvals.models import Application
from approvals.refusals import Refused
from tests.approvals.answers import AT, make_catalogue, make_draft
from tests.approvals.walk import NOW, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(people):
    make_catalogue()
    return people["prescriber-w3"]


@pytest.fixture
def draft(author):
    return make_draft(author)


def save(draft, slug, data, *, by=None, seen=None):
    return drafts.save_section(draft.pk, slug, data, by=by or draft.author, at=AT, seen=seen)


def stored(draft, slug):
    return Application.objects.get(pk=draft.pk).answers[slug]


def window(draft, slug, name="a"):
    return drafts.Seen(name, drafts.fingerprint(Application.objects.get(pk=draft.pk), slug))


def test_answers_are_kept_as_typed_wrong_ones_too(draft):
    save(draft, "dose", {"weight_kg": "82,50 ", "days": "molti"})
    assert stored(draft, "dose") == {"weight_kg": "82,50 ", "days": "molti"}


def test_only_the_fields_of_the_section_are_kept(draft):
    save(draft, "outcome", {"measure": "Hb", "status": "approved", "csrfmiddlewaretoken": "x"})
    assert stored(draft, "outcome") == {"measure": "Hb"}


def test_the_other_sections_stay(draft):
    before = stored(draft, "consent")
    save(draft, "outcome", {"measure": "Hb"})
    assert stored(draft, "consent") == before


def test_saving_says_who_and_when_and_is_no_step(draft):
    saved = save(draft, "outcome", {"measure": "Hb"})
    assert (saved.saved_at, saved.saved_by, saved.version) == (AT, draft.author, 0)
    assert not saved.steps.exists()


def test_nobody_but_the_author_writes(draft, people):
    for other in (people["prescriber-w5"], people["head-w3"]):
        with pytest.raises(Refused):
            save(draft, "outcome", {"measure": "x"}, by=other)
    assert stored(draft, "outcome")["measure"] != "x"


def test_a_draft_is_started_only_where_one_prescribes(people):
    unit = people["prescriber-w3"].memberships.get(role="prescriber").unit
    with pytest.raises(Refused):
        drafts.start(by=people["prescriber-w5"], unit=unit, at=AT)


@pytest.mark.parametrize("text", ["a\x00b", "x" * 10_001, "\ud800"])
def test_what_cannot_be_stored_is_refused_and_nothing_is_written(draft, text):
    before = stored(draft, "justification")
    with pytest.raises(Refused):
        save(draft, "justification", {"no_alternative": text})
    assert stored(draft, "justification") == before


def test_strange_letters_come_back_as_they_went(draft):
    strange = "𝕬 \u202e é e\u0301 👩‍⚕️ \x01"
    save(draft, "justification", {"no_alternative": strange})
    assert stored(draft, "justification")["no_alternative"] == strange


def test_a_second_window_with_other_answers_conflicts_and_shows_what_is_stored(draft):
    first, second = window(draft, "outcome", "a"), window(draft, "outcome", "b")
    save(draft, "outcome", {"measure": "Hb"}, seen=first)
    with pytest.raises(drafts.Conflict) as conflict:
        save(draft, "outcome", {"measure": "Reticolociti"}, seen=second)
    assert conflict.value.theirs == {"measure": "Hb"}
    assert stored(draft, "outcome") == {"measure": "Hb"}


def test_a_second_window_with_the_same_answers_does_not_conflict(draft):
    first, second = window(draft, "outcome", "a"), window(draft, "outcome", "b")
    save(draft, "outcome", {"measure": "Hb"}, seen=first)
    save(draft, "outcome", {"measure": "Hb"}, seen=second)


def test_a_window_never_conflicts_with_its_own_autosave(draft):
    seen = window(draft, "outcome")
    save(draft, "outcome", {"measure": "H"}, seen=seen)
    save(draft, "outcome", {"measure": "Hb"}, seen=seen)
    assert stored(draft, "outcome") == {"measure": "Hb"}


def test_windows_on_different_sections_do_not_conflict(draft):
    outcome, consent = window(draft, "outcome", "a"), window(draft, "consent", "b")
    save(draft, "outcome", {"measure": "Hb"}, seen=outcome)
    save(draft, "consent", {"plasma_consent": "refused"}, seen=consent)


def test_a_draft_is_discarded_by_its_author_only(draft, people):
    with pytest.raises(Refused):
        drafts.discard(draft.pk, by=people["head-w3"], at=AT)
    drafts.discard(draft.pk, by=draft.author, at=AT)
    assert not Application.objects.filter(pk=draft.pk).exists()


# After submission


@pytest.fixture
def questioned(people, catalogue):
    from approvals import actions

    application = walk(people, "pharmacy_review")
    pharmacist = application.taken_by
    return actions.ask(application.pk, questions=["Perché?"], by=pharmacist, at=NOW)


def test_what_was_sent_can_no_longer_be_written(people, catalogue):
    sent = walk(people, "submitted")
    with pytest.raises(Refused):
        save(sent, "outcome", {"measure": "x"})
    with pytest.raises(Refused):
        drafts.discard(sent.pk, by=sent.author, at=NOW)


def test_while_answering_the_form_is_written_again_but_patient_and_row_stay(questioned):
    before = questioned.answers
    changed = {**before["patient"], "surname": "Altra", "tax_code": ""}
    drafts.save_section(questioned.pk, "patient", changed, by=questioned.author, at=NOW)
    row = {**before["indication"], "indication": "EMA-01", "diagnosis": "Più precisa"}
    drafts.save_section(questioned.pk, "indication", row, by=questioned.author, at=NOW)
    assert stored(questioned, "patient") == before["patient"]
    after = stored(questioned, "indication")
    assert after["indication"] == before["indication"]["indication"]
    assert after["diagnosis"] == "Più precisa"


def test_what_changed_while_answering_is_told_in_words(questioned):
    before = questioned.snapshot.content
    dose = {**questioned.answers["dose"], "days": "4"}
    saved = drafts.save_section(questioned.pk, "dose", dose, by=questioned.author, at=NOW)
    changed = {
        (one.section, one.label): one for one in snapshots.changes(before, snapshots.content(saved, at=NOW))
    }
    days = next(one for (section, _label), one in changed.items() if (one.before, one.after) == ("5", "4"))
    assert days.section == "dose"
    assert all(section == "dose" for section, _label in changed)


def test_a_content_does_not_differ_from_itself(questioned):
    content = questioned.snapshot.content
    assert snapshots.changes(content, content) == []
