from typing import Any

from django.core.management.base import BaseCommand

from accounts.clock import now
from outbox.keeping import keep_next


class Command(BaseCommand):
    help = "Keeps every promise that is due now, in this process, and says how many were tried."

    def handle(self, **options: Any) -> None:
        tried = 0
        while keep_next(at=now()):
            tried += 1
        self.stdout.write(f"{tried} promises tried.")
