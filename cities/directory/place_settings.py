"""The operator's settings for places, kept in each process."""

from collections.abc import Mapping

from cities.models import HotCityList, PlaceDescription, Region
from sitekit.site_settings.kept_settings import KeptSetting


def _read_hot_cities() -> tuple[int, ...]:
    rows = HotCityList.objects.filter(pk=HotCityList.ONLY).values_list("places", flat=True)
    return tuple(code for places in rows for code in places)


def _read_descriptions() -> Mapping[int, str]:
    rows = PlaceDescription.objects.exclude(words="").order_by()
    return dict(rows.values_list("region", "words"))


# The codes in their order; if empty, the shipped places.
HOT_CITIES: KeptSetting[tuple[int, ...]] = KeptSetting(
    "site", "hot cities", _read_hot_cities, shipped=()
)
DESCRIPTIONS: KeptSetting[Mapping[int, str]] = KeptSetting(
    "site", "place descriptions", _read_descriptions, shipped={}
)


def find_place_description(region: Region) -> str:
    """Return the operator's description of this place; "" if there is none."""
    return DESCRIPTIONS.get().get(region.adcode, "")
