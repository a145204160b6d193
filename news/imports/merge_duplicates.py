"""Merges an article into another that tells the same story: its source becomes a further source of that one."""

import hashlib

from django.db import transaction

from accounts.models import User
from news.articles.transitions import record_article_edit
from news.choices import ArticleStatus
from news.models import Article, ArticleSource
from sitekit.workflow.refusals import Refusal

# Begins the reason of the event of a merge, since no editor types a reason.
MERGE_REASON = "并入重复的"


def build_article_import_key(source: str, fingerprint: str) -> str:
    """Return the key by which the same text of a source (by its name) is recognised when it is imported again."""
    return hashlib.sha256(f"{source}\n{fingerprint}".encode()).hexdigest()


class MergeRefused(Refusal):
    """Says in Chinese why nothing was merged."""


@transaction.atomic
def merge_into_article(draft: Article, into: Article, editor: User) -> bool:
    """Add the draft's source to `into`, delete the draft; return whether it was deleted.

    An article with a history is not deleted. Raise `MergeRefused` if the draft was published meanwhile, or `into` was
    withdrawn or merged itself: then nobody could read the story any more.
    """
    rows = _lock_articles(draft, into)
    if draft.pk not in rows:
        raise Article.DoesNotExist
    if into.pk not in rows:
        raise MergeRefused("没有并入：那一篇已经不在了，可能刚并入了别的文章。")
    draft, into = rows[draft.pk], rows[into.pk]
    if draft.status != ArticleStatus.DRAFT:
        raise MergeRefused("没有并入：这一篇已经不是草稿。")
    if into.status == ArticleStatus.WITHDRAWN:
        raise MergeRefused(
            "没有并入：那一篇已经撤回，并进去就没有人看得到了。要发这一篇，按「仍要发布」。"
        )
    draft.other_sources.update(article=into)
    add_source(into, draft)
    if into.status != ArticleStatus.DRAFT:
        record_article_edit(into, editor, f"{MERGE_REASON}《{draft.title}》")
    if draft.events.exists():
        return False
    draft.delete()
    return True


def _lock_articles(*articles: Article) -> dict[int, Article]:
    """Lock the articles that exist, always in the same order, so that two opposite merges wait for each other."""
    rows = Article.objects.select_for_update(of=("self",)).select_related("source")
    return {row.pk: row for row in rows.filter(pk__in=[a.pk for a in articles]).order_by("pk")}


def add_source(into: Article, article: Article) -> bool:
    """Add the source of `article` as another source of `into`; return False if it is not new."""
    if not (article.source_id or article.source_url):
        return False
    if article.source_id == into.source_id and article.source_url in ("", into.source_url):
        return False
    name = article.source.name if article.source else ""
    key = article.import_key or build_article_import_key(name, article.fingerprint)
    facts = {
        "article": into,
        "source": article.source,
        "title": article.title,
        "url": article.source_url,
        "date": article.source_date,
        "author": article.author,
    }
    ArticleSource(**facts).clean_fields(exclude=["article", "import_key"])
    return ArticleSource.objects.get_or_create(import_key=key, defaults=facts)[1]
