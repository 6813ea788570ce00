from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.clock import now
from accounts.models import User
from catalogue.models import Edition
from catalogue.publishing import publish
from catalogue.refusals import CatalogueError


class Command(BaseCommand):
    help = "Makes a draft edition the current one. Never by a person who loaded or changed it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code")
        parser.add_argument("--by", required=True, help="user name of who publishes it")

    def handle(self, *, code: str, by: str, **options: Any) -> None:
        try:
            edition = Edition.objects.get(code=code)
            with translation.override("en"):
                publish(edition, by=User.objects.get(username=by), at=now())
        except (CatalogueError, Edition.DoesNotExist, User.DoesNotExist) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Edition {code} is published.")
