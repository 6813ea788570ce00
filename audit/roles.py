"""Three roles of the database, so that a fault in the program cannot change what must stay.

- the **owner** owns every table and runs migrations; nobody is served by it;
- the **application** reads and writes, but has no right to change or remove what is append-only, to empty a
  table, to make or drop one; of the trail it may add entries and anchors, and nothing else;
- the **auditor** reads the trail and the views of the schema `auditing`, in which no patient is named.

What is append-only is read from the triggers that refuse changes: a right that is missing and a trigger that
refuses say the same twice. A superuser may take both away: then the anchors tell (`audit/anchors.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

# Triggers by name (docs/decisions/2026-11-27-database-roles.md): these refuse UPDATE and DELETE on every row
# …
UNCHANGEABLE = ("append_only", "audit_%_refuse", "documents_content_kept")
# … and these DELETE only: one thing may still be recorded, once.
LASTING = ("%\\_once", "documents_document_kept")
TRAIL = ("audit_entry", "audit_head", "audit_anchor", "audit_anchoredhead")
VIEWS = "auditing"

TABLES_WITH = """
SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
WHERE NOT tgisinternal AND tgname LIKE ANY(%s) AND tgrelid::regclass::text NOT LIKE 'pg_%%' ORDER BY 1
"""
TAKE_OVER = """
DO $$ DECLARE thing record; BEGIN
  FOR thing IN SELECT c.oid::regclass AS name, c.relkind FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND pg_get_userbyid(c.relowner) <> {owner_text}
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i', 'e')) LOOP
    EXECUTE format('ALTER %s %s OWNER TO %I',
      CASE thing.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW'
        WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END,
      thing.name, {owner_text});
  END LOOP;
  FOR thing IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
      AND pg_get_userbyid(p.proowner) <> {owner_text}
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO %I', thing.name, {owner_text});
  END LOOP;
END $$
"""
_views: dict[str, str] = {}


@dataclass(frozen=True)
class Roles:
    owner: str
    application: str
    auditor: str

    @classmethod
    def named(cls, prefix: str = "") -> Roles:
        begins = prefix or settings.DATABASE_ROLES
        return cls(f"{begins}_owner", f"{begins}_application", f"{begins}_auditor")

    def all(self) -> tuple[str, str, str]:
        return self.owner, self.application, self.auditor


def view(name: str, query: str) -> None:
    """Register what auditors may read beside the trail; the query names every column."""
    _views[name] = query


def exist(roles: Roles) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) = 3 FROM pg_roles WHERE rolname = ANY(%s)", [list(roles.all())])
        return bool(cursor.fetchone()[0])


def may_be_given(roles: Roles) -> bool:
    """Whether this connection can give the rights: the owner, or a superuser."""
    if not exist(roles):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(current_user, %s, 'USAGE')", [roles.owner])
        return bool(cursor.fetchone()[0])


def creation(roles: Roles, passwords: dict[str, str]) -> Iterator[sql.Composed]:
    """For an administrator of the server: the roles, and everything made so far given to the owner.
    `passwords` holds what PostgreSQL keeps of them, by role; without one a role signs in by other means."""
    for role in roles.all():
        name = sql.Identifier(role)
        yield sql.SQL(
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {text})"
            " THEN CREATE ROLE {name}; END IF; END $$"
        ).format(text=sql.Literal(role), name=name)
        yield sql.SQL(
            "ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
        ).format(name)
        if passwords.get(role):
            yield sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(passwords[role]))
    yield sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(
        sql.Identifier(roles.auditor)
    )
    owner = sql.Identifier(roles.owner)
    yield sql.SQL("ALTER DATABASE {} OWNER TO {}").format(_database(), owner)
    yield sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner)
    yield sql.SQL(TAKE_OVER).format(owner_text=sql.Literal(roles.owner))


def grants(roles: Roles) -> Iterator[sql.Composed]:
    """For the owner, after every migration: what each role may do, whatever it could do before."""
    application, auditor = sql.Identifier(roles.application), sql.Identifier(roles.auditor)
    both = sql.SQL(", ").join([application, auditor])
    yield sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(_database())
    yield sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(_database(), both)
    yield sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC").format()
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(both)
    for kind in ("TABLES", "SEQUENCES"):
        yield sql.SQL(f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM PUBLIC, {{}}").format(both)
    everyday = sql.SQL("SELECT, INSERT, UPDATE, DELETE ON")
    for_owner = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public").format(
        sql.Identifier(roles.owner)
    )
    yield sql.SQL("GRANT {} ALL TABLES IN SCHEMA public TO {}").format(everyday, application)
    yield sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(application)
    yield sql.SQL("{} GRANT {} TABLES TO {}").format(for_owner, everyday, application)
    yield sql.SQL("{} GRANT USAGE ON SEQUENCES TO {}").format(for_owner, application)
    yield from _kept(application)
    yield from _audited(sql.Identifier(roles.owner), auditor)


def give(roles: Roles) -> None:
    """Every right anew, by the owner or a superuser."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in grants(roles):
            cursor.execute(statement.as_string(connection.connection))


def drop_views() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {VIEWS} CASCADE")


def _kept(application: sql.Identifier) -> Iterator[sql.Composed]:
    rights = [("UPDATE, DELETE", unchanging()), ("DELETE", lasting())]
    rights += [("INSERT, UPDATE, DELETE", ["audit_head", "audit_anchoredhead", "django_migrations"])]
    rights += [("INSERT", ["audit_anchor"])]
    for what, tables in rights:
        for table in tables:
            yield sql.SQL(f"REVOKE {what} ON {{}} FROM {{}}").format(sql.Identifier(table), application)
    # The trigger gives an anchor the rest.
    yield sql.SQL("GRANT INSERT (day, at) ON audit_anchor TO {}").format(application)


def _audited(owner: sql.Identifier, auditor: sql.Identifier) -> Iterator[sql.Composed]:
    tables = sql.SQL(", ").join(map(sql.Identifier, TRAIL))
    yield sql.SQL("GRANT SELECT ON {} TO {}").format(tables, auditor)
    yield sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(VIEWS))
    yield sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(sql.Identifier(VIEWS), owner)
    for name, query in sorted(_views.items()):
        place = sql.Identifier(VIEWS, name)
        yield sql.SQL("CREATE VIEW {} WITH (security_barrier) AS {}").format(place, sql.SQL(query))
        yield sql.SQL("ALTER VIEW {} OWNER TO {}").format(place, owner)
    yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(sql.Identifier(VIEWS), auditor)
    yield sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(sql.Identifier(VIEWS), auditor)


def unchanging() -> list[str]:
    """The tables whose rows are never changed or removed."""
    return _tables_with(UNCHANGEABLE)


def lasting() -> list[str]:
    """The tables whose rows are never removed."""
    return _tables_with(LASTING)


def _tables_with(triggers: tuple[str, ...]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES_WITH, [list(triggers)])
        return [row[0] for row in cursor.fetchall()]


def _database() -> sql.Identifier:
    return sql.Identifier(str(connection.settings_dict["NAME"]))


def too_mighty() -> str:
    """Why the connection may do more to the trail than an application has to; "" if it may not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, has_table_privilege('audit_entry', 'UPDATE')"
            " FROM pg_roles WHERE rolname = current_user"
        )
        name, is_superuser, may_change = cursor.fetchone()
    if is_superuser:
        return f"The application connects as {name}, a superuser of the database, who may change the trail."
    return f"The application connects as {name}, who may change the trail." if may_change else ""
