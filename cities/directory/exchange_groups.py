"""The exchange group (副业交流群) of a place, run by the operator."""

from django.db.models import Case, QuerySet, Value, When

from cities.directory.regions import get_city
from cities.models import ExchangeGroup, Region


def list_groups_serving(region: Region) -> QuerySet[ExchangeGroup]:
    """Return the open groups of a place and of its city, its own first."""
    city = get_city(region)
    codes = {region.adcode, city.adcode if city else region.adcode}
    own_first = Case(When(region_id=region.adcode, then=Value(0)), default=Value(1))
    return ExchangeGroup.objects.filter(is_open=True, region_id__in=codes).order_by(own_first)


def split_group_rules(group: ExchangeGroup) -> list[str]:
    """Return the rules, which are typed one per line."""
    return [line.strip() for line in group.rules.splitlines() if line.strip()]
