"""Every mail of a simulated year exactly once, whatever is killed, emptied, restarted, refused or set wrong.

By hand, for the whole year: YEAR=20000 .venv/bin/python -m ops.test tests/chaos/test_a_year.py -s
"""

import os
import subprocess
import sys

SMALL = ["20", "--days", "45", "--stride", "14", "--blows", "5"]


def test_the_mails_of_a_year_are_those_of_the_naive_model():
    count = os.environ.get("YEAR")
    chosen = [count, *os.environ.get("YEAR_OPTIONS", "").split()] if count else SMALL
    told = subprocess.run(
        [sys.executable, "-m", "tests.chaos.year", *chosen], stdout=subprocess.PIPE, text=True, check=False
    )
    figures = told.stdout[told.stdout.find("authorisations:") :]
    print(figures)
    assert told.returncode == 0, figures
