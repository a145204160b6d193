"""Many rows from one, inside the database.

One real row of a table is saved through its model; all others are copies of it with some columns
computed, so that a column added later needs no change in the bench.
"""


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
