"""`make reset`: empties var/, so that the next start begins anew. FORCE=1 does not ask."""

import os
import shutil
import sys

from ops import places
from ops.places import Trouble
from ops.refusals import only_one
from ops.run import say
from ops.services import of_this_clone


def main() -> None:
    var = places.VAR
    if not var.exists():
        return say(f"{var} is not there: nothing to empty.")
    if os.environ.get("FORCE") != "1":
        if not sys.stdin.isatty():
            raise Trouble("There is nobody to ask: FORCE=1 make reset empties it without asking.")
        if input(f"Remove everything under {var}: applications, letters, keys, mails? [y/N] ") not in (
            "y",
            "Y",
        ):
            return say("nothing was removed.")
    with only_one(var, "make reset"):
        if not places.is_root() or (var / "servers").is_symlink():
            services = of_this_clone()
            services.stop()
            for folder in (services.home, services.postgres.sockets):
                shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(var)
    return say(f"{var} is gone; the next `make run` begins anew.")


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        sys.exit(f"nullaosta: {trouble}")
