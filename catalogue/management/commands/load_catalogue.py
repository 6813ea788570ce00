from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import translation

from accounts.clock import now
from accounts.models import User
from catalogue import loading

PATH = Path(__file__).resolve().parents[2] / "data" / "2025-2.json"


class Command(BaseCommand):
    help = "Loads a catalogue file (JSON or XLSX) as a draft; the first edition ever is published at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path", nargs="?", type=Path, help="without it the file of this release, offered at every start"
        )
        parser.add_argument("--by", help="user name of who loads it; without it, the installation itself")
        parser.add_argument("--preview", action="store_true", help="say what would change, write nothing")

    def handle(self, *, path: Path | None, by: str | None, preview: bool, **options: Any) -> None:
        try:
            with translation.override("en"), transaction.atomic():
                user = User.objects.get(username=by) if by else None
                content = loading.read(path or PATH)
                if path is None and (reason := loading.why_not_offered(content["edition"]["code"])):
                    self.stdout.write(reason)
                    return
                self.tell(loading.load(content, by=user, at=now()), preview)
                transaction.set_rollback(preview)
        except (loading.CatalogueError, User.DoesNotExist) as error:
            raise CommandError(str(error)) from error

    def tell(self, loaded: loading.Loaded, preview: bool) -> None:
        counts = f"{len(loaded.added)} added, {len(loaded.changed)} changed, {len(loaded.left)} left"
        removed = f", {len(loaded.removed)} removed" if loaded.removed else ""
        edition = loaded.edition
        begin = "Nothing was written. " if preview else ""
        self.stdout.write(f"{begin}Edition {edition.code} ({edition.status}): {counts}{removed}.")
        for name in ("added", "changed", "removed"):
            if codes := getattr(loaded, name):
                self.stdout.write(f"  {name}: {' '.join(codes)}")
