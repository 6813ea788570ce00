"""Known faults of the locked libraries, as far as they can be learnt here: part of `make check`.

python -m ops.audit

pip-audit reads requirements.txt as it is locked (names, versions, hashes; nothing is resolved or installed)
and asks PyPI, then OSV. On a machine that reaches neither (a mirror answers for the packages and knows no
faults) this says so and fails nothing: a check that nobody can pass here would be switched off.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from ops.places import CLONE

LOCK = CLONE / "requirements.txt"
SERVICES = ("pypi", "osv")
SECONDS = 240
# Faults that do not concern us, each with the reason; pip-audit does not mention them.
NOT_OURS: dict[str, str] = {}


def ask(service: str, lock: Path) -> list[dict[str, Any]] | None:
    """What is known of each package; None where the service cannot be reached."""
    command = [str(Path(sys.executable).parent / "pip-audit"), "--require-hashes", "--disable-pip"]
    command += ["--requirement", str(lock), "--vulnerability-service", service, "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", "10"]
    command += [part for fault in NOT_OURS for part in ("--ignore-vuln", fault)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
        told: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    return told


def first_of(lock: Path, folder: Path) -> Path:
    """Only the first package of the lock: where nothing is known of it, nothing is known of any."""
    lines = [line for line in lock.read_text().splitlines() if not line.lstrip().startswith("#")]
    begins = next(number for number, line in enumerate(lines) if "==" in line)
    end = next((n for n, line in enumerate(lines[begins + 1 :], begins + 1) if "==" in line), len(lines))
    shortened = folder / "first.txt"
    shortened.write_text("\n".join(lines[begins:end]).rstrip("\\ \n") + "\n")
    return shortened


def learn(lock: Path) -> list[dict[str, Any]] | None:
    with tempfile.TemporaryDirectory() as folder:
        first = first_of(lock, Path(folder))
        for service in SERVICES:
            known = ask(service, first)
            if known and not any("skip_reason" in one for one in known):
                return ask(service, lock)
    return None


def judge(told: list[dict[str, Any]] | None) -> tuple[int, str]:
    """The exit code and what to say."""
    if told is None or all("skip_reason" in one for one in told):
        return 0, "NOTE what is known of faults could not be had from here: nothing was audited"
    faulty = [(one, fault) for one in told for fault in one.get("vulns", [])]
    lines = [
        f"{one['name']} {one['version']}: {fault['id']}, corrected in {' or '.join(fault['fix_versions'])}"
        for one, fault in faulty
    ]
    if skipped := [one["name"] for one in told if "skip_reason" in one]:
        lines.append(f"NOTE nothing could be learnt of {', '.join(skipped)}")
    return bool(faulty), "\n".join(lines)


def main() -> int:
    code, sentences = judge(learn(LOCK))
    if sentences:
        print(sentences)
    return code


if __name__ == "__main__":
    sys.exit(main())
