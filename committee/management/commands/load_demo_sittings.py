"""Add invented sittings to the demo's invented applications."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.clock import now
from accounts.models import User
from committee.demo import make_sittings
from committee.models import Sitting
from outbox.models import Promise, Status

# Nobody waits for a mail about what happened in an invented past; letters and minutes are drawn.
IN_THE_PAST = ("notify", "invite", "ask_votes")


class Command(BaseCommand):
    help = "Load three invented sittings of the committee (demo mode only, after load_demo)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Invented data are for demo mode only: set DEMO=1 to load them.")
        if Sitting.objects.exists():
            self.stdout.write("Sittings are there already: left as they are.")
            return
        with transaction.atomic():
            at = now()
            count = make_sittings(User.objects.in_bulk(field_name="username"), now=at)
            Promise.objects.filter(job__in=IN_THE_PAST, status=Status.WAITING).update(
                status=Status.SUPERSEDED, settled_at=at, last_error="demo: in the past"
            )
        self.stdout.write(f"{count} invented sittings loaded.")
