import pytest
from django.db import ProgrammingError, connection, transaction

from cities.models import Region
from sitekit.databases.prepared_statements import (
    RUNS_BEFORE_PREPARING,
    prepare_statements,
)

HUNAN = 430000


def name_region():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM cities_region WHERE adcode = %s", [HUNAN])
        return cursor.fetchone()[0]


def list_prepared():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%cities_region%'"
        )
        return [statement for (statement,) in cursor.fetchall()]


@pytest.fixture(autouse=True)
def nothing_prepared(db):
    connection.connection.prepare_threshold = None
    connection.connection._prepared.clear()
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")


@pytest.mark.django_db
def test_a_statement_is_prepared_when_it_is_asked_again():
    for _ in range(RUNS_BEFORE_PREPARING):
        with prepare_statements():
            assert name_region() == "湖南省"
    assert list_prepared() == []
    with prepare_statements():
        assert name_region() == "湖南省"
    assert list_prepared() == ["SELECT name FROM cities_region WHERE adcode = $1"]
    assert name_region() == "湖南省"


@pytest.mark.django_db
def test_models_are_read_alike(django_assert_num_queries):
    regions = Region.objects.filter(adcode__in=[HUNAN, 430100]).order_by("pk").values()
    plain = list(regions.all())
    with prepare_statements(), django_assert_num_queries(4):
        for _ in range(4):
            assert list(regions.all()) == plain
    assert len(list_prepared()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_statement_is_planned_anew_where_the_server_forgot_it_or_its_table_changed():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE thing AS SELECT 1 AS number")

    def read_things():
        with prepare_statements(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM thing WHERE number > %s", [0])
            return cursor.fetchall()

    def change_unnoticed(statement):
        """Prepare again; then do something that the client does not see, as another session would."""
        for _ in range(RUNS_BEFORE_PREPARING + 1):
            read_things()
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN EXECUTE '{statement}'; END $$")

    try:
        change_unnoticed("ALTER TABLE thing ADD word integer DEFAULT 2")
        assert read_things() == [(1, 2)]
        change_unnoticed("DEALLOCATE ALL")
        assert read_things() == [(1, 2)]
        change_unnoticed("DEALLOCATE ALL")
        with pytest.raises(ProgrammingError), transaction.atomic():
            read_things()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE thing")


@pytest.mark.django_db
def test_what_is_wrong_is_told():
    with (
        prepare_statements(),
        pytest.raises(ProgrammingError, match="no_such_table"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM no_such_table WHERE 1 = %s", [1])
