"""Sitemaps whose lines are written by the worker, so that who asks for one waits for no million of rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import batched

from django.db import transaction
from django.db.models import Max, QuerySet

from sitekit.models import SitemapEntry
from sitekit.web.sitemap_pages import RowSitemap

type _Line = tuple[str, datetime | None]

BATCH_ROWS = 2_000


def store_sitemap(
    section: str, lines: Mapping[str, datetime] | Mapping[str, datetime | None]
) -> int:
    """Make the lines of a section these, and return how many rows changed."""
    with transaction.atomic():
        rows = SitemapEntry.objects.filter(section=section)
        stored_rows = {row.path: row for row in rows.select_for_update()}
        gone = [row.pk for path, row in stored_rows.items() if path not in lines]
        changed = [
            row for path, row in stored_rows.items() if lines.get(path, row.lastmod) != row.lastmod
        ]
        for row in changed:
            row.lastmod = lines[row.path]
        new = [
            SitemapEntry(section=section, path=path, lastmod=lastmod)
            for path, lastmod in lines.items()
            if path not in stored_rows
        ]
        for numbers in batched(gone, BATCH_ROWS):
            SitemapEntry.objects.filter(pk__in=numbers).delete()
        SitemapEntry.objects.bulk_update(changed, ["lastmod"], batch_size=BATCH_ROWS)
        SitemapEntry.objects.bulk_create(new, batch_size=BATCH_ROWS)
    return len(gone) + len(changed) + len(new)


class KeptSitemap(RowSitemap):
    """The stored lines of a section, in the order of their paths."""

    limit = 10_000
    section = ""

    def items(self) -> QuerySet[SitemapEntry, _Line]:
        rows = SitemapEntry.objects.filter(section=self.section).order_by("path")
        return rows.values_list("path", "lastmod")

    def list_entries(self, rows: Iterable[_Line]) -> Iterable[_Line]:
        return rows

    def get_latest_lastmod(self) -> datetime | None:
        rows = SitemapEntry.objects.filter(section=self.section)
        return rows.aggregate(Max("lastmod"))["lastmod__max"]
