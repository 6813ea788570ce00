"""Consent, masking, who else is to know."""

import pytest

from approvals import pseudonyms, sections, snapshots, summaries
from approvals.sections.consent import ConsentForm
from tests.approvals.answers import AT, make_catalogue, make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(people):
    make_catalogue()
    return people["prescriber-w3"]


def lacks(author, code="EMA-01", **consent):
    application = make_draft(author, code, consent=consent)
    return {one.field for one in sections.shortcomings(application, at=AT) if one.section == "consent"}


@pytest.mark.parametrize(
    "name", ["off_label_consent", "plasma_consent", "consent_on", "conflict_of_interest", "responsibility"]
)
def test_the_submission_wants_consent_and_declarations(author, name):
    assert name in lacks(author, **{name: ""})


@pytest.mark.parametrize("name", ["masking_requested", "others_to_inform"])
def test_masking_and_others_to_inform_may_stay_empty(author, name):
    assert name not in lacks(author, **{name: ""})


def test_a_refused_consent_is_kept_in_a_draft(author):
    form = sections.bind("consent", make_draft(author), at=AT, data={"off_label_consent": "refused"})
    assert not form.errors


def parts_of(content):
    return {part.slug: [row.key for row in part.rows] for part in summaries.parts(content)}


@pytest.mark.parametrize("asked", ["yes", "no"])
def test_the_committee_does_not_see_whether_masking_was_asked_for(author, asked):
    """Neither the answer nor that there was one: a blank line would say it."""
    told = {"masking_requested": asked, "others_to_inform": "Dott. Ugo Noto, medico di famiglia"}
    content = snapshots.content(make_draft(author, consent=told), at=AT)
    silent = snapshots.content(make_draft(author), at=AT)
    assert content["consent"]["masking_requested"] is (asked == "yes")
    hidden = pseudonyms.hide(content, pseudonyms.eraser(content))
    assert parts_of(hidden) == parts_of(pseudonyms.hide(silent, pseudonyms.eraser(silent)))
    assert "Noto" not in str(hidden)
    assert "masking_requested" in parts_of(content)["consent"]


def test_a_change_of_the_masking_is_no_change_for_the_committee(author):
    hide = pseudonyms.hide
    before, after = (
        snapshots.content(make_draft(author, consent={"masking_requested": asked}), at=AT)
        for asked in ("no", "yes")
    )
    assert snapshots.changes(before, after)
    erase = pseudonyms.eraser(before, after)
    assert not snapshots.changes(hide(before, erase), hide(after, erase))


def test_the_names_of_the_parents_are_taken_out_of_every_text(author):
    told = {"guardian": "Carla Inventata e Piero Fittizio (genitori)"}
    application = make_draft(author, "PED-03", consent=told)
    content = snapshots.content(application, at=AT)
    content["justification"]["no_alternative"] += " La madre, Carla Inventata, e i genitori concordano."
    hidden = pseudonyms.hide(content, pseudonyms.eraser(content))
    assert not any(name in str(hidden) for name in ("Carla", "Inventata,", "Piero"))
    assert "i genitori concordano" in hidden["justification"]["no_alternative"]


def test_a_guardian_named_by_role_erases_no_word(author):
    content = snapshots.content(make_draft(author, "PED-03"), at=AT)
    assert content["consent"]["guardian"] == "Entrambi i genitori"
    assert pseudonyms.eraser(content)("Entrambi i genitori concordano.") == "Entrambi i genitori concordano."


def test_every_question_of_the_consent_is_hidden_or_says_nothing_of_persons():
    shown = {
        *("off_label_consent", "plasma_consent", "consent_on"),
        *("conflict_of_interest", "conflict_details", "responsibility"),
    }
    assert set(ConsentForm.base_fields) == shown | set(pseudonyms.IDENTIFYING["consent"])
