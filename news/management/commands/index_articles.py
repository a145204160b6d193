"""Compute the derived fields, the terms and the story leads of all articles again; safe at any time."""

from itertools import batched

from django.core.management.base import BaseCommand
from django.db import transaction

from news.analysis.keywords import recount_terms, write_article_terms
from news.analysis.story_leads import choose_story_leads
from news.models import Article
from news.models.article import DERIVED

ARTICLES_PER_BATCH = 200


class Command(BaseCommand):
    help = "重新计算所有资讯的文本指纹、相似度草图、数字和关键词，同一件事的几篇报道归在一起；可以重复运行。"

    def handle(self, **options):
        recount_terms()
        keys = Article.objects.order_by("pk").values_list("pk", flat=True).iterator()
        total = sum(self._index_batch(batch) for batch in batched(keys, ARTICLES_PER_BATCH))
        for pk in Article.objects.published().order_by("pk").values_list("pk", flat=True):
            choose_story_leads(Article.objects.get(pk=pk))
        self.stdout.write(f"已重算 {total} 篇。")

    @transaction.atomic
    def _index_batch(self, keys):
        """Index these articles. The rows are locked, so that an edit at the same moment is not overwritten."""
        articles = list(
            Article.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
        )
        for article in articles:
            article.prepare()
        Article.objects.bulk_update(articles, DERIVED)
        write_article_terms(articles)
        return len(articles)
