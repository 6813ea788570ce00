"""docs/workflow.md, drawn from `workflow.py`."""

from __future__ import annotations

from django.utils import translation

from approvals.workflow import FACTS, Action, Status, moves


def draw() -> str:
    """The page: a state diagram (Mermaid), the table of moves, the facts that move nothing."""
    with translation.override("en"):
        arrows = [f"    {source} --> {target}: {action}" for action, source, target in moves()]
        table = [f"| `{action}` | `{source}` | `{target}` |" for action, source, target in moves()]
        facts = [
            f"- `{action}` ({Action(action).label}): while {', '.join(f'`{status}`' for status in statuses)}"
            for action, statuses in FACTS.items()
        ]
        names = [f"| `{status.value}` | {status.label} |" for status in Status]
    return "\n".join(
        [
            "# The life of an application",
            "",
            "Drawn from `approvals/workflow.py` by `manage.py draw_workflow`; do not edit.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            f"    [*] --> {Status.DRAFT}",
            *arrows,
            "```",
            "",
            "| Status | Name |",
            "|---|---|",
            *names,
            "",
            "| Action | From | To |",
            "|---|---|---|",
            *table,
            "",
            "Facts, recorded without a move:",
            "",
            *facts,
            "",
        ]
    )
