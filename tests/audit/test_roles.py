"""The three roles of the database, on the real one: what each may do, and what it may not."""

import io
import re
from datetime import UTC, datetime

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from psycopg import sql

from accounts.people import day
from approvals import actions
from approvals.models import Step
from approvals.workflow import Status
from audit import roles as rights
from audit.anchors import anchor
from audit.apps import rights_of_the_connection
from audit.models import Anchor, Entry
from audit.trail import record
from audit.verification import verify_all
from tests.approvals.walk import BETTER, LATER, NOW, catalogue, judged, walk
from tests.people import people

__all__ = ["catalogue", "people"]
AT = datetime(2026, 1, 1, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def roles(django_db_setup, django_db_blocker):
    """Made for good, by the command, in this test database: roles belong to the whole server."""
    with django_db_blocker.unblock():
        named = rights.Roles.named(connection.settings_dict["NAME"])
        with override_settings(
            DATABASE_ROLES=connection.settings_dict["NAME"], DATABASE_PASSWORDS=["o-secret", "a-secret", ""]
        ):
            call_command("setup_database_roles", stdout=io.StringIO())
            yield named
        with connection.cursor() as cursor:
            for role in named.all():
                cursor.execute(f'REASSIGN OWNED BY "{role}" TO CURRENT_USER')
                cursor.execute(f'DROP OWNED BY "{role}"')
                cursor.execute(f'DROP ROLE "{role}"')
            cursor.execute("DROP SCHEMA IF EXISTS auditing CASCADE")


def become(role):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f'SET LOCAL ROLE "{role}"')


def connected(role):
    told = connection.settings_dict
    place = connection.get_connection_params()
    return psycopg.connect(dbname=told["NAME"], user=role, host=place["host"], autocommit=True)


def refused(statement):
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner|read-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_as_the_application_a_whole_journey_works_and_nothing_that_stays_can_be_changed(
    roles, people, catalogue, client
):
    become(roles.application)
    application = walk(people, Status.APPROVED)
    actions.reassess(application.pk, outcome=judged(BETTER), by=application.author, at=LATER)
    client.force_login(people["prescriber-w3"])
    assert client.get(f"/richieste/{application.number}/").status_code == 200
    assert anchor(day(NOW), at=NOW) == 1
    assert list(verify_all()) == []
    assert Step.objects.filter(application=application).count() >= 6

    staying = rights.unchanging()
    assert {"audit_entry", "audit_anchor", "audit_anchoredhead", "approvals_step", "approvals_vote"} < {
        *staying
    }
    assert {"approvals_snapshot", "treatments_dispensing", "documents_content"} < {*staying}
    for table in staying:
        column = column_of(table)
        refused(f"UPDATE {table} SET {column} = {column}")
        refused(f"DELETE FROM {table}")
        refused(f"TRUNCATE {table} CASCADE")
    for table in rights.lasting():
        refused(f"DELETE FROM {table}")


def test_no_code_locks_a_row_that_the_application_may_not_change(db, settings):
    """FOR UPDATE wants the right to UPDATE: a superuser's tests would not notice."""
    tables = {model.__name__: model._meta.db_table for model in apps.get_models()}
    locked = {
        tables[name]: path
        for path in settings.BASE_DIR.glob("[a-z]*/**/*.py")
        if path.relative_to(settings.BASE_DIR).parts[0] in {*apps_of_ours()}
        for name in re.findall(r"(\w+)\.objects\.select_for_update", path.read_text())
    }
    assert "approvals_application" in locked
    assert not {*rights.unchanging()} & {*locked}


def apps_of_ours():
    return (config.name for config in apps.get_app_configs() if "." not in config.name)


def column_of(table):
    with connection.cursor() as cursor:
        return connection.introspection.get_table_description(cursor, table)[0].name


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_head SET sequence = 0",
        "INSERT INTO audit_head (chain, sequence, hash) VALUES ('a:1', 0, '')",
        "INSERT INTO audit_anchor (number, day, at, hash) VALUES (7, '2026-01-01', now(), 'x')",
        "INSERT INTO audit_anchoredhead (chain, sequence, hash, anchor_id) VALUES ('a:1', 1, '', 1)",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_entry_append ON audit_entry",
        "SET session_replication_role = replica",
        "TRUNCATE accounts_user CASCADE",
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "DROP TABLE approvals_step",
        "DELETE FROM django_migrations",
        "SELECT * FROM auditing.applications",
    ],
)
def test_the_application_may_not(roles, db, statement):
    record("a:1", "save", by=None, at=AT, data={})
    become(roles.application)
    refused(statement)


