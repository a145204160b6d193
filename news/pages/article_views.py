"""The page of an article: the text with its pictures, its sources, related articles."""

import re
from datetime import datetime
from html import unescape
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.safestring import SafeString, mark_safe

from cities.directory.regions import get_region
from cities.models import Region
from news.articles import read_counts
from news.choices import ArticleKind, ArticleStatus, SourceKind
from news.models import Article, ArticleSource, Proposal
from news.models.querysets import ArticleQuerySet
from news.pages.share_pictures import build_article_picture
from news.pages.threatened_work import WORK_FINDER
from news.related.related_articles import build_related_context
from sitekit.databases.composed_queries import ComposedQuery
from sitekit.images.pictures import ADDRESS, render_picture
from sitekit.kept_pages.store import keep_while_told
from sitekit.models import Picture
from sitekit.share_pictures.share_cards import SharePicture
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import forbid_caching, page

# As `clean_article_html` writes it.
_IMAGE = re.compile(r"<img\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(src|alt)="([^"]*)"')
HERO_TALLEST = 560
MAX_TELLINGS = 10
DRAWN_ARTICLE_BYTES = 2**15  # bytes of a drawn article, about


class DrawnArticle(NamedTuple):
    title: str  # of the browser's tab and of results of a search
    excerpt: str
    is_alert: bool
    head: SafeString  # for the head of the page
    main: SafeString  # the article
    related: SafeString
    scheme: str  # the fraud type that the article warns of, "" if it warns of none
    share: SharePicture


@page(takes="read")
def show_article(request: HttpRequest, pk: int, city: Region | None = None) -> HttpResponse:
    key = ("article", pk, city and city.adcode, request.build_absolute_uri("/"))
    topics = ["articles", "site"]
    drawn = keep_while_told(
        key, topics, lambda: _draw_public_article(request, pk, city), DRAWN_ARTICLE_BYTES
    )
    if drawn is None:
        return _show_withdrawn(request, city)
    read_counts.note_article_read(request, pk)
    canonical = request.build_absolute_uri(reverse_in_city("news:article", pk=pk))
    work = WORK_FINDER.find(request, drawn.scheme, city)
    context = {"article": drawn, "share": drawn.share, "canonical": canonical, "work": work}
    response = render(request, "news/pages/article.html", context)
    return forbid_caching(response) if work and work.is_of_reader else response


def _draw_public_article(request: HttpRequest, pk: int, city: Region | None) -> DrawnArticle | None:
    """Draw a public article; None if it was withdrawn."""
    article = next(iter(_PAGE_ARTICLE.fetch_objects(pk=pk, now=timezone.now())), None)
    if article is not None and article.status == ArticleStatus.WITHDRAWN:
        return None
    if article is None or not article.is_public:
        raise Http404("没有这篇文章。")
    return draw_article(request, article, city)


def draw_article(request: HttpRequest, article: Article, city: Region | None) -> DrawnArticle:
    """Draw an article from `select_page_columns`, for the page and the preview. One query for related articles, and
    one more if the text has pictures."""
    context = build_page_context(article, city) | build_related_context(article, city)
    return DrawnArticle(
        article.seo_title or article.title,
        article.excerpt,
        article.is_alert,
        render_to_string("news/pages/_article_head.html", context, request),
        render_to_string("news/pages/_article.html", context, request),
        render_to_string("news/related/_related.html", context, request),
        article.fraud_type if article.kind in (ArticleKind.ALERT, ArticleKind.GUIDE) else "",
        build_article_picture(article),
    )


def select_page_columns(articles: ArticleQuerySet, now: datetime | None = None) -> ArticleQuerySet:
    """Add, in the same query, what a page shows besides the article's own columns."""
    others = ArticleSource.objects.filter(article=OuterRef("pk")).order_by("pk")
    fields = {"name": "source__name", "kind": "source__kind", "url": "url", "date": "date"}
    is_told_there = Q(lead=OuterRef("pk")) | Q(pk=OuterRef("lead")) | Q(lead=OuterRef("lead"))
    tellings = Article.objects.published(now).filter(is_told_there).exclude(pk=OuterRef("pk"))
    told_fields = {"pk": "pk", "title": "title", "name": "source__name", "date": "source_date"}
    told_fields |= {"import_key": "import_key"}
    open_in_use = Proposal.objects.filter(
        article=OuterRef("pk"), in_use=True, state=Proposal.State.OPEN
    )
    return (
        articles.select_related("source", "hero")
        .with_places()
        .with_tags()
        .with_matters()
        .annotate(
            reads=F("views__count"),
            others=ArraySubquery(others.values(json=JSONObject(**fields))),
            tellings=ArraySubquery(
                tellings.order_by("pk").values(json=JSONObject(**told_fields))[:MAX_TELLINGS]
            ),
            unchecked=ArraySubquery(open_in_use.order_by("what").values("what").distinct()),
        )
        .defer("text")
    )


_PAGE_ARTICLE = ComposedQuery(
    lambda pk, now: select_page_columns(Article.objects.filter(pk=pk), now), pk=int, now=datetime
)


def build_page_context(article: Article, city: Region | None) -> dict[str, Any]:
    """Return the template context of an article. One query if the text has pictures, else none."""
    places = [place for code in article.place_codes if (place := get_region(code))]
    hero_alt = "配图，说明见图下" if article.hero_caption else ""
    return {
        "article": article,
        "hero": article.hero
        and render_picture(article.hero, hero_alt, tallest=HERO_TALLEST, is_first=True),
        "body": render_body_pictures(article.body),
        "places": [(place.short_name, reverse_in_city("news:list", place)) for place in places],
        "tags": [(name, reverse_in_city("news:tag", city, tag=name)) for name in article.tag_names],
        "fraud_type_href": article.fraud_type and _find_type_page(article.fraud_type, city),
        "is_over": bool(article.alert_until and article.alert_until < timezone.localdate()),
        "other_sources": [
            *(_describe_telling(row, city) for row in article.tellings),
            *(_describe_source(row) for row in article.others),
        ],
        "unchecked": _join_words(
            [field.label for field in Proposal.What if field in article.unchecked]
        ),
        "reads": f"{article.reads:,}" if article.reads else "",
    }


def _find_type_page(fraud_type: str, city: Region | None) -> str:
    """Return the address of the fraud type in the city; without a city, one that asks which city the reader was in."""
    if city is None:
        return reverse("lead_back_to_type", args=[fraud_type])
    return reverse_in_city("news:alerts_type", city, fraud_type=fraud_type)


def render_body_pictures(body: str) -> SafeString:
    """Return the text with each image in all its sizes and formats.

    An image whose picture was deleted is left out; its caption stays.
    """
    images = {tag: _read_image(tag) for tag in _IMAGE.findall(body)}
    if images:
        digests = {digest for digest, _ in images.values()}
        pictures = {row.digest: row for row in Picture.objects.filter(digest__in=digests)}

        def replace_image(match: re.Match[str]) -> str:
            digest, alt = images[match[0]]
            return render_picture(pictures[digest], alt) if digest in pictures else ""

        body = _IMAGE.sub(replace_image, body)
    # The text was cleaned by nh3 when the article was saved.
    return mark_safe(body)  # noqa: S308


def _read_image(tag: str) -> tuple[str, str]:
    """Return (digest of the picture or "", alternative text)."""
    values = {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
    match = ADDRESS.fullmatch(values.get("src", ""))
    return match["digest"] if match else "", values.get("alt", "")


def _describe_source(row: dict[str, str]) -> dict[str, Any]:
    return {
        "name": f"{row['name']}（{SourceKind(row['kind']).label}）"
        if row["name"]
        else "来源未注明",
        "url": row["url"],
        "date": parse_date(row["date"]) if row["date"] else None,
    }


def _describe_telling(row: dict[str, Any], city: Region | None) -> dict[str, Any]:
    """Return an article of the site that tells the same story."""
    sourceless = Article(import_key=row["import_key"])
    return {
        "name": f"{row['name'] or sourceless.source_label}：{row['title']}",
        "href": reverse_in_city("news:article", city, pk=row["pk"]),
        "url": "",
        "date": parse_date(row["date"]) if row["date"] else None,
    }


def _join_words(words: list[str]) -> str:
    """标签、骗局类型和地区."""
    return "和".join(part for part in ("、".join(words[:-1]), *words[-1:]) if part)


def _show_withdrawn(request: HttpRequest, city: Region | None) -> HttpResponse:
    context = {
        "title": "这篇文章已经撤回",
        "heading": "这篇文章已经撤回",
        "words": "编辑撤回了这篇文章，内容不再显示。",
        "actions": [
            {"label": "看反诈与资讯", "href": reverse_in_city("news:list", city)},
            {"label": "看反诈预警", "href": reverse_in_city("news:alerts", city)},
        ],
    }
    return render(request, "gone.html", context, status=410)
