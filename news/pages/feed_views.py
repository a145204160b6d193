"""The lists of the news for feed readers, as Atom, RSS and JSON Feed, at the page's address + feed.…

A city's feed holds what its page shows first: what belongs to the city, and the newest that concern
it from further around. The keys of those articles are read first; a reader that has them gets 304.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import SyndicationFeed

from cities.models import Region
from news.models import Article, ArticleEvent
from news.models.querysets import ArticleQuerySet, union_articles
from news.pages.article_lists import WIDER_ARTICLE_COUNT, get_place_name, parse_article_list
from news.pages.feed_entries import add_feed_article
from sitekit.kept_pages.kept_feeds import FeedParts, FeedState, answer_feed
from sitekit.seo.feed_formats import EMPTY_FEED_DATE, FORMATS
from sitekit.web.pages import page

FEED_SIZE = 30


class FeedRows(NamedTuple):
    name: str  # of the list
    rows: list[dict[str, Any]]


@page(takes="read")
def show_feed(
    request: HttpRequest, suffix: str, city: Region | None = None, **narrowed: Any
) -> HttpResponse:
    """Send the feed: one query if the reader has it already, two if not, none if the feed is kept in memory."""

    def read_rows() -> FeedRows:
        name, articles, facts = parse_article_list(**narrowed)
        return FeedRows(name, _list_rows(articles.dated(), city, facts))

    parts = FeedParts(
        topics=["articles", "site"],
        read=read_rows,
        describe=_describe_state,
        build=lambda feed_rows: _build_feed(request, suffix, city, feed_rows),
    )
    return answer_feed(request, suffix, parts)


def _list_rows(
    articles: ArticleQuerySet, city: Region | None, facts: dict[str, str]
) -> list[dict[str, Any]]:
    """Return the newest articles, with only the columns that tell whether a reader has them; one query."""
    if city is None:
        chosen = articles.filter(**facts).newest()[:FEED_SIZE]
    else:
        in_place = articles.in_place(city, **facts).newest().values("pk")[:FEED_SIZE]
        wider = articles.around(city, WIDER_ARTICLE_COUNT, **facts).values("pk")
        chosen = Article.objects.filter(pk__in=union_articles([in_place, wider])).newest()[
            :FEED_SIZE
        ]
    last = ArticleEvent.objects.order_by("-pk").values("at")[:1]
    return list(
        chosen.annotate(source_name=F("source__name"), last_event=Subquery(last)).values(
            "pk", "published_at", "updated_at", "source_name", "last_event"
        )
    )


def _get_changed_at(row: dict[str, Any]) -> datetime:
    """Return the last change; publication counts as one. See `Article.changed_at`."""
    return max(row["updated_at"], row["published_at"])


def _describe_state(feed_rows: FeedRows) -> FeedState:
    """A withdrawn article leaves no trace in the feed, so the last event of any article counts too."""
    rows = feed_rows.rows
    moments = [
        moment for row in rows for moment in (_get_changed_at(row), row["last_event"]) if moment
    ]
    lines = (f"{row['pk']} {_get_changed_at(row).isoformat()} {row['source_name']}" for row in rows)
    return FeedState(tuple(lines), max(moments, default=None))


def _build_feed(
    request: HttpRequest, suffix: str, city: Region | None, feed_rows: FeedRows
) -> SyndicationFeed:
    name, rows = feed_rows
    absolute = request.build_absolute_uri
    list_path = request.path.rpartition("/")[0] + "/"
    articles = (
        Article.objects.filter(pk__in=[row["pk"] for row in rows])
        .select_related("source", "hero")
        .with_tags()
        .defer("text", "sketch", "bands", "figures")
        .newest()
    )
    title = f"{get_place_name(city)}{name} - {city.short_name if city else ''}兼职信息网"
    feed = FORMATS[suffix](
        title,
        absolute(list_path),
        title,  # RSS wants a description
        language="zh-CN",
        feed_url=absolute(request.path),
        updated=max(map(_get_changed_at, rows), default=EMPTY_FEED_DATE),
    )
    for article in articles:
        add_feed_article(feed, article, absolute, city)
    return feed
