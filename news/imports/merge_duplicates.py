"""Merges an article into another that tells the same story: it becomes a further source of it."""

import hashlib

from django.db import transaction

from accounts.models import User
from news.articles.transitions import record_article_edit
from news.choices import ArticleStatus
from news.models import Article, ArticleSource


def build_article_import_key(source: str, fingerprint: str) -> str:
    """Return the key that recognises a text of a source (by its name) when it comes again."""
    return hashlib.sha256(f"{source}\n{fingerprint}".encode()).hexdigest()


@transaction.atomic
def merge_into_article(draft: Article, into: Article, who: User) -> bool:
    """Add the draft's source to `into`, delete the draft; return whether it was deleted.

    An article with a history is not deleted.
    """
    Article.objects.select_for_update(of=("self",)).get(pk=into.pk)
    draft.other_sources.update(article=into)
    add_source(into, draft)
    if into.status != ArticleStatus.DRAFT:
        record_article_edit(into, who, f"并入重复的《{draft.title}》")
    if draft.status != ArticleStatus.DRAFT or draft.events.exists():
        return False
    draft.delete()
    return True


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
