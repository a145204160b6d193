from datetime import datetime, timedelta

import pytest
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from cities.models import Region
from sitekit.databases.composed_queries import ComposedQuery, ReplannedQuery
from sitekit.models import Tally

HUNAN, XIANGXI = 430000, 433100


def build_children_query(region):
    within = Region.objects.filter(parent=OuterRef("pk")).order_by().values("parent")
    number = Subquery(within.annotate(number=Count("pk")).values("number"))
    return Region.objects.filter(pk=region, level__gte=0).values_list("name", number)


@pytest.mark.django_db
def test_a_query_is_composed_once_and_answers_for_each_value(django_assert_num_queries):
    composed = []

    def build(region):
        composed.append(region)
        return build_children_query(region)

    query = ComposedQuery(build, region=int)
    for region in (HUNAN, XIANGXI, HUNAN):
        expected = list(build_children_query(region))
        with django_assert_num_queries(1):
            assert query.fetch_rows(region=region) == expected
    assert len(composed) == 1


@pytest.mark.django_db
def test_rows_have_names_where_the_queryset_has():
    def build(region):
        return Region.objects.filter(pk=region).values("name", the_level=F("level"))

    (row,) = ComposedQuery(build, region=int).fetch_dicts(region=HUNAN)
    assert row == build(HUNAN).get() == {"name": "湖南省", "the_level": row["the_level"]}


@pytest.mark.django_db
@pytest.mark.parametrize(("query_type", "expected"), [(ComposedQuery, 1), (ReplannedQuery, 0)])
def test_only_what_one_plan_serves_is_prepared(query_type, expected):
    note = f"of {query_type.__name__}"

    def build(region):
        return build_children_query(region).annotate(note=Value(note)).values_list("name", "note")

    query = query_type(build, region=int)
    for region in (HUNAN, XIANGXI, HUNAN, XIANGXI):
        assert query.fetch_rows(region=region)[0][1] == note
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement ~ 'AS \"note\"'"
        )
        assert cursor.fetchone() == (expected,)
        cursor.execute("DEALLOCATE ALL")


@pytest.mark.django_db
def test_moments_are_given_as_they_are():
    def build(after, before):
        return Tally.objects.filter(until__gt=after, until__lt=before).values_list("key", "until")

    query = ComposedQuery(build, after=datetime, before=datetime)
    now, day = timezone.now(), timedelta(days=1)
    Tally.objects.create(key="try", count=1, until=now)
    assert query.fetch_rows(after=now - day, before=now + day) == [("try", now)]
    assert query.fetch_rows(after=now + day, before=now + 2 * day) == []


@pytest.mark.django_db
def test_a_value_that_was_not_handed_on_is_told():
    query = ComposedQuery(
        lambda region, **_forgotten: build_children_query(region), region=int, since=datetime
    )
    with pytest.raises(ValueError, match="since"):
        query.fetch_rows(region=HUNAN, since=timezone.now())


def build_districts_query(city, after):
    """With what makes a row more than its columns: a row beside it, an annotation that is converted, a column left
    out, and rows that are fetched along."""
    counted = (
        Tally.objects.filter(until__gt=after).order_by("key").values(row=JSONObject(key="key"))
    )
    return (
        Region.objects.filter(parent=city)
        .select_related("parent")
        .prefetch_related("children")
        .annotate(tallies=ArraySubquery(counted), number=Count("children"))
        .defer("aliases")
        .order_by("pk")
    )


@pytest.mark.django_db
def test_instances_are_those_that_django_makes(django_assert_num_queries):
    now = timezone.now()
    Tally.objects.create(key="try", count=1, until=now)
    query = ComposedQuery(build_districts_query, city=int, after=datetime)
    for city in (XIANGXI, HUNAN, XIANGXI):
        after = now - timedelta(days=1)
        expected = list(build_districts_query(city, after))
        with django_assert_num_queries(2):
            districts = query.fetch_objects(city=city, after=after)
        assert districts == expected and districts
        for district, expected_row in zip(districts, expected, strict=True):
            besides = {"_state": None, "_prefetched_objects_cache": None}
            assert vars(district) | besides == vars(expected_row) | besides
            assert district._state.db == expected_row._state.db
        with django_assert_num_queries(0):
            assert {district.parent.name for district in districts} == {districts[0].parent.name}
            children = [list(district.children.all()) for district in districts]
        assert children == [list(expected_row.children.all()) for expected_row in expected]
        with django_assert_num_queries(1):
            assert districts[0].aliases is not None


@pytest.mark.django_db
def test_what_makes_instances_holds_no_connection():
    query = ComposedQuery(build_districts_query, city=int, after=datetime)
    assert query.fetch_objects(city=XIANGXI, after=timezone.now())
    assert query._composition.compiler.connection is None


@pytest.mark.django_db
@pytest.mark.parametrize("days", [-90, 0, 30])
@pytest.mark.parametrize("moment", [timezone.now, timezone.localdate])
def test_the_moment_at_which_it_is_composed_is_told_and_not_held(moment, days):
    """Neither it nor a moment that is counted from it."""
    field = "until" if moment is timezone.now else "until__date"
    limit = moment() + timedelta(days=days)
    query = ComposedQuery(
        lambda key: Tally.objects.filter(key=key, **{f"{field}__gt": limit}).values_list("key"),
        key=str,
    )
    with pytest.raises(ValueError, match="for ever"):
        query.fetch_rows(key="try")
