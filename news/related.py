"""Related content and alerts: what protects the reader in this city first, and why it is shown.

An item qualifies by its matter only; what is taken from the database is bounded for each way to
qualify, so the cost doesn't grow with the archive. The weights fall so that no sum of later ones
outweighs an earlier one.
"""

from datetime import timedelta
from functools import partial

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, Value
from django.utils import timezone

from cities import directory
from news.choices import AlertLevel, ArticleKind
from news.models import Article, ArticleRegion
from news.querysets import union
from news.rows import dress

CITY_ALERT, PROVINCE_ALERT, NATION_ALERT = 128, 96, 72
SAME_TYPE, SAME_CITY, TAGS, SIMILAR, FRESH = 32, 16, 8, 4, 2
TAG_WEIGHT = 3
FRESH_DAYS = 365
POOL = 40
TAG_POOL = 60  # of each tag; an article has ten at most
LIMIT = 17
DANGER_DAYS = 14


def related(article, city, limit=LIMIT):
    """Up to `limit` articles, best first, each with `reason`, `score` and `is_alert`; two queries.

    `city` is the place of the address, not the article's; None is the national page.
    """
    facts = _facts(_candidates(article, city))
    tag_ids = set(article.tag_ids)
    terms = _bigrams(article)
    for item in facts:
        _score(item, article, tag_ids, terms, city)
    facts.sort(key=lambda item: (-item.score, -item.pk))
    seen, chosen = {article.fingerprint}, []
    for item in facts:
        if item.fingerprint not in seen:
            seen.add(item.fingerprint)
            chosen.append(item)
    return dress(chosen[:limit], city)


def alerts_for(region, fraud_types=(), limit=3):
    """The newest alerts of the city, then of its province, then of the nation; one query.

    `fraud_types` narrows them to those kinds. Each has `scope_label` and `source_name`.
    """
    facts = {"fraud_type__in": fraud_types} if fraud_types else {}
    return _nearest(region, limit, kind=ArticleKind.ALERT, **facts)


def latest(region, limit=3):
    """The newest news and guides, the city's first; one query."""
    return _nearest(region, limit, kind__in=[ArticleKind.NEWS, ArticleKind.GUIDE])


def danger_banner(region):
    """The newest danger alert of the city that still holds, or None; one query.

    It holds until the date the alert states, 14 days after publication if it states none.
    """
    holds = Q(alert_until__gte=timezone.localdate()) | Q(
        alert_until=None, published_at__gt=timezone.now() - timedelta(days=DANGER_DAYS)
    )
    # All that hold now are few, however old the archive: from them to the place, not from the place.
    here = Q(Exists(_places(region_id=_city(region).adcode))) if region else Q(national=True)
    standing = Article.objects.published().filter(holds, alert_level=AlertLevel.DANGER)
    found = _named(list(_slim(standing.filter(here).newest()[:1])), region)
    return found[0] if found else None


def _city(region):
    return directory.city_of(region) or region


def _places(**lookups):
    return ArticleRegion.objects.filter(article_id=OuterRef("pk"), **lookups)


def _nearest(region, limit, **facts):
    scopes = _scopes(region, facts)
    parts = [_slim(articles.newest()[:limit], rank) for rank, (_, articles) in enumerate(scopes)]
    found = list(union(parts))
    found.sort(key=lambda row: (row.scope_rank, -row.published_at.timestamp(), -row.pk))
    found = _named(found[:limit], region)
    for row in found:
        label = scopes[row.scope_rank][0]
        row.scope_label = label or (row.place_names or ["全国"])[0]
    return found


def _scopes(region, facts):
    """(label, articles) from near to far; the national pages take all, labelled by place."""
    public = Article.objects.published()
    if region is None:
        return [("", public.filter(**facts))]
    city, province = _city(region), directory.province_of(region)
    scopes = [("同城" if directory.city_of(region) else "同省", public.in_place(city, **facts))]
    if province.adcode != city.adcode:
        wide = public.in_place(province, named=True, **facts).outside(city)
        scopes.append(("同省", wide))
    return [*scopes, ("全国", public.national(**facts))]


