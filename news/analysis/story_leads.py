"""Which article leads a story that several articles tell: lists and feeds leave out the others.

An article is left out only if every list that would show it shows its lead: the lead has the same kind and fraud
type, all its places, and a date if the article has one, because articles without a date are last. If two articles
could lead each other, the one that was imported first leads. A text that is printed again months later, as offices do
before each school year, is a story of its own, because behind the old article nobody would see it. Mails need no leads,
because they know what they sent (`news.alert_subscriptions.sending`).
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


def choose_leads_of_moved_article(article: Article, **_signal: Any) -> None:
    """Receive `article_moved`."""
    choose_story_leads(article)


@transaction.atomic(savepoint=False)
def choose_story_leads(article: Article) -> None:
    """Choose the lead of the article again, and of the articles that it led."""
    released = list(Article.objects.filter(lead=article))
    Article.objects.filter(Q(lead=article) | Q(pk=article.pk)).update(lead=None)
    article.lead = None
    for telling in (article, *released):
        if telling.status in (ArticleStatus.PUBLISHED, ArticleStatus.SCHEDULED):
            _choose_story_lead(telling)


def _choose_story_lead(article: Article) -> None:
    """Set the lead of the article, or make it the lead of others. An article that is not due yet leads none."""
    article_rows = Article.objects.filter(pk=article.pk)
    places = _list_places(article_rows)[article.pk]
    article.place_codes = article_rows.with_places().only("pk").get().place_codes
    among = Article.objects.published().leading()
    among = among.filter(kind=article.kind, fraud_type=article.fraud_type)
    same = find_same_story(article, among, limit=MAX_CANDIDATES)
    others = [same_story for same_story in same if not is_far_apart(article, same_story)]
    places_of_others = _list_places(Article.objects.filter(pk__in=[row.pk for row in others]))
    for same_story in others:
        if _stands_for(same_story, places_of_others[same_story.pk], article, places):
            _set_lead([article.pk], same_story)
            article.lead = same_story
            return
    followers = [
        same_story.pk
        for same_story in others
        if _stands_for(article, places, same_story, places_of_others[same_story.pk])
    ]
    if article.is_public:
        _set_lead(followers, article)


def _list_places(articles: ArticleQuerySet) -> dict[int, frozenset[int]]:
    """Return {key: codes of all its places, enclosing ones too}."""
    codes = ArticleRegion.objects.filter(article_id=OuterRef("pk")).values("region_id")
    rows = articles.annotate(codes=ArraySubquery(codes)).values_list("pk", "codes")
    return {pk: frozenset(row_codes) for pk, row_codes in rows}


def _stands_for(
    lead: Article, places: frozenset[int], follower: Article, follower_places: frozenset[int]
) -> bool:
    """Whether the lead is in every list that would show the other. A national article has no places and is in no list
    of a place."""
    if bool(places) != bool(follower_places) or lead.is_undated > follower.is_undated:
        return False
    if places == follower_places and lead.is_undated == follower.is_undated:
        return lead.pk < follower.pk
    return places >= follower_places


def _set_lead(keys: Sequence[int], lead: Article) -> None:
    """Set the lead of these articles, and of the articles that they led."""
    Article.objects.filter(Q(pk__in=keys) | Q(lead__in=keys)).update(lead=lead)
