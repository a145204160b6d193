"""The lists of the news for feed readers, as Atom, RSS and JSON Feed, at the page's address + feed.…

A city's feed holds what its page shows first: what belongs to the city, and the newest that concern
it from further around. The keys of those articles are read first; a reader that has them gets 304.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag

from cities.models import Region
from news.models import Article, ArticleEvent
from news.models.querysets import ArticleQuerySet, union_articles
from news.pages.article_lists import get_place_name, parse_article_list
from news.pages.feed_entries import add_feed_article
from sitekit.seo.feed_formats import FORMATS
from sitekit.web.pages import page

NEWEST = 30
AROUND = 10
SECONDS = 1  # caches keep a feed no longer without asking
NEVER = datetime(2020, 1, 1, tzinfo=UTC)


@page(takes="read")
def show_feed(
    request: HttpRequest, suffix: str, city: Region | None = None, **narrowed: Any
) -> HttpResponse:
    name, articles, facts = parse_article_list(**narrowed)
    rows = _list_rows(articles.dated(), city, facts)
    etag, modified = _build_validators(request, rows)
    response = get_conditional_response(request, etag, modified)
    if response is None:
        response = _build_response(request, suffix, city, name, rows)
    response.headers["ETag"] = etag
    if modified:
        response.headers["Last-Modified"] = http_date(modified)
    patch_cache_control(response, public=True, max_age=SECONDS)
    return response


def _list_rows(
    articles: ArticleQuerySet, city: Region | None, facts: dict[str, str]
) -> list[dict[str, Any]]:
    """Return the newest, with only what shows whether a reader has them; one query."""
    if city is None:
        chosen = articles.filter(**facts).newest()[:NEWEST]
    else:
        own = articles.in_place(city, **facts).newest().values("pk")[:NEWEST]
        wider = articles.around(city, AROUND, **facts).values("pk")
        chosen = Article.objects.filter(pk__in=union_articles([own, wider])).newest()[:NEWEST]
    last = ArticleEvent.objects.order_by("-pk").values("at")[:1]
    return list(
        chosen.annotate(source_name=F("source__name"), last_event=Subquery(last)).values(
            "pk", "published_at", "updated_at", "source_name", "last_event"
        )
    )


def _get_changed_at(row: dict[str, Any]) -> datetime:
    """Return the last change; publication counts as one. See `Article.changed_at`."""
    return max(row["updated_at"], row["published_at"])


def _build_validators(request: HttpRequest, rows: list[dict[str, Any]]) -> tuple[str, int | None]:
    """Return (ETag, moment of the last change in seconds or None if it is younger than 2 seconds).

    A withdrawn article leaves no trace in the feed, so the last event of any article counts too.
    """
    parts = [f"{row['pk']} {_get_changed_at(row).isoformat()} {row['source_name']}" for row in rows]
    parts.append(request.build_absolute_uri())
    etag = quote_etag(hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32])
    moments = [
        moment for row in rows for moment in (_get_changed_at(row), row["last_event"]) if moment
    ]
    last = max(moments, default=None)
    if last is None or last > timezone.now() - timedelta(seconds=2):
        return etag, None
    return etag, int(last.timestamp())


def _build_response(
    request: HttpRequest,
    suffix: str,
    city: Region | None,
    name: str,
    rows: list[dict[str, Any]],
) -> HttpResponse:
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
        updated=max(map(_get_changed_at, rows), default=NEVER),
    )
    for article in articles:
        add_feed_article(feed, article, absolute, city)
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
