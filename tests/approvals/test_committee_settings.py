"""The committee's settings are judged at the start."""

import pytest
from django.core.checks import run_checks


def told(settings):
    return [error.msg for error in run_checks() if error.id.startswith("approvals.")]


def test_the_defaults_pass(settings):
    assert told(settings) == []


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("COMMITTEE_NEEDS", ["farmacista"], "COMMITTEE_NEEDS names no profession we know: farmacista."),
        ("COMMITTEE_LEAST", 0, "COMMITTEE_LEAST is at least 1"),
    ],
)
def test_a_wrong_setting_is_named(settings, name, value, sentence):
    setattr(settings, name, value)
    assert [line for line in told(settings) if line.startswith(sentence)]
