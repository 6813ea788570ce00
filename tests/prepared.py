"""Reference data made once per run by the real code, then copied: a test starts in milliseconds."""

from django.db import connection

_copies: dict[str, list[tuple[str, bytes]]] = {}


def prepared(name, apps, make):
    """Fill the tables of the apps, the first time by `make()`, later from a copy of what it made.

    Does nothing where they hold something already. The triggers look away while a copy comes back.
    """
    with connection.cursor() as cursor:
        tables = [
            table
            for table in connection.introspection.table_names(cursor)
            if table.startswith(tuple(f"{app}_" for app in apps))
        ]
        cursor.execute(" UNION ALL ".join(f"(SELECT 1 FROM {table} LIMIT 1)" for table in tables))
        if cursor.fetchone():
            return
        if name not in _copies:
            make()
            _copies[name] = [(table, _copy_out(cursor, table)) for table in tables]
            return
        cursor.execute("SET session_replication_role = replica")
        for table, rows in _copies[name]:
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(rows)
            _go_on_counting(cursor, table)
        cursor.execute("SET session_replication_role = origin")


def _copy_out(cursor, table):
    with cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


def _go_on_counting(cursor, table):
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    if ("id",) in cursor.fetchall():
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} HAVING max(id) > 0"
        )
