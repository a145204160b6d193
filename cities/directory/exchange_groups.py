"""The exchange group (副业交流群) of a place, which the operator runs."""

from django.db.models import Case, Value, When

from cities.directory.regions import city_of
from cities.models import ExchangeGroup


def list_groups_serving(region):
    """The open groups for the people of a place: its own, then its city's."""
    city = city_of(region)
    codes = {region.adcode, city.adcode if city else region.adcode}
    own_first = Case(When(region_id=region.adcode, then=Value(0)), default=Value(1))
    return ExchangeGroup.objects.filter(is_open=True, region_id__in=codes).order_by(own_first)


def split_group_rules(group):
    """The rules, one a line as they were typed."""
    return [line.strip() for line in group.rules.splitlines() if line.strip()]
