"""What a file is, by its content alone: what is let in, and what is refused in words."""

import pytest

from approvals import attachments
from approvals.examining import Finding, examine
from approvals.refusals import Refused
from tests.approvals import files


@pytest.mark.parametrize("what", files.FINE)
def test_harmless_files_are_known_for_what_they_are(what):
    data, content_type = files.FINE[what]
    assert attachments.examined(data) == content_type


@pytest.mark.parametrize("what", files.FORGED)
def test_whatever_else_it_is_it_is_refused(what):
    with pytest.raises(Refused):
        attachments.examined(files.FORGED[what])


@pytest.mark.parametrize(
    ("what", "finding"),
    [
        ("a page with a PDF in it", Finding.UNKNOWN),
        ("the beginning of a PDF", Finding.DAMAGED),
        ("half a photograph", Finding.DAMAGED),
        ("a picture with a bomb", Finding.HUGE),
        ("a locked PDF", Finding.LOCKED),
        ("a PDF with a program", Finding.ACTIVE),
        ("a PDF with a file inside", Finding.ENCLOSING),
    ],
)
def test_each_refusal_knows_its_reason(what, finding):
    assert examine(files.FORGED[what])[0] == finding


def test_nothing_at_all_is_refused_as_empty():
    assert examine(b"") == (Finding.EMPTY, "")


def test_every_finding_has_its_sentence():
    assert set(attachments.SENTENCES) == set(Finding) - {Finding.FINE}


def test_bytes_that_kill_the_examiner_are_damaged_and_the_house_lives(monkeypatch):
    """A process that does not answer in time, as one that a bomb killed."""
    monkeypatch.setattr(attachments, "EXAMINATION_SECONDS", 0.001)
    with pytest.raises(Refused, match=r"danneggiato|damaged"):
        attachments.examined(files.pdf(77))


def test_what_was_found_fine_is_not_examined_again(monkeypatch):
    data = files.pdf(78)
    attachments.examined(data)
    monkeypatch.setattr(attachments, "EXAMINATION_SECONDS", 0.001)
    assert attachments.examined(data) == "application/pdf"
