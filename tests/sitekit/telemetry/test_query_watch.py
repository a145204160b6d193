"""Queries are counted for what is worked on; slow ones are logged without what was put into them."""

import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from psycopg import sql

from sitekit.telemetry.current_work import Work, work_on
from sitekit.telemetry.query_watch import shorten_sql

pytestmark = pytest.mark.django_db
SLOW = "SELECT pg_sleep(0.003), %s::text, 'literal of somebody'"


def run_slow_query():
    with connection.cursor() as cursor:
        cursor.execute(SLOW, ["13800138000"])


def test_a_slow_query_is_logged_with_its_route_and_without_parameters(settings, caplog):
    settings.SLOW_QUERY_MS = 1
    with work_on(Work("1", "listings:list")):
        run_slow_query()
    (record,) = caplog.records
    line = record.getMessage()
    assert record.levelname == "WARNING" and "ms, listings:list: SELECT pg_sleep(0.003)" in line
    assert "13800138000" not in line and "somebody" not in line


@pytest.mark.parametrize("most", [0, 60_000])
def test_others_are_not(settings, caplog, most):
    settings.SLOW_QUERY_MS = most
    run_slow_query()
    assert caplog.records == []


def test_queries_are_counted_for_what_is_worked_on():
    with work_on(Work("1")) as work:
        run_slow_query()
        run_slow_query()
    run_slow_query()
    assert work.queries == 2
    assert work.query_seconds >= 0.006


def test_a_connection_that_is_made_again_counts_once():
    connection_created.send(type(connection), connection=connection)
    with work_on(Work("1")) as work:
        run_slow_query()
    assert work.queries == 1


def test_what_else_wraps_queries_while_a_connection_is_made_ends_with_its_block():
    def call(execute, *arguments):
        return execute(*arguments)

    other = connection.copy()
    with other.execute_wrapper(call):
        other.connect()
    other.close()
    assert call not in other.execute_wrappers and len(other.execute_wrappers) == 1


def test_a_statement_is_told_in_a_line_that_ends():
    many = "SELECT 1 WHERE 1 IN ({})".format(", ".join(["%s"] * 500))
    assert shorten_sql(many) == "SELECT 1 WHERE 1 IN (%s, …)"
    composed = sql.SQL("SELECT {}\n  FROM {}").format(sql.Literal("it's"), sql.Identifier("x"))
    assert shorten_sql(composed) == "SELECT '…' FROM \"x\""
