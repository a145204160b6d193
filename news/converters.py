class FormatConverter:
    """`feed.<format:suffix>` in a path: the formats of `news.pages.feed_formats`."""

    regex = "atom|json"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value
