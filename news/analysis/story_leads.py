"""Which article stands for a story that several tell: the others are left out of lists and feeds.

An article is folded into another only if every list that would show it shows the other: of the same kind
and fraud type, with all its places; and one with a date never into one without, which stands behind all
others. Of two that are equal in this the first that was taken in leads, so no two stand for each other. What is
printed again months later, as offices do before each school year, stands for itself: behind the former it would
be seen by nobody.
Mails need no lead: they know what they told (`news.alert_subscriptions.sending`).
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, Q

from news.analysis.near_duplicates import MAX_CANDIDATES, find_same_story, is_far_apart
from news.choices import ArticleStatus
from news.models import Article, ArticleRegion
from news.models.querysets import ArticleQuerySet


def refold_moved_article(article: Article, **_signal: Any) -> None:
    """Receive `article_moved`."""
    refold_story(article)


@transaction.atomic(savepoint=False)
def refold_story(article: Article) -> None:
    """Choose anew what stands for the article, and for those for which it stood."""
    released = list(Article.objects.filter(lead=article))
    Article.objects.filter(Q(lead=article) | Q(pk=article.pk)).update(lead=None)
    article.lead = None
    for telling in (article, *released):
        if telling.status in (ArticleStatus.PUBLISHED, ArticleStatus.SCHEDULED):
            _choose_story_lead(telling)


def _choose_story_lead(article: Article) -> None:
    """Let another article stand for it, or it for others. What is not due yet stands for none."""
    article_rows = Article.objects.filter(pk=article.pk)
    places = _list_places(article_rows)[article.pk]
    article.place_codes = article_rows.with_places().only("pk").get().place_codes
    among = Article.objects.published().leading()
    among = among.filter(kind=article.kind, fraud_type=article.fraud_type)
    same = find_same_story(article, among, limit=MAX_CANDIDATES)
    others = [other for other in same if not is_far_apart(article, other)]
    places_of_others = _list_places(Article.objects.filter(pk__in=[row.pk for row in others]))
    for other in others:
        if _stands_for(other, places_of_others[other.pk], article, places):
            _set_lead([article.pk], other)
            article.lead = other
            return
    followers = [
        other.pk
        for other in others
        if _stands_for(article, places, other, places_of_others[other.pk])
    ]
    if article.is_public:
        _set_lead(followers, article)


def _list_places(articles: ArticleQuerySet) -> dict[int, frozenset[int]]:
    """Return {key: codes of all its places, enclosing ones too}."""
    codes = ArticleRegion.objects.filter(article_id=OuterRef("pk")).values("region_id")
    rows = articles.annotate(codes=ArraySubquery(codes)).values_list("pk", "codes")
    return {pk: frozenset(row_codes) for pk, row_codes in rows}


def _stands_for(
    lead: Article, places: frozenset[int], other: Article, other_places: frozenset[int]
) -> bool:
    """A national one, which has no places, stands in no list of a place's own, and for none that does."""
    if bool(places) != bool(other_places) or lead.is_undated > other.is_undated:
        return False
    if places == other_places and lead.is_undated == other.is_undated:
        return lead.pk < other.pk
    return places >= other_places


def _set_lead(keys: Sequence[int], lead: Article) -> None:
    """With those for which they stood."""
    Article.objects.filter(Q(pk__in=keys) | Q(lead__in=keys)).update(lead=lead)
