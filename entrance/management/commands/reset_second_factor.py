"""Telephone and codes are lost: an administrator who has made sure who it is takes the second factor away.

manage.py reset_second_factor USER --by ADMINISTRATOR
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.clock import now
from accounts.models import Role, User
from accounts.people import holds
from entrance import factors


class Command(BaseCommand):
    help = "Take somebody's second factors away: they set one up anew at the next sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--by", required=True, help="the administrator who made sure who it is")

    def handle(self, *args: Any, **options: Any) -> None:
        user, by = _find(options["username"]), _find(options["by"])
        at = now()
        if not holds(by, Role.ADMINISTRATOR, at=at):
            raise CommandError(f"{by.username} is no administrator.")
        if by == user:
            raise CommandError("Nobody takes away their own: another administrator does.")
        found = factors.of(user)
        if not found:
            raise CommandError(f"{user.username} has no second factor.")
        factors.remove(user, found, by=by, at=at)
        self.stdout.write(f"{user.username} sets up a second factor at the next sign-in.")


def _find(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is nobody called {username}.")
    return user
