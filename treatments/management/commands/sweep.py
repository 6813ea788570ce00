"""The sweep by hand: promise every reminder that is due. Beat does the same each minute."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.clock import now
from outbox.waking import wake
from treatments.reminders import sweep


class Command(BaseCommand):
    help = "Promise every reassessment reminder that is due."

    def handle(self, *args: Any, **options: Any) -> None:
        count = sweep(at=now())
        if count:
            wake()
        self.stdout.write(f"{count} reminders promised.")
