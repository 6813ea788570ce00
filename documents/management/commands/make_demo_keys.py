"""Makes the invented certificate authority, seal key and time-stamp key of the demo, once."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents import demo_keys


class Command(BaseCommand):
    help = "Make the demo's seal and time-stamp keys under VAR_DIR/pki; what exists stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="also outside demo mode")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or options["force"]):
            raise CommandError(
                "Invented keys seal nothing of worth: set DEMO=1, or the hospital's own SEAL_PKCS12."
            )
        folder = settings.VAR_DIR / "pki"
        made = demo_keys.make(folder, at=timezone.now(), passphrase=settings.SEAL_PASSPHRASE)
        self.stdout.write(f"Demo keys {'made' if made else 'kept'} in {folder}")
