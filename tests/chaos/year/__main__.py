"""A simulated year: python -m tests.chaos.year [authorisations] [--stride DAYS] [--seed N] [--log]

Servers of its own, three workers, two sweepers, all struck again and again. The product lives the year by the
demonstration's clock; at the end the mails at the mail server are those of the naive model, by Message-ID.
"""

import argparse
import os
import random
import secrets
import signal
import sys
import tempfile
import time

from ops import places
from ops.test import throw_away


def counted(counts):
    return ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))


def main(options):
    count, seed = options.count, options.seed
    chance = random.Random(seed)
    world = World(count, START)
    pks = {name: user.pk for name, user in world.people.items()}
    year = Year(set(DIGESTERS), pks, periods=world.known())
    for period in year.periods:
        period.dues.append(period.computed())
    with tempfile.TemporaryDirectory(prefix="nullaosta-year-", dir="/tmp") as folder:
        house = House(services, folder)
        simulation = Simulation(house, world, year, chance, options)
        ready = time.monotonic()
        try:
            simulation.run()
            wrong = compare(simulation)
        finally:
            house.stop()
            print(house.log.read_text()[-3000:] if options.log else "", file=sys.stderr)
    box = house.mailbox
    again = box.times.total() - len(box.times)
    settled = {one: Promise.objects.filter(status=one).count() for one in ("done", "superseded")}
    figures = {
        "authorisations": f"{count:,}, {len(year.periods):,} periods, seed {seed}",
        "days": f"{(simulation.came_to - START).days}",
        "moments visited": f"{simulation.done:,} in {time.monotonic() - ready:.0f} s",
        "what people did": counted(simulation.events),
        "blows": f"{house.struck.total()}: {counted(house.struck)}",
        "mails expected": f"{len(year.mails):,}, of them {len(year.lines):,} digests with "
        f"{sum(map(len, year.lines.values())):,} lines; {len(year.expired):,} periods expired",
        "mails at the server": f"{len(box.times):,} by Message-ID; handed over again, the same: {again}",
        "promises": f"{Promise.objects.count():,}: {counted(settled)}",
        "differences": str(len(wrong)),
    }
    print("\n".join(f"{name:>20}: {said}" for name, said in figures.items()), flush=True)
    print("\n".join(wrong), flush=True)
    return bool(wrong)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=60)
    parser.add_argument("--stride", type=int, default=6, help="days between two visits, at most")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--blows", type=int, default=60, help="how many, about")
    parser.add_argument("--seconds", type=int, default=10**6, help="after so long it is enough")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--log", action="store_true", help="the end of what the processes said")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with throw_away() as services:
        os.environ.update(services.environment())
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "NULLAOSTA_VAR": str(places.private(services.postgres.log.parent / "var")),
            "DEMO": "1",  # whose clock may be moved
            "MAIL_HOURS": "08:00-18:00",
            "DIGEST_AT": "07:30",
            "OUTBOX_FIRST_DELAY_SECONDS": "1",
            "OUTBOX_ATTEMPTS": "1000",
            "OUTBOX_LEASE_SECONDS": "30",
        }
        import django

        django.setup()
        from outbox.models import Promise
        from tests.chaos.year.house import House
        from tests.chaos.year.model import Year
        from tests.chaos.year.simulation import START, Simulation, compare
        from tests.chaos.year.world import DIGESTERS, World

        failed = main(options)
    sys.exit(failed)
