from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from accounts.models import User
from catalogue import loading

PATH = Path(__file__).resolve().parents[2] / "data" / "2025-2.json"


class Command(BaseCommand):
    help = "Loads a catalogue file as a draft edition; the first edition ever is published at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, default=PATH)
        parser.add_argument("--by", help="user name of who loads it; without it, the installation itself")

    def handle(self, *, path: Path, by: str | None, **options: Any) -> None:
        try:
            user = User.objects.get(username=by) if by else None
            with translation.override("en"):
                loaded = loading.load(loading.read(path), by=user, at=timezone.now())
        except (loading.CatalogueError, User.DoesNotExist) as error:
            raise CommandError(str(error)) from error
        counts = f"{len(loaded.added)} added, {len(loaded.changed)} changed, {len(loaded.left)} left"
        removed = f", {len(loaded.removed)} removed" if loaded.removed else ""
        edition = loaded.edition
        self.stdout.write(f"Edition {edition.code} ({edition.status}): {counts}{removed}.")
        for name in ("added", "changed", "removed"):
            if codes := getattr(loaded, name):
                self.stdout.write(f"  {name}: {' '.join(codes)}")
