from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from audit.roles import Roles, creation, exist, grants


class Command(BaseCommand):
    help = (
        "Makes the three roles of the database (owner, application, auditor) and says what each may do. "
        "As an administrator of the server it makes the roles and gives the owner every table; as the owner "
        "only the rights. Any number of times. Passwords come from DATABASE_OWNER_PASSWORD, "
        "DATABASE_APPLICATION_PASSWORD and DATABASE_AUDITOR_PASSWORD, or from files named by the same with "
        "_FILE behind it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--print", action="store_true", help="print the SQL, without passwords; do nothing"
        )

    def handle(self, **options: Any) -> None:
        roles = Roles.named()
        is_shown = options["print"]
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in self.statements(roles, is_shown=is_shown):
                text = statement.as_string(connection.connection)
                if is_shown:
                    self.stdout.write(text + ";")
                    continue
                try:
                    cursor.execute(text)
                except ProgrammingError as error:
                    raise CommandError(f"{error}Refused: {text[:100]}") from error
        if not is_shown:
            self.stdout.write(f"Roles of the database: {', '.join(roles.all())}.")
            self.tell_who_has_no_password(roles)

    def statements(self, roles: Roles, *, is_shown: bool) -> list[sql.Composed]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            (is_superuser,) = cursor.fetchone()
        if not is_superuser and not exist(roles):
            raise CommandError("The roles are not there yet: a superuser of the database makes them.")
        passwords = {} if is_shown else self.encrypted(roles)
        made = list(creation(roles, passwords)) if is_superuser else []
        return [*made, *(grants(roles) if self.is_migrated() else [])]

    def encrypted(self, roles: Roles) -> dict[str, str]:
        """As PostgreSQL keeps them: the words themselves reach no server and no log."""
        given = dict(zip(roles.all(), settings.DATABASE_PASSWORDS, strict=True))
        low = connection.connection.pgconn
        return {
            role: low.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            for role, password in given.items()
            if password
        }

    def is_migrated(self) -> bool:
        """Without tables there are no rights: the migration gives them."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('public.audit_anchor') IS NOT NULL")
            return bool(cursor.fetchone()[0])

    def tell_who_has_no_password(self, roles: Roles) -> None:
        given = zip(roles.all(), settings.DATABASE_PASSWORDS, strict=True)
        if without := [role for role, password in given if not password]:
            self.stdout.write(f"Without a password given: {', '.join(without)}.")
