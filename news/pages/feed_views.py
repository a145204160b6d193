"""The lists of the news for feed readers, as Atom and as JSON Feed, at the page's address + feed.…

A city's feed holds what its page shows first: what belongs to the city, and the newest that concern
it from further around. Which articles those are is asked first, and answers a reader that has them
already.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db.models import F, Subquery
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag

from news.choices import ArticleKind
from news.models import Article, ArticleEvent, Tag
from news.models.querysets import union_articles
from news.pages.feed_formats import FORMATS, Feed, build_feed_entry
from screening.fraud_types import FraudType
from sitekit.web.pages import page

NEWEST = 30
AROUND = 10
SECONDS = 1  # no cache keeps a page longer without being told
NEVER = datetime(2020, 1, 1, tzinfo=UTC)


@page(takes="read")
def show_feed(request, suffix, city=None, **narrowed):
    heading, articles, facts = _asked(**narrowed)
    rows = _rows(articles, city, facts)
    answered = _conditional(request, rows)
    response = get_conditional_response(request, *answered, HttpResponse())
    if response.status_code == 200:
        response = _response(request, suffix, city, heading, rows)
    etag, modified = answered
    response.headers["ETag"] = etag
    if modified:
        response.headers["Last-Modified"] = http_date(modified)
    patch_cache_control(response, public=True, max_age=SECONDS)
    return response


def _asked(tag=None, kind=None, fraud_type=None, alerts=False):
    """(heading, articles, facts) of the page, which is 404 where its page is."""
    articles = Article.objects.published()
    if tag is not None:
        found = None if "\0" in tag else Tag.objects.filter(name=tag).first()
        if found is None:
            raise Http404("没有这个标签。")
        return f"标签：{tag}", articles.filter(tags=found), {}
    if fraud_type is not None:
        if fraud_type not in FraudType.values:
            raise Http404("这个骗局类型不存在。")
        heading = f"{FraudType(fraud_type).label}预警"
        return heading, articles, {"kind": ArticleKind.ALERT, "fraud_type": fraud_type}
    if kind is not None:
        if kind not in ArticleKind.values:
            raise Http404("没有这一类文章。")
        return ArticleKind(kind).label, articles, {"kind": kind}
    if alerts:
        return "反诈预警", articles, {"kind": ArticleKind.ALERT}
    return "反诈与资讯", articles, {}


def _rows(articles, city, facts):
    """The newest, with no more than what tells whether a reader has them; one query."""
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


def _changed(row):
    """A scheduled article became what it is when it was due."""
    return max(row["updated_at"], row["published_at"])


def _conditional(request, rows):
    """The tag, and the moment of the last change in seconds, or None while that may go on.

    A withdrawn article leaves the feed and no trace in it: the last decision on any article
    counts as a change as well.
    """
    said = [f"{row['pk']} {_changed(row).isoformat()} {row['source_name']}" for row in rows]
    said.append(request.build_absolute_uri())
    etag = quote_etag(hashlib.sha256("\n".join(said).encode()).hexdigest()[:32])
    moments = [moment for row in rows for moment in (_changed(row), row["last_event"]) if moment]
    last = max(moments, default=None)
    if last is None or last > timezone.now() - timedelta(seconds=2):
        return etag, None
    return etag, int(last.timestamp())


def _response(request, suffix, city, heading, rows):
    absolute = request.build_absolute_uri
    page = request.path.rpartition("/")[0] + "/"
    shown = (
        Article.objects.filter(pk__in=[row["pk"] for row in rows])
        .select_related("source", "hero")
        .with_tags()
        .defer("text", "sketch", "bands", "figures")
        .newest()
    )
    place = city.short_name if city else "全国"
    made = Feed(
        title=f"{place}{heading} - {city.short_name if city else ''}兼职信息网",
        page=absolute(page),
        address=absolute(request.path),
        updated=max(map(_changed, rows), default=NEVER),
        entries=list(map(partial(build_feed_entry, absolute, city), shown)),
    )
    chosen = FORMATS[suffix]
    return HttpResponse(chosen.write(made), content_type=chosen.content_type)
