"""The sweep by hand: promise everything that is due. Beat does the same each minute."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.clock import now
from outbox import sweeping
from outbox.waking import wake


class Command(BaseCommand):
    help = "Promise everything that is due: reminders, warnings, what ends by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        promised = sweeping.run_all(at=now())
        if any(promised.values()):
            wake()
        for name, count in promised.items():
            self.stdout.write(f"{name}: {'FAILED' if count is None else count}")
        if failed := [name for name, count in promised.items() if count is None]:
            raise CommandError(f"Failed: {', '.join(failed)}. The log says why.")
