"""The files under static/ that frontend/build.js makes: unchanged since, whether or not Node is at hand.

python -m ops.frontend check|build
"""

import hashlib
import json
import shutil
import subprocess
import sys

from ops.places import CLONE

FOLDER = CLONE / "frontend"


def changed_by_hand() -> list[str]:
    made = json.loads((FOLDER / "VENDOR.json").read_text())["sha256"]
    return [
        path for path, sha in made.items() if hashlib.sha256((CLONE / path).read_bytes()).hexdigest() != sha
    ]


def node(*arguments: str) -> int:
    return subprocess.run(["node", "build.js", *arguments], cwd=FOLDER, check=False).returncode


def main(what: str) -> int:
    if what == "build":
        if not shutil.which("npm"):
            sys.exit("nullaosta: Node is needed to change the look: apt-get install -y nodejs npm")
        return subprocess.run(["npm", "ci", "--silent"], cwd=FOLDER, check=False).returncode or node()
    for path in changed_by_hand():
        print(f"{path} differs from what frontend/build.js wrote: change frontend/ instead, then make css")
    can_compile = shutil.which("node") and (FOLDER / "node_modules").exists()
    return bool(changed_by_hand()) or (node("--check") if can_compile else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
