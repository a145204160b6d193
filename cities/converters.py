"""`<city:city>` in a path: a slug in the address, a `Region` in the view."""

from cities.directory.regions import get_region_by_slug
from cities.models import Region


class CityConverter:
    regex = "[a-z][a-z0-9-]{1,59}"

    def to_python(self, value: str) -> Region:
        region = get_region_by_slug(value)
        if region is None:
            raise ValueError(value)
        return region

    def to_url(self, value: str | Region) -> str:
        return value if isinstance(value, str) else value.slug
