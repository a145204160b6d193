"""Print what an article's page shows as related under a city, best first."""

import json

from django.core.management.base import BaseCommand, CommandError

from cities.directory.regions import get_current_region, get_region_by_slug
from news.models import Article
from news.related.related_articles import find_related_articles


class Command(BaseCommand):
    help = "列出一篇文章在某个城市下的相关内容，连同理由和得分。"

    def add_arguments(self, parser):
        parser.add_argument("article", type=int, metavar="ID", help="文章编号")
        parser.add_argument("--city", metavar="SLUG", help="地址里的城市，如 xiangxi；不填是全国")
        parser.add_argument("--json", action="store_true", help="只输出一个 JSON 列表")

    def handle(self, *, article, city, **options):
        place = _get_requested_region(city)
        page = (
            Article.objects.published()
            .with_tags()
            .with_places()
            .with_matters()
            .filter(pk=article)
            .first()
        )
        if page is None:
            raise CommandError(f"没有这篇文章，或者它没有发布：{article}")
        related_articles = find_related_articles(page, place)
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    [_build_item_row(related_article) for related_article in related_articles],
                    ensure_ascii=False,
                )
            )
            return
        for related_article in related_articles:
            self.stdout.write(
                f"{related_article.score:8.3f}  {related_article.reason}  {related_article.pk}  {related_article.title}"
            )
        self.stdout.write(f"共 {len(related_articles)} 条。")


def _get_requested_region(slug):
    if not slug:
        return None
    region = get_region_by_slug(slug)
    if region is None:
        raise CommandError(f"没有这个地区：{slug}")
    return get_current_region(region)


def _build_item_row(article):
    return {
        "id": article.pk,
        "kind": "article",
        "title": article.title,
        "excerpt": article.excerpt,
        "reason": article.reason,
        "score": article.score,
    }
