"""The register of jobs: which function keeps a promise.

A job is written in the `jobs.py` of its app, which is found by itself:

    @job("issue_letter")
    def issue_letter(*, key: str, at: datetime, step: int) -> None:

It gets the promise's `key` (the stable root of a Message-ID), the time, and the promised arguments by
name. It may run twice, when a worker dies between the work and its record: so it begins by looking
whether the work is already done. It runs outside any transaction. What was decided meanwhile and leaves
nothing to do is `raise Superseded("why")`; any other exception means "try again later".
"""

from collections.abc import Callable
from typing import TypeVar

Job = Callable[..., None]
J = TypeVar("J", bound=Job)

_jobs: dict[str, Job] = {}


class Superseded(Exception):
    """Nothing is left to do, for the reason given (no names of patients: it is kept)."""


def job(name: str) -> Callable[[J], J]:
    """Register a function as the job of that name."""

    def register(function: J) -> J:
        if name in _jobs:
            raise ValueError(f"Two jobs are called {name!r}.")
        _jobs[name] = function
        return function

    return register


def job_named(name: str) -> Job:
    """The function that does it; `LookupError` if there is none."""
    try:
        return _jobs[name]
    except KeyError:
        raise LookupError(f"No job is called {name!r}.") from None