def _slim(articles, rank=0):
    """Rows of one query; `union` knows no joined objects, so the source comes as a name."""
    return (
        articles.with_places()
        .annotate(scope_rank=Value(rank), source_name=F("source__name"))
        .defer("body", "text")
    )


def _named(rows, region):
    for row in rows:
        row.source_name = row.source_name or row.source_label
    return dress(rows, region)


def _candidates(article, city):
    """Numbers of what may qualify: city alerts, the same fraud type, shared tags."""
    public = Article.objects.published().exclude(pk=article.pk)
    here = partial(public.in_place, _city(city)) if city else public.national
    pools = [here(kind=ArticleKind.ALERT).newest()]
    if article.fraud_type:
        pools.append(public.filter(fraud_type=article.fraud_type).newest())
        if city:  # those of the city would be lost among the newest of the nation
            pools.append(here(fraud_type=article.fraud_type).newest())
    if article.tag_ids:
        pools.append(_sharing(public, article.tag_ids))
    pools = [pool.values_list("pk", flat=True)[:POOL] for pool in pools]
    return set(union(pools))


def _sharing(public, tag_ids):
    """Those that share most of the tags, among the last to be entered with each of them."""
    through = Article.tags.through.objects.order_by("-article_id").values("article_id")
    last = union([through.filter(tag_id=number)[:TAG_POOL] for number in tag_ids])
    shared = Count("tags", filter=Q(tags__in=tag_ids))
    return (
        public.filter(pk__in=last)
        .annotate(shared=shared)
        .order_by("-shared", "-published_at", "-pk")
    )


def _facts(numbers):
    through = Article.tags.through.objects.filter(article_id=OuterRef("pk"))
    return list(
        Article.objects.published()
        .filter(pk__in=numbers)
        .with_places()
        .annotate(
            all_tag_ids=ArraySubquery(through.values("tag_id")),
            all_codes=ArraySubquery(_places().values("region_id")),
        )
        .defer("body", "text")
    )


def _score(item, article, tag_ids, terms, city):
    """Sets `score` and `reason`; the reason is the heaviest part of the score."""
    parts = []
    codes = set(item.all_codes)
    at_city = city is not None and _city(city).adcode in codes
    at_province = city is not None and directory.province_of(city).adcode in item.place_codes
    if item.is_alert:
        if at_city:
            is_city = directory.city_of(city) is not None
            parts.append((CITY_ALERT, "同城 · 预警" if is_city else "同省 · 预警"))
        elif at_province:
            parts.append((PROVINCE_ALERT, "同省 · 预警"))
        elif not codes:
            parts.append((NATION_ALERT, "全国 · 预警"))
    if article.fraud_type and item.fraud_type == article.fraud_type:
        parts.append((SAME_TYPE, "同类骗局"))
    shared = len(tag_ids.intersection(item.all_tag_ids))
    parts.append((min(TAGS, TAG_WEIGHT * shared), "相似内容"))
    parts.append((SIMILAR * _overlap(terms, _bigrams(item)), "相似内容"))
    item.reason = max(parts, key=lambda part: part[0])[1]
    item.reason_chip = item.level_chip if item.reason.endswith("预警") else ""
    age = (timezone.now() - item.published_at).days
    fresh = FRESH * max(0, 1 - age / FRESH_DAYS)
    item.score = round(sum(part[0] for part in parts) + SAME_CITY * at_city + fresh, 3)


def _bigrams(article):
    text = article.title + article.excerpt
    return {text[i : i + 2] for i in range(len(text) - 1) if text[i : i + 2].isalnum()}


def _overlap(one, other):
    return len(one & other) / len(one | other) if one and other else 0.0
