import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from audit.findings import Finding
from audit.models import Anchor, Entry, Head
from audit.verification import verify, verify_all

BROKEN, UNREADABLE = 1, 2  # exit codes


class Command(BaseCommand):
    help = (
        "Recomputes the audit trail and its anchors, and says which entry of which chain was changed, "
        "removed, inserted, reordered or rewritten. Writes nothing: a role that may only read is enough. "
        "Exit code 0: the trail holds; 1: it does not; 2: it could not be read."
    )
    requires_system_checks: list[str] = []  # on a copy, with a role that sees nothing else

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "chains", nargs="*", help="for example application:12; without it the whole trail"
        )
        parser.add_argument("--chain", action="append", default=[], help="the same, by name")
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            help="YYYY-MM-DD: what the last anchor before that day recorded is taken as checked",
        )
        parser.add_argument("--json", action="store_true", help="the findings as one JSON object")

    def handle(self, *, chains: list[str], chain: list[str], since: date | None, **options: Any) -> None:
        wanted = [*chains, *chain]
        if wanted and since:
            raise CommandError("Either some chains or --since.", returncode=UNREADABLE)
        try:
            findings = [f for one in wanted for f in verify(one)] if wanted else list(verify_all(since=since))
            self.tell(findings, wanted, as_json=options["json"])
        except DatabaseError as error:
            raise CommandError(f"The trail could not be read: {error}", returncode=UNREADABLE) from error
        if findings:
            raise CommandError(f"The trail does not hold: {len(findings)} findings.", returncode=BROKEN)

    def tell(self, findings: list[Finding], chains: list[str], *, as_json: bool) -> None:
        counted = {
            "entries": Entry.objects.count(),
            "chains": Head.objects.count(),
            "anchors": Anchor.objects.count(),
        }
        if as_json:
            told = {"holds": not findings, **counted, "findings": [finding.told() for finding in findings]}
            self.stdout.write(json.dumps(told))
            return
        for finding in findings:
            self.stdout.write(str(finding))
        if not findings and chains:
            self.stdout.write(f"{', '.join(chains)}: the trail holds.")
        elif not findings:
            self.stdout.write(
                "The trail holds: {entries} entries in {chains} chains, {anchors} anchors.".format(**counted)
            )
