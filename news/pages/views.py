"""Public pages of the news. Each is the same for every visitor and reads no cookie."""

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cities.models import Region
from news.articles.display_fields import attach_display_fields, list_city_scopes
from news.choices import ArticleKind
from news.models import Article, Tag
from news.models.article import GUIDE_KEY
from news.models.querysets import ArticleQuerySet
from news.pages.guides import build_guide_index, list_guide_parts, of_type, usual_parts
from screening.fraud_types import FraudType, is_fraud_type
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import page
from sitekit.web.paging import TimeOrder, encode_other_parameters, paginate

AROUND = 10
ARTICLE_PAGE_SIZE = 20


@page(takes="read")
def show_article_list(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    return _render_list(
        request,
        city,
        "news/pages/list.html",
        Article.objects.published(),
        {
            "heading": f"{_get_place_name(city)}反诈与资讯",
            "empty": f"{_get_place_name(city)}还没有资讯",
        },
    )


@page(takes="read")
def show_alerts(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    """Links to each fraud type, then all alerts of the place."""
    return _render_list(
        request,
        city,
        "news/pages/alerts.html",
        Article.objects.published(),
        {
            "heading": f"{_get_place_name(city)}反诈预警",
            "feed_heading": "最新预警",
            "empty": f"{_get_place_name(city)}近来没有反诈预警",
            "actions": [_build_guides_link(city)],
            "groups": build_guide_index(city),
        },
        kind=ArticleKind.ALERT,
    )


@page(takes="read")
def alerts_type(request: HttpRequest, fraud_type: str, city: Region | None = None) -> HttpResponse:
    """The guide of this fraud type, then its alerts."""
    if not is_fraud_type(fraud_type):
        raise Http404("这个骗局类型不存在。")
    label = FraudType(fraud_type).label
    guide, more = of_type(fraud_type)
    lead, parts = list_guide_parts(guide) if guide else ("", usual_parts())
    return _render_list(
        request,
        city,
        "news/pages/alerts_type.html",
        Article.objects.published(),
        {
            "heading": guide.title if guide else f"{label}：遇到了怎么办",
            "feed_heading": f"{_get_place_name(city)}的「{label}」预警",
            "empty": f"{_get_place_name(city)}没有「{label}」的预警",
            "actions": [{"label": "看全部反诈预警", "href": reverse_in_city("news:alerts", city)}],
            "fraud_label": label,
            "guide": guide,
            "lead": lead,
            "parts": parts,
            "more": attach_display_fields(more, city),
        },
        kind=ArticleKind.ALERT,
        fraud_type=fraud_type,
    )


@page(takes="read")
def show_alerts_of_type(
    request: HttpRequest, kind: str, city: Region | None = None
) -> HttpResponse:
    if kind == ArticleKind.ALERT:
        return redirect(reverse_in_city("news:alerts", city), permanent=True)
    if kind == ArticleKind.GUIDE:
        return _show_guides(request, city)
    if kind != ArticleKind.NEWS:
        raise Http404("没有这一类文章。")
    return _render_list(
        request,
        city,
        "news/pages/list.html",
        Article.objects.published(),
        {
            "heading": f"{_get_place_name(city)}资讯",
            "empty": f"{_get_place_name(city)}还没有资讯",
            "actions": [_build_guides_link(city)],
            "kind_label": "资讯",
        },
        kind=ArticleKind.NEWS,
    )


def _show_guides(request: HttpRequest, city: Region | None) -> HttpResponse:
    """All guides in every city: they are about frauds, and few are about places."""
    guides = Article.objects.published().filter(kind=ArticleKind.GUIDE)
    others = guides.exclude(import_key__startswith=GUIDE_KEY).for_rows()
    others = others.concerning(city) if city else others
    article_page = _paginate_articles(others, request, TimeOrder())
    context = {
        "heading": "怎么识破各种骗局",
        "groups": build_guide_index(city, with_titles=True),
        "page": article_page,
        "rows": attach_display_fields(article_page.rows, city),
    }
    return render(request, "news/pages/guides.html", context)


def _build_guides_link(city):
    return {
        "label": "怎么识破各种骗局",
        "href": reverse_in_city("news:kind", city, kind=ArticleKind.GUIDE),
    }


@page(takes="read")
def show_tag_articles(request: HttpRequest, tag: str, city: Region | None = None) -> HttpResponse:
    tag_row = None if "\0" in tag else Tag.objects.filter(name=tag).first()
    if tag_row is None:
        raise Http404("没有这个标签。")
    return _render_list(
        request,
        city,
        "news/pages/list.html",
        Article.objects.published().filter(tags=tag_row),
        {
            "heading": f"{_get_place_name(city)}标签：{tag}",
            "empty": f"{_get_place_name(city)}没有带「{tag}」标签的文章",
            "tag": tag,
        },
    )


def _get_place_name(city):
    return city.short_name if city else "全国"


def _render_list(
    request: HttpRequest,
    city: Region | None,
    template: str,
    articles: ArticleQuerySet,
    context: dict[str, Any],
    **facts: str,
) -> HttpResponse:
    """Render a list: of a city what concerns it, on the first page also what is further around;
    the national one shows everything. `facts` narrow it (`in_place`)."""
    own = articles.in_place(city, **facts) if city else articles.filter(**facts)
    # Under a city by the copy of the moment that the place's index holds.
    order = TimeOrder("moment" if city else "published_at")
    article_page = _paginate_articles(own.for_rows(), request, order)
    around: list[Article] = []
    if city and article_page.is_first:
        rows = articles.around(city, AROUND, **facts).for_rows()
        around = attach_display_fields(list(rows), city, mark_scope=True)
    context |= {
        "page": article_page,
        "rows": attach_display_fields(article_page.rows, city),
        "around": around,
    }
    if city:
        context |= {"national": _build_national_url(request), "around_name": list_city_scopes(city)}
    return render(request, template, context)


def _paginate_articles(articles, request, order):
    return paginate(
        articles,
        request,
        size=ARTICLE_PAGE_SIZE,
        order=order,
        kept=encode_other_parameters(request),
        first_href=quote(request.path),
    )


def _build_national_url(request):
    match = request.resolver_match
    kwargs = {key: value for key, value in match.kwargs.items() if key != "city"}
    return reverse(match.view_name, kwargs=kwargs)
