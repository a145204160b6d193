"""`<city:city>` in a path: the place itself in the view, its slug in the address."""

from cities.directory.regions import by_slug


class CityConverter:
    regex = "[a-z][a-z0-9-]{1,59}"

    def to_python(self, value):
        region = by_slug(value)
        if region is None:
            raise ValueError(value)
        return region

    def to_url(self, value):
        return value if isinstance(value, str) else value.slug
