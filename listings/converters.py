from django.urls.converters import StringConverter

from listings.vocabulary.list_addresses import WORK_CODES


class WorkConverter(StringConverter):
    """`<work:work>` in a path: the code of a kind of work."""

    regex = "[a-z_]+(?:[.][a-z_]+)?"

    def to_python(self, value: str) -> str:
        if value not in WORK_CODES:
            raise ValueError(value)
        return value


class RenewalCodeConverter(StringConverter):
    """`<renewal:code>` in a path: the code of a reminder, where other codes stop messages."""

    regex = "r[0-9]+-[0-9a-f]+"
