"""Sitemaps of many rows: a page of 10,000 addresses is read and written without a model or a template for each."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any
from xml.sax.saxutils import escape

from django.contrib.sitemaps import Sitemap
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import F, QuerySet
from django.utils import timezone

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'


class RowSitemap(Sitemap):
    """`list_entries` gives the path and the last change of each row of a page."""

    def list_entries(self, rows: Iterable[Any]) -> Iterable[tuple[str, datetime | None]]:
        raise NotImplementedError

    def get_urls(
        self, page: int | str = 1, site: Any = None, protocol: str | None = None
    ) -> list[dict[str, Any]]:
        start = f"{self.get_protocol(protocol)}://{self.get_domain(site)}"
        rows = self.paginator.page(page).object_list
        urls: list[dict[str, Any]] = [
            {"location": f"{start}{path}", "lastmod": moment}
            for path, moment in self.list_entries(rows)
        ]
        moments: list[datetime] = [url["lastmod"] for url in urls if url["lastmod"]]
        self.latest_lastmod = max(moments, default=None)
        return urls


class NumberRangePaginator(Paginator):
    """Each page is a range of row numbers, the newest first, and has at most `per_page` rows: the rows before
    it are neither counted nor walked over. Ranges without rows are no pages."""

    object_list: QuerySet[Any]

    def page(self, number: int | str) -> Any:
        try:
            page_number = int(number)
        except ValueError as wrong:
            raise PageNotAnInteger("no number") from wrong
        top = self._get_top() - (page_number - 1) * self.per_page
        if page_number < 1 or (page_number > 1 and top < 1):
            raise EmptyPage("no such page")
        rows = self.object_list.filter(pk__gt=top - self.per_page, pk__lte=top)
        return self._get_page(rows, page_number, self)  # type: ignore[attr-defined]

    @property
    def page_range(self) -> list[int]:  # type: ignore[override]
        page = (self._get_top() - F("pk")) / self.per_page + 1
        rows = self.object_list.order_by().annotate(page=page)
        return list(rows.values_list("page", flat=True).distinct().order_by("page"))

    def _get_top(self) -> int:
        """Return the highest number; the first of an ordered walk, since a maximum would read all rows."""
        return self.object_list.order_by("-pk").values_list("pk", flat=True).first() or 0


def write_sitemap(urls: Iterable[dict[str, Any]]) -> str:
    zone = (
        timezone.get_current_timezone()
    )  # asked for once: for each line it would take half of the time
    return f"{_HEAD}{''.join(_write_url(url, zone) for url in urls)}</urlset>\n"


def _write_url(url: dict[str, Any], zone: tzinfo) -> str:
    lastmod = url.get("lastmod")
    moment = ""
    if lastmod:
        words = lastmod.astimezone(zone).isoformat(timespec="seconds")
        moment = f"<lastmod>{words}</lastmod>"
    return f"<url><loc>{escape(url['location'])}</loc>{moment}</url>\n"
