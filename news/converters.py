from django.urls.converters import StringConverter


class FormatConverter(StringConverter):
    """`feed.<format:suffix>` in a path: the formats of `sitekit.seo.feed_formats`."""

    regex = "atom|json|rss"
