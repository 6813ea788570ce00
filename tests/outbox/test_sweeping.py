"""All sweeps run, each by itself; how each went is on record, for the watchdog and the administrators."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from outbox import sweeping
from outbox.models import Sweep
from outbox.promises import promise
from outbox.tasks import sweep as sweep_all
from tests.outbox.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def sweep(monkeypatch):
    monkeypatch.setattr(sweeping, "_sweeps", {})
    return sweeping.sweep


@pytest.fixture
def broken(sweep):
    """One that fails half-way between two that do not."""

    @sweep("a")
    def first(*, at):
        promise("x", "a", {}, at=at)
        return 1

    @sweep("b")
    def fails(*, at):
        promise("x", "b", {}, at=at)
        raise ConnectionResetError(104, "reset")

    @sweep("c")
    def third(*, at):
        return 0


def test_one_that_fails_undoes_itself_and_does_not_stop_the_others(broken):
    from outbox.models import Promise

    assert sweeping.run_all(at=AT) == {"a": 1, "b": None, "c": 0}
    assert list(Promise.objects.values_list("key", flat=True)) == ["a"]


def test_how_each_went_is_recorded(broken, sweep):
    sweeping.run_all(at=AT)
    later = AT + timedelta(minutes=1)
    sweeping._sweeps["a"], sweeping._sweeps["b"] = sweeping._sweeps["b"], sweeping._sweeps["c"]
    sweeping.run_all(at=later)
    a, b, c = Sweep.objects.order_by("name")
    assert (a.tried_at, a.swept_at, a.promised) == (later, AT, 1)
    assert "ConnectionResetError" in a.last_error
    assert (b.tried_at, b.swept_at, b.last_error) == (later, later, "")
    assert c.swept_at == later


def test_two_sweeps_of_one_name_are_a_mistake(broken, sweep):
    with pytest.raises(ValueError, match="Two sweeps"):
        sweep("a")(lambda *, at: 0)


def test_every_kind_of_deadline_has_its_sweep():
    assert sweeping.names() == [
        "anchors of the trail",
        "answers kept for repeated calls",
        "expiries",
        "haemolysis checks",
        "idle drafts",
        "lapses",
        "late emergencies",
        "notes on refused patients",
        "overdue decisions",
        "overdue reassessments for other systems",
        "reminders",
        "role reviews",
        "stopped removals of roles",
        "tokens that are over",
        "vigilance",
        "votes that close",
    ]


def test_beat_runs_them_all_each_minute(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["sweep"]
    assert (entry["task"], entry["schedule"]) == (sweep_all.name, timedelta(minutes=1))
    sweep_all()
    assert sorted(Sweep.objects.filter(last_error="").values_list("name", flat=True)) == sweeping.names()


def test_the_command_says_what_it_promised_and_which_failed(broken, capsys):
    with pytest.raises(CommandError, match="Failed: b"):
        call_command("sweep")
    assert capsys.readouterr().out.splitlines() == ["a: 1", "b: FAILED", "c: 0"]
