"""A draft that tells what the site has told already goes into the article that is there."""

import hashlib

from django.db import transaction

from news.choices import ArticleStatus
from news.models import Article, ArticleEvent, ArticleSource


@transaction.atomic
def fold(draft, into, who):
    """Keep where the draft came from with the other article, and delete it; returns whether it is gone.

    One with a history stays: what happened outlives the wish to tidy up.
    """
    Article.objects.select_for_update(of=("self",)).get(pk=into.pk)
    if draft.source_id or draft.source_url:
        _keep_source(draft, into)
    if into.status != ArticleStatus.DRAFT:
        ArticleEvent.objects.create(
            article=into,
            who=who,
            what=ArticleEvent.What.EDIT,
            why=f"并入重复的《{draft.title}》"[:200],
            before=into.status,
            after=into.status,
        )
    if draft.status != ArticleStatus.DRAFT or draft.events.exists():
        return False
    draft.delete()
    return True


def _keep_source(draft, into):
    """Its other sources come along; one that is named there already is not named twice."""
    draft.other_sources.update(article=into)
    name = draft.source.name if draft.source else ""
    key = draft.import_key or hashlib.sha256(f"{name}\n{draft.fingerprint}".encode()).hexdigest()
    if into.source_id == draft.source_id and into.source_url == draft.source_url:
        return
    ArticleSource.objects.get_or_create(
        import_key=key,
        defaults={
            "article": into,
            "source": draft.source,
            "title": draft.title,
            "url": draft.source_url,
            "date": draft.source_date,
            "author": draft.author,
        },
    )
