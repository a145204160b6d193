"""The page of an article: the text with its pictures, where it comes from, what else was told."""

import re
from html import unescape

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.safestring import mark_safe

from cities.directory.regions import get_region
from news.articles import read_counts
from news.choices import ArticleStatus, SourceKind
from news.models import Article, ArticleSource, Proposal
from news.related.related_articles import find_related_articles
from sitekit.images.pictures import ADDRESS, list_picture_sources, render_picture
from sitekit.models import Picture
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import page

# As `news.body.clean` writes it.
_IMAGE = re.compile(r"<img\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(src|alt)="([^"]*)"')
_UNCHECKED = {
    Proposal.What.KIND: "类别",
    Proposal.What.FRAUD_TYPE: "骗局类型",
    Proposal.What.LEVEL: "预警级别",
    Proposal.What.TAG: "标签",
    Proposal.What.PLACE: "地区",
}
HERO_TALLEST = 560


@page(takes="read")
def show_article(request, pk, city=None):
    shown = for_page(Article.objects.filter(pk=pk)).first()
    if shown is None:
        raise Http404("没有这篇文章。")
    if shown.status == ArticleStatus.WITHDRAWN:
        return _gone(request, city)
    if not shown.is_public:
        raise Http404("没有这篇文章。")
    read_counts.note_article_read(request, shown)
    context = context_of(shown, city)
    if shown.hero:
        context["og_image"] = request.build_absolute_uri(
            list_picture_sources(shown.hero)["largest"]
        )
    canonical = reverse("news:article", kwargs={"pk": pk})
    context |= {
        "canonical": request.build_absolute_uri(canonical),
        "related": find_related_articles(shown, city),
    }
    return render(request, "news/pages/article.html", context)


def for_page(articles):
    """Adds, in the same query, what a page shows besides the article's own columns."""
    others = ArticleSource.objects.filter(article=OuterRef("pk")).order_by("pk")
    fields = {"name": "source__name", "kind": "source__kind", "url": "url", "date": "date"}
    open_in_use = Proposal.objects.filter(
        article=OuterRef("pk"), in_use=True, state=Proposal.State.OPEN
    )
    return (
        articles.select_related("source", "hero")
        .with_places()
        .with_tags()
        .annotate(
            reads=F("views__count"),
            others=ArraySubquery(others.values(json=JSONObject(**fields))),
            unchecked=ArraySubquery(open_in_use.order_by("what").values("what").distinct()),
        )
        .defer("text")
    )


def context_of(shown, city):
    """What `news/article.html` says of an article itself, for the page and for a preview of it.

    The article is one of `for_page`. One query if the text has pictures, else none.
    """
    places = [place for code in shown.place_codes if (place := get_region(code))]
    return {
        "article": shown,
        "hero": shown.hero and _hero(shown),
        "body": render_body_pictures(shown.body),
        "places": [(place.short_name, reverse_in_city("news:list", place)) for place in places],
        "tags": [(name, reverse_in_city("news:tag", city, tag=name)) for name in shown.tag_names],
        "fraud_type_href": shown.fraud_type
        and reverse_in_city("news:alerts_type", city, fraud_type=shown.fraud_type),
        "is_over": bool(shown.alert_until and shown.alert_until < timezone.localdate()),
        "other_sources": [_other(row) for row in shown.others],
        "unchecked": _list_of([_UNCHECKED[w] for w in _UNCHECKED if w in shown.unchecked]),
        "reads": f"{shown.reads:,}" if shown.reads else "",
    }


def _hero(shown):
    alt = "配图，说明见图下" if shown.hero_caption else ""
    return render_picture(shown.hero, alt, tallest=HERO_TALLEST, is_first=True)


def render_body_pictures(body):
    """The text with each of its images in the sizes and formats there are.

    One whose picture is gone is left out; its caption stays.
    """
    images = {tag: _attributes(tag) for tag in _IMAGE.findall(body)}
    if images:
        digests = {digest for digest, _ in images.values()}
        known = {row.digest: row for row in Picture.objects.filter(digest__in=digests)}

        def drawn(match):
            digest, alt = images[match[0]]
            return render_picture(known[digest], alt) if digest in known else ""

        body = _IMAGE.sub(drawn, body)
    # The text was cleaned by nh3 when the article was saved.
    return mark_safe(body)  # noqa: S308


def _attributes(tag):
    values = {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
    found = ADDRESS.fullmatch(values.get("src", ""))
    return found["digest"] if found else "", values.get("alt", "")


def _other(row):
    return {
        "name": f"{row['name']}（{SourceKind(row['kind']).label}）"
        if row["name"]
        else "来源未注明",
        "url": row["url"],
        "date": parse_date(row["date"]) if row["date"] else None,
    }


def _list_of(words):
    """标签、骗局类型和地区."""
    return "和".join(part for part in ("、".join(words[:-1]), *words[-1:]) if part)


def _gone(request, city):
    """Says that it was taken down, never what it said."""
    actions = [
        {"label": "看反诈与资讯", "href": reverse_in_city("news:list", city)},
        {"label": "看反诈预警", "href": reverse_in_city("news:alerts", city)},
    ]
    context = {
        "title": "这篇文章已经撤回",
        "heading": "这篇文章已经撤回",
        "words": "编辑撤回了这篇文章，内容不再显示。",
        "actions": actions,
    }
    return render(request, "gone.html", context, status=410)
