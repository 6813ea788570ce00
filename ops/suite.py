"""`make test`: the checks, then every test on every core. With arguments: only pytest, with these.

python -m ops.suite [pytest arguments]
"""

import os
import sys

from ops import check, test
from ops.places import Trouble


def main(arguments: list[str]) -> int:
    if arguments:
        return test.main(arguments)
    failed_checks = check.main()  # the tests run all the same: one run tells everything
    cores = str(min(len(os.sched_getaffinity(0)), 8))
    # In the order of the files: the other order begins the longest file last, alone.
    failed_tests = test.main(
        ["-n", cores, "--dist", "loadfile", "--no-loadscope-reorder", "--durations", "10"]
    )
    if failed_checks:
        print("nullaosta: `make check` failed, see the top of this output", flush=True)
    return failed_checks or failed_tests


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(f"nullaosta: {trouble}")
