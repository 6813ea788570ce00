"""`make bench`: each of our times beside its floor, in one run, on the same servers; docs/benchmarks.md.

Ratios of medians only: on a busy machine a lone time says nothing. Nothing here decides pass or fail.
"""

import logging
import os
import platform
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.management import call_command
from django.utils import timezone

from tests.bench import approving, doses, letters, sweeping, watching, worklists
from tests.bench.measuring import Figure

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench` on {day} ({machine}; PostgreSQL and Redis from their wheels, fsync off
for both sides).
Medians, as ratios inside one run; targets from the design.

| Figure | Ours | Floor | Ratio | Target |
|---|---|---|---|---|
"""


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    logging.getLogger("requests").setLevel(logging.WARNING)  # a line an answer, between the figures
    chosen = sys.argv[1:]
    figures: list[Figure] = []
    if not chosen or "watching" in chosen:
        watching.remember_few()
    for part in (approving, doses, letters, worklists, sweeping, watching):
        if not chosen or part.__name__.rpartition(".")[2] in chosen:
            for figure in part.figures():
                print(figure.line, flush=True)
                figures.append(figure)
    if not chosen:
        machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
        head = HEAD.format(day=timezone.localdate().isoformat(), machine=machine)
        PAGE.write_text(head + "\n".join(figure.line for figure in figures) + "\n")


main()
