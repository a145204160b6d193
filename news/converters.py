from django.urls.converters import StringConverter


class FormatConverter(StringConverter):
    """`feed.<format:suffix>` in a path: the formats of `news.pages.feed_formats`."""

    regex = "atom|json"
