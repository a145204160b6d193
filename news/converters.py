class FormConverter:
    """`feed.<form:form>` in a path: the forms of `news.feed_forms`."""

    regex = "atom|json"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value
