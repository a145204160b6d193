from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone

from news.models import Article
from sitekit.seo.feed_formats import strip_illegal_xml
from sitekit.web.sitemap_pages import RowSitemap

NEWS_DAYS = timedelta(days=2)  # what search engines take for news
NEWS_MOST = 1000


type _ArticleRow = tuple[int, datetime, datetime | None]


class ArticleSitemap(RowSitemap):
    """Canonical addresses only: one for each article, not one for each city."""

    limit = 10_000

    def items(self) -> QuerySet[Article, _ArticleRow]:
        articles = Article.objects.published().newest()
        return articles.values_list("pk", "updated_at", "published_at")

    def list_entries(self, rows: Iterable[_ArticleRow]) -> Iterator[tuple[str, datetime]]:
        folder = reverse("news:list")
        for pk, updated_at, published_at in rows:
            yield f"{folder}{pk}/", max(updated_at, published_at or updated_at)

    def get_latest_lastmod(self) -> datetime | None:
        """Return it by one query, not by reading every article as Django would."""
        latest = Article.objects.published().aggregate(Max("updated_at"), Max("published_at"))
        return max(filter(None, latest.values()), default=None)


class NewsSitemap(Sitemap):
    """The last two days, for search engines that show news."""

    limit = NEWS_MOST

    def lastmod(self, article: Article) -> datetime:
        return article.changed_at

    def items(self) -> list[Article]:
        since = timezone.now() - NEWS_DAYS
        recent = (
            Article.objects.published().dated().leading().filter(published_at__gt=since).newest()
        )
        rows = list(recent.only("pk", "title", "updated_at", "published_at")[:NEWS_MOST])
        for row in rows:
            row.title = strip_illegal_xml(row.title)
        return rows

    def get_latest_lastmod(self) -> datetime | None:
        return max(map(self.lastmod, self.items()), default=None)
