"""Fill an empty installation in demo mode with invented people and applications."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.clock import now
from accounts.demo import make_people
from approvals.demo import make_applications
from approvals.demo_access import make_accesses
from approvals.demo_emergencies import make_emergencies
from approvals.models import Application
from catalogue import product_loading
from outbox.models import Promise, Status


class Command(BaseCommand):
    help = "Load the invented people and some eighty invented applications (demo mode only)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Invented data are for demo mode only: set DEMO=1 to load them.")
        with transaction.atomic():
            people = make_people(settings.DEMO_PASSWORD)
            product_loading.load(product_loading.DEMO, at=now())
            if Application.objects.exists():
                self.stdout.write("The demo data are there already: left as they are.")
                return
            count = make_applications(people, now=now())
            count += make_emergencies(people, now=now())
            make_accesses(people, now=now())
            # Nobody waits for a mail about what happened in an invented past; the letters are drawn.
            Promise.objects.filter(job__in=["notify", "mail_glass"]).update(
                status=Status.SUPERSEDED, settled_at=now(), last_error="demo: in the past"
            )
        self.stdout.write(f"{count} invented applications loaded.")
