from datetime import datetime, timedelta

import pytest
from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from cities.models import Region
from sitekit.databases.composed_queries import ComposedQuery
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
