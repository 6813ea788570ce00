"""The answers every test of an application starts from: see `approvals/demo_answers.py`."""

from approvals.demo_answers import complete_answers

__all__ = ["complete_answers"]
