"""What an action that did not happen says; the words are the same as below, in `treatments`."""

from __future__ import annotations

from approvals.models import Step
from treatments import refusals
from treatments.refusals import Refused, Shortcoming, Stale

__all__ = ["AlreadyDone", "Refused", "Shortcoming", "Stale"]


class AlreadyDone(refusals.AlreadyDone):
    """The same person already took exactly this step."""

    def __init__(self, sentence: str, step: Step | None = None) -> None:
        super().__init__(sentence)
        self.step = step
