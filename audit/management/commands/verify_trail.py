from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.models import Entry, Head
from audit.verification import verify, verify_all


class Command(BaseCommand):
    help = "Recomputes the audit trail and prints what was changed, removed, inserted or reordered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("chain", nargs="*", help="for example application:12; without it the whole trail")

    def handle(self, *, chain: list[str], **options: Any) -> None:
        findings = [finding for one in chain for finding in verify(one)] if chain else list(verify_all())
        for finding in findings:
            self.stdout.write(str(finding))
        if findings:
            raise CommandError(f"The trail does not hold: {len(findings)} findings.")
        if chain:
            self.stdout.write(f"{', '.join(chain)}: the trail holds.")
        else:
            counted = f"{Entry.objects.count()} entries in {Head.objects.count()} chains"
            self.stdout.write(f"The trail holds: {counted}.")
