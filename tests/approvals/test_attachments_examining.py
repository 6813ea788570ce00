"""What a file is, by its content alone: what is let in, and what is refused in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals import attachments
from approvals.examining import BEGINNINGS, Finding, examine
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


POLYGLOTS = {
    "a PDF that is a page too": lambda: files.pdf(1) + b"<script>alert(1)</script>",
    "a picture that is an archive too": lambda: files.image() + b"PK\x03\x04" + bytes(60),
    "a photograph that is a PDF too": lambda: files.image("JPEG") + files.pdf(2),
}


@pytest.mark.parametrize("what", POLYGLOTS)
def test_what_is_two_things_is_known_by_its_first_bytes_or_refused(what):
    data = POLYGLOTS[what]()
    finding, content_type = examine(data)
    assert content_type == {b"%PDF": "application/pdf", b"\x89PNG": "image/png"}.get(data[:4], "image/jpeg")
    assert finding in Finding


@settings(max_examples=80, deadline=None)
@given(
    base=st.sampled_from([files.pdf(3), files.image(), files.image("JPEG")]),
    cut=st.integers(0, 4000),
    changes=st.lists(st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=8)), max_size=4),
    rest=st.binary(max_size=60),
)
def test_whatever_is_done_to_a_file_it_is_judged(base, cut, changes, rest):
    """Bytes changed, cut off, or put behind: an answer, never a crash, and never another type."""
    data = bytearray(base[: len(base) - cut] if cut < len(base) else base)
    for place, bytes_ in changes:
        data[place : place + len(bytes_)] = bytes_
    data = bytes(data) + rest
    finding, content_type = examine(data)
    assert finding in Finding
    begins = next((kind for first, kind in BEGINNINGS.items() if data.startswith(first)), "")
    assert content_type == begins
    assert finding != Finding.FINE or content_type
