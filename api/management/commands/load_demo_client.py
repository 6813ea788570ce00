"""Add an invented system to the demo: it may act for the prescriber of ward 3."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.clock import now
from accounts.models import Role, User
from accounts.people import day
from api.clients import managing
from api.models import Client
from api.scopes import SCOPES

NAME = "Cartella clinica dimostrativa"


class Command(BaseCommand):
    help = "Load an invented client with a mandate (demo mode only, after load_demo)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Invented data are for demo mode only: set DEMO=1 to load them.")
        if Client.objects.exists():
            self.stdout.write("A system is there already: left as it is.")
            return
        people, at = User.objects.in_bulk(field_name="username"), now()
        admin = people["administrator"]
        hospital = admin.memberships.select_related("unit__hospital").earliest("pk").unit.hospital
        # The secret is told to nobody: whoever tries the demo makes a new one.
        made, _secret = managing.make(hospital, managing.Terms(NAME, list(SCOPES)), by=admin, at=at)
        who = people["prescriber-w3"]
        managing.give_mandate(made.pk, who, Role.PRESCRIBER, from_on=day(at), to_on=None, by=admin, at=at)
        self.stdout.write("One invented system loaded.")
