"""Many rows from one, inside the database.

One real row of a table is saved through its model; all others are copies of it with some columns
computed, so that a column added later needs no change in the bench.
"""

from contextlib import contextmanager

from django.db import connection


def copy_rows(cursor, model, source, computed, params):
    """Insert rows of `source` as copies of the table's only row; `computed` is SQL by column."""
    table = model._meta.db_table
    columns = [f.column for f in model._meta.local_concrete_fields]
    values = ", ".join(computed.get(column, f"one.{column}") for column in columns)
    cursor.execute(
        f"WITH one AS MATERIALIZED (SELECT * FROM {table} LIMIT 1), "
        f"source AS MATERIALIZED ({source}) "
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM one, source",
        params,
    )


@contextmanager
def rebuild_indexes_afterwards(model):
    """Drop the indexes of a table while a block fills it: at its end they are built in one go, which is faster."""
    indexes = model._meta.indexes
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.remove_index(model, index)
    yield
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.add_index(model, index)
