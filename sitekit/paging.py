"""Lists in the order of their numbers, in pages by the last number seen."""

from sitekit.numbers import row_number


class Numbered:
    """The rows of one page, and what `_pager.html` needs; what is no number is as not asked.

    `kept` is what the addresses of the pages ask for besides.
    """

    def __init__(self, queryset, request, size: int, *, oldest_first=False, kept=""):
        after = row_number(request.GET.get("after", ""))
        is_first = after is None
        if not is_first:
            queryset = queryset.filter(**{f"pk__{'gt' if oldest_first else 'lt'}": after})
        found = list(queryset.order_by("pk" if oldest_first else "-pk")[: size + 1])
        self.rows = found[:size]
        self.links = {
            "is_first": is_first,
            "next_href": f"?{kept}after={self.rows[-1].pk}" if len(found) > size else "",
            "first_href": "" if is_first else f"?{kept}",
        }
