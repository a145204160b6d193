"""Public pages of the news. Each is the same for every visitor and reads no cookie."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cities.models import Region
from news.articles.display_fields import attach_display_fields, list_city_scopes
from news.articles.schema_org import build_guide_questions
from news.choices import ArticleKind
from news.models import Article
from news.models.article import GUIDE_KEY
from news.pages.article_lists import ArticleList, get_place_name, parse_article_list
from news.pages.guides import build_guide_index, find_guides, list_guide_parts, list_usual_parts
from news.pages.threatened_work import WORK_FINDER, keep_from_others
from screening.fraud_types import FraudType
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import page
from sitekit.web.paging import TimeOrder, encode_other_parameters, paginate

AROUND = 10
ARTICLE_PAGE_SIZE = 20


@page(takes="read")
def show_article_list(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    return _render_list(request, city, "list", parse_article_list(), empty="还没有资讯")


@page(takes="read")
def show_alerts(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    """Links to each fraud type, then all alerts of the place."""
    return _render_list(
        request,
        city,
        "alerts",
        parse_article_list(alerts=True),
        empty="近来没有反诈预警",
        feed_heading="最新预警",
        actions=[_build_guides_link(city)],
        groups=build_guide_index(city),
    )


@page(takes="read")
def show_alerts_of_fraud_type(
    request: HttpRequest, fraud_type: str, city: Region | None = None
) -> HttpResponse:
    """The guide of this fraud type, then its alerts."""
    alerts = parse_article_list(fraud_type=fraud_type)
    label = FraudType(fraud_type).list_name
    guide, more = find_guides(fraud_type)
    lead, parts = list_guide_parts(guide) if guide else ("", list_usual_parts())
    work = WORK_FINDER.find(request, fraud_type, city)
    response = _render_list(
        request,
        city,
        "alerts_type",
        alerts,
        empty=f"没有「{label}」的预警",
        heading=guide.title if guide else f"{label}：遇到了怎么办",
        feed_heading=f"{get_place_name(city)}的「{label}」预警",
        actions=[{"label": "看全部反诈预警", "href": reverse_in_city("news:alerts", city)}],
        fraud_label=label,
        guide=guide,
        lead=lead,
        parts=parts,
        more=attach_display_fields(more, city),
        work=work,
        schemas=list(filter(None, [guide and build_guide_questions(guide)])),
    )
    return keep_from_others(response, work)


@page(takes="read")
def show_articles_of_kind(
    request: HttpRequest, kind: str, city: Region | None = None
) -> HttpResponse:
    if kind == ArticleKind.ALERT:
        return redirect(reverse_in_city("news:alerts", city), permanent=True)
    if kind == ArticleKind.GUIDE:
        return _show_guides(request, city)
    return _render_list(
        request,
        city,
        "list",
        parse_article_list(kind=kind),
        empty="还没有资讯",
        actions=[_build_guides_link(city)],
        kind_label="资讯",
    )


def _show_guides(request: HttpRequest, city: Region | None) -> HttpResponse:
    """All guides in every city: they are about frauds, and few are about places."""
    guides = Article.objects.published().leading().filter(kind=ArticleKind.GUIDE)
    others = guides.exclude(import_key__startswith=GUIDE_KEY).with_row_columns()
    others = others.concerning(city) if city else others
    article_page = _paginate_articles(others, request, TimeOrder())
    context = {
        "heading": "怎么识破各种骗局",
        "groups": build_guide_index(city, with_titles=True),
        "page": article_page,
        "rows": attach_display_fields(article_page.rows, city),
    }
    return render(request, "news/pages/guides.html", context)


def _build_guides_link(city: Region | None) -> dict[str, str]:
    href = reverse_in_city("news:kind", city, kind=ArticleKind.GUIDE)
    return {"label": "怎么识破各种骗局", "href": href}


@page(takes="read")
def show_tag_articles(request: HttpRequest, tag: str, city: Region | None = None) -> HttpResponse:
    tagged = parse_article_list(tag=tag)
    return _render_list(request, city, "list", tagged, empty=f"没有带「{tag}」标签的文章", tag=tag)


def _render_list(
    request: HttpRequest,
    city: Region | None,
    template: str,
    article_list: ArticleList,
    *,
    empty: str,
    **context: Any,
) -> HttpResponse:
    """Render a list: of a city what concerns it, on the first page also what is further around;
    the national one shows everything. `empty` are the words if there is nothing."""
    name, articles, facts = article_list
    own = articles.in_place(city, **facts) if city else articles.filter(**facts)
    # Under a city by the copy of the moment that the place's index holds.
    order = TimeOrder("moment" if city else "published_at")
    article_page = _paginate_articles(own.with_row_columns(), request, order)
    around: list[Article] = []
    if city and article_page.is_first:
        rows = articles.around(city, AROUND, **facts).with_row_columns()
        around = attach_display_fields(list(rows), city, mark_scope=True)
    context = {
        "heading": f"{get_place_name(city)}{name}",
        "empty": f"{get_place_name(city)}{empty}",
        "page": article_page,
        "rows": attach_display_fields(article_page.rows, city),
        "around": around,
        **context,
    }
    if city:
        context |= {"national": _build_national_url(request), "around_name": list_city_scopes(city)}
    return render(request, f"news/pages/{template}.html", context)


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
