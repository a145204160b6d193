from datetime import datetime, timedelta

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.utils import timezone

from news.models import Article
from news.pages.feed_formats import strip_illegal_xml

NEWS_DAYS = timedelta(days=2)  # what search engines take for news
NEWS_MOST = 1000


class ArticleSitemap(Sitemap):
    """Canonical addresses only: one for each article, not one for each city."""

    limit = 10_000

    def items(self) -> QuerySet[Article] | list[Article]:
        return Article.objects.published().newest().only("pk", "updated_at", "published_at")

    def lastmod(self, article: Article) -> datetime:
        return article.changed_at

    def get_latest_lastmod(self) -> datetime | None:
        """Return it by one query, not by reading every article as Django would."""
        latest = Article.objects.published().aggregate(Max("updated_at"), Max("published_at"))
        return max(filter(None, latest.values()), default=None)


class NewsSitemap(ArticleSitemap):
    """The last two days, for search engines that show news."""

    limit = NEWS_MOST

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