def test_nobody_hangs_the_trails_triggers_on_a_table_of_their_own(roles, db):
    for function in ("audit_append()", "audit_anchor_heads()"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_function_privilege(%s, %s, 'EXECUTE')", [roles.application, f"public.{function}"]
            )
            assert cursor.fetchone() == (False,)


def test_signed_in_as_each_role_the_database_itself_draws_the_line(roles):
    with connected(roles.application) as db:
        db.execute("SELECT count(*) FROM approvals_application")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("UPDATE audit_entry SET action = 'x'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("DELETE FROM approvals_step")
    with connected(roles.auditor) as db:
        db.execute("SELECT count(*) FROM audit_entry")
        db.execute("SELECT number, data FROM auditing.anchor_documents")
        for table in ("patients_patient", "approvals_application", "documents_content", "accounts_user"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table)))
        for statement in ("DELETE FROM audit_entry", "INSERT INTO audit_anchor (day) VALUES ('2026-01-01')"):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
                db.execute(statement)
    with connected(roles.owner) as db:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("CREATE ROLE mine")


def test_a_table_made_later_by_the_owner_is_the_applications_to_use_and_not_to_empty(roles, db):
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{roles.owner}"')
        cursor.execute("CREATE TABLE later (id bigint GENERATED BY DEFAULT AS IDENTITY, told text)")
        cursor.execute(f'SET LOCAL ROLE "{roles.application}"')
        cursor.execute("INSERT INTO later (told) VALUES ('a')")
        cursor.execute("UPDATE later SET told = 'b'")
    refused("TRUNCATE later")
    become(roles.auditor)
    refused("SELECT * FROM later")


def test_an_auditor_verifies_the_trail_and_its_anchors(roles, db):
    record("a:1", "save", by=None, at=AT, data={})
    anchor(AT.date(), at=AT)
    become(roles.auditor)
    out = io.StringIO()
    call_command("verify_trail", stdout=out)
    assert "The trail holds: 1 entries in 1 chains, 1 anchors." in out.getvalue()


def test_the_views_of_auditors_show_no_patient_and_no_free_text(roles, db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.view_column_usage"
            " WHERE view_schema = 'auditing'"
        )
        used = set(cursor.fetchall())
    assert not any(table.startswith("patients_") for table, _column in used)
    assert not {"answers", "comment", "content", "patient_id", "email", "password"} & {c for _t, c in used}
    assert ("approvals_application", "number") in used


def test_the_command_may_run_again_and_what_it_prints_and_keeps_is_no_password(roles, db):
    out = io.StringIO()
    call_command("setup_database_roles", stdout=out)
    assert roles.auditor in out.getvalue().splitlines()[-1]  # without a password given
    shown = io.StringIO()
    call_command("setup_database_roles", "--print", stdout=shown)
    assert "ALTER DEFAULT PRIVILEGES" in shown.getvalue()
    assert "secret" not in shown.getvalue()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, left(rolpassword, 6) FROM pg_authid WHERE rolname = ANY(%s) ORDER BY rolname",
            [list(roles.all())],
        )
        kept = dict(cursor.fetchall())
    assert kept == {roles.owner: "SCRAM-", roles.application: "SCRAM-", roles.auditor: None}


def test_as_the_owner_the_command_gives_the_rights_again(roles, db):
    with connection.cursor() as cursor:
        cursor.execute(f'GRANT DELETE ON audit_entry TO "{roles.application}"')
    become(roles.owner)
    call_command("setup_database_roles", stdout=io.StringIO())
    become(roles.application)
    refused("DELETE FROM audit_entry")


def test_without_roles_only_a_superuser_makes_them(roles, db, settings):
    become(roles.owner)
    settings.DATABASE_ROLES = "nobody_made_these"
    with pytest.raises(CommandError, match="a superuser of the database makes them"):
        call_command("setup_database_roles")


def test_the_check_warns_whoever_may_change_the_trail(roles, db):
    (warning,) = rights_of_the_connection(databases=["default"])
    assert "a superuser of the database" in warning.msg
    become(roles.owner)
    assert "who may change the trail" in rights.too_mighty()
    become(roles.application)
    assert rights_of_the_connection(databases=["default"]) == []


def test_an_application_that_adds_an_anchor_gets_the_true_one(roles, db):
    record("a:1", "save", by=None, at=AT, data={})
    become(roles.application)
    assert anchor(AT.date(), at=AT) == 1
    assert (Anchor.objects.get().entries, Entry.objects.count()) == (1, 1)
