from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.clock import now
from catalogue import product_loading


class Command(BaseCommand):
    help = "Loads products and their dated prices from a JSON file; what it does not name stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, help="in demo mode: the invented products")

    def handle(self, *, path: Path | None, **options: Any) -> None:
        if path is None and not settings.DEMO:
            raise CommandError("Give a file: the products that come along are invented, for demo mode only.")
        try:
            with translation.override("en"):
                loaded = product_loading.load(path or product_loading.DEMO, at=now())
        except product_loading.ProductError as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        self.stdout.write(
            f"Products: {len(loaded.added)} added, {len(loaded.changed)} changed, {len(loaded.left)} left; "
            f"new prices: {loaded.prices}."
        )
