"""Some invented decisions on roles, for the administrators' pages of a demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.clock import now
from accounts.models import User
from staff.demo import make_roles


class Command(BaseCommand):
    help = "Give, end and propose some roles of the invented people (demo mode only)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Invented data are for demo mode only: set DEMO=1 to load them.")
        people = User.objects.in_bulk(field_name="username")
        with transaction.atomic():
            count = make_roles(people, people["administrator"].password, now=now())
        self.stdout.write(f"{count} invented decisions on roles loaded.")
