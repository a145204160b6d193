"""What a check must leave nowhere: a text full of traces, and where they are looked for."""

import logging
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

MARKER, LATIN = "鲸落石七", "zqxjmk77"
# So that everything there is looks at it: scheme, contacts, a link, enough words for a fingerprint.
TEXT = (
    f"招夜间配单员，在家做单，{MARKER}先垫付本金再返佣金，三单连做才能提现，一天五百元。"
    f"加微信 {LATIN} 或者打 13987654321，网址 https://{LATIN}.example.com/join。"
    f"{MARKER}名额有限，时间自由，多劳多得，学生宝妈都可以做，手机电脑都行，当天就结。"
)
TRACES = (MARKER, LATIN, "13987654321", "夜间配单员")


def read_all_tables():
    """{table: all its rows as text}, of whatever stands in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        traces = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT COALESCE(string_agg(t::text, E'\\n'), '') FROM {table} t")  # noqa: S608
            traces[table] = cursor.fetchone()[0]
    return traces


def traces_in(text):
    return [trace for trace in TRACES if trace in text]


@contextmanager
def record_logs(caplog):
    """All that any logger says, queries with their parameters included; read after the deed."""
    silenced = ("django", "django.db.backends", "django.request", "django.template", "PIL")
    for name in ("", *silenced):
        caplog.set_level(logging.DEBUG, logger=name or None)
    formatter = logging.Formatter()

    def lines():
        return [
            formatter.format(record) + repr(record.args) + str(record.exc_text)
            for record in caplog.records
        ]

    with CaptureQueriesContext(connection):
        yield lines


def assert_kept_nowhere(before, lines, changing=()):
    after = read_all_tables()
    for table, rows in after.items():
        assert not traces_in(rows), table
    changed = {table for table in after if after[table] != before[table]}
    allowed = {"public.sitekit_tally", *(f"public.{table}" for table in changing)}
    assert changed <= allowed, "but the counter nothing changes"
    assert not [line for line in lines if traces_in(line)]
