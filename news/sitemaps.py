from django.contrib.sitemaps import Sitemap

from news.models import Article


class ArticleSitemap(Sitemap):
    """Canonical addresses only: one an article, not one a city."""

    limit = 10_000

    def items(self):
        return Article.objects.published().newest().only("pk", "updated_at", "published_at")

    def lastmod(self, article):
        return article.updated_at
