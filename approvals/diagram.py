"""A state machine as a section of docs/workflow.md, drawn from its code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils import translation


def draw(
    title: str,
    statuses: type[TextChoices],
    actions: type[TextChoices],
    moves: Iterable[tuple[str, str, str]],
    facts: Mapping[Any, Iterable[str]],
) -> list[str]:
    """The lines: a state diagram (Mermaid), the statuses, the table of moves, the facts that move nothing.

    `moves` are (action, source, target); of each fact are told the statuses in which it may be recorded. The
    first status is the one in which everything begins.
    """
    moves = list(moves)
    with translation.override("en"):
        names = [f"| `{status.value}` | {status.label} |" for status in statuses]
        recorded = [
            f"- `{action}` ({actions(action).label}): while {', '.join(f'`{status}`' for status in told)}"
            for action, told in facts.items()
        ]
    return [
        f"# {title}",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {next(iter(statuses))}",
        *[f"    {source} --> {target}: {action}" for action, source, target in moves],
        "```",
        "",
        "| Status | Name |",
        "|---|---|",
        *names,
        "",
        "| Action | From | To |",
        "|---|---|---|",
        *[f"| `{action}` | `{source}` | `{target}` |" for action, source, target in moves],
        "",
        "Facts, recorded without a move:",
        "",
        *recorded,
        "",
    ]
