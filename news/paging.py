"""Pages by a cursor, the last row seen: page 500 costs what page 1 does."""

import re
from datetime import UTC, datetime, timedelta

PAGE_SIZE = 20
_CURSOR = re.compile(r"(\d{1,16})-(\d{1,18})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Page:
    """The rows after the cursor, the next cursor, and a notice where the cursor was unusable."""

    def __init__(self, queryset, after, size=PAGE_SIZE):
        cursor = _read(after)
        self.notice = "翻页的位置认不出来，已从最新的开始。" if after and cursor is None else ""
        self.is_first = cursor is None
        if cursor:
            queryset = queryset.after(*cursor)
        rows = list(queryset.newest()[: size + 1])
        self.rows = rows[:size]
        self.next = _write(self.rows[-1]) if len(rows) > size else ""


def _read(after):
    match = _CURSOR.fullmatch(after)
    if not match:
        return None
    microseconds, pk = map(int, match.groups())
    return _EPOCH + timedelta(microseconds=microseconds), pk


def _write(row):
    return f"{(row.published_at - _EPOCH) // timedelta(microseconds=1)}-{row.pk}"
