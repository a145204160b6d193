"""What a database holds, in a form that is equal before and after: rows and their sum for each table."""

from django.db.backends.utils import CursorWrapper
from psycopg import sql

Tables = dict[str, list[str]]


def list_tables(cursor: CursorWrapper) -> list[tuple[str, str]]:
    cursor.execute(
        "SELECT schemaname, tablename FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
    )
    return cursor.fetchall()


def list_migrations(cursor: CursorWrapper) -> list[str]:
    if ("public", "django_migrations") not in list_tables(cursor):
        return []
    cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
    return [name for (name,) in cursor.fetchall()]


def sum_tables(cursor: CursorWrapper) -> Tables:
    """Return, by table, the number of rows and a sum of the rows' hashes, which does not depend on their order."""
    sums = {}
    for schema, table in list_tables(cursor):
        query = sql.SQL("SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {} t")
        cursor.execute(query.format(sql.Identifier(schema, table)))
        sums[f"{schema}.{table}"] = [str(value) for value in cursor.fetchone() or ()]
    return sums


def has_rows(cursor: CursorWrapper) -> bool:
    for schema, table in list_tables(cursor):
        query = sql.SQL("SELECT EXISTS (TABLE {})").format(sql.Identifier(schema, table))
        cursor.execute(query)
        if cursor.fetchone() == (True,):
            return True
    return False
