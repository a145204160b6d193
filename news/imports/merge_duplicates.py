"""What tells a story that the site has already goes into the article that is there, as a source."""

import hashlib

from django.db import transaction

from news.articles.transitions import record_article_edit
from news.choices import ArticleStatus
from news.models import Article, ArticleSource


def build_article_import_key(source, fingerprint):
    """What a text from a source, which is named, is known by when it comes again."""
    return hashlib.sha256(f"{source}\n{fingerprint}".encode()).hexdigest()


@transaction.atomic
def merge_into_article(draft, into, who):
    """Keep where the draft came from with the other article, and delete it; returns whether it is gone.

    One with a history stays: what happened outlives the wish to tidy up.
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


def add_source(into, article):
    """Name where `article` comes from as another source of `into`; False where that says nothing new."""
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
