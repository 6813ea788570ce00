"""Reference data made once per run by the real code, then copied: a test starts in milliseconds."""

from functools import cache

from django.db import connection

_copies: dict[str, list[tuple[str, bytes]]] = {}


def prepared(name, apps, make):
    """Fill the tables of the apps, the first time by `make()`, later from a copy of what it made.

    False, and nothing done, where they hold something already. The triggers look away meanwhile.
    """
    tables = _tables(*apps)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT 1 FROM {table} LIMIT 1)" for table in tables))
        if cursor.fetchone():
            return False
        if name not in _copies:
            make()
            _copies[name] = [(table, rows) for table in tables if (rows := _copy_out(cursor, table))]
            return True
        cursor.execute("SET session_replication_role = replica")
        for table, rows in _copies[name]:
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(rows)
        if counting := _go_on_counting(*(table for table, _rows in _copies[name])):
            cursor.execute(counting)
        cursor.execute("SET session_replication_role = origin")
    return True


def _copy_out(cursor, table):
    with cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


@cache  # the tables of a run stay as they are: asked for once, not at every test
def _tables(*apps):
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return [table for table in names if table.startswith(tuple(f"{app}_" for app in apps))]


@cache
def _go_on_counting(*tables):
    """One statement that lets every table's numbers go on where the copy ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, pg_get_serial_sequence(table_name, 'id') FROM information_schema.columns"
            " WHERE column_name = 'id' AND table_name = ANY(%s)",
            [list(tables)],
        )
        counted = [(table, sequence) for table, sequence in cursor.fetchall() if sequence]
    return "; ".join(f"SELECT setval('{sequence}', max(id)) FROM {table}" for table, sequence in counted)
