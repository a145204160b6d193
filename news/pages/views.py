"""Public pages of the news. Each is the same for every visitor and reads no cookie."""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from cities.models import Region
from news.articles.display_fields import attach_display_fields, describe_city_scopes
from news.articles.schema_org import build_guide_questions
from news.choices import ArticleKind
from news.models import Article
from news.models.article import GUIDE_KEY
from news.pages.article_lists import (
    WIDER_ARTICLE_COUNT,
    ArticleList,
    get_place_name,
    parse_article_list,
)
from news.pages.guides import build_guide_index, find_guides, list_guide_parts, list_usual_parts
from news.pages.share_pictures import build_article_picture
from news.pages.threatened_work import WORK_FINDER, ThreatenedWork
from screening.fraud_types import get_fraud_type
from sitekit.kept_pages.due_moments import ignore_due_moments
from sitekit.kept_pages.store import keep_while_told
from sitekit.seo.json_ld import render_json_ld
from sitekit.templatetags.sitekit import refresh_ages
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import forbid_caching, page
from sitekit.web.paging import TimeOrder, encode_other_parameters, paginate

ARTICLE_PAGE_SIZE = 20
DRAWN_LIST_BYTES = 2**15  # bytes of a drawn list, about
HEAD_VALUES = ("heading", "feed_heading", "fraud_label", "share")
# Placeholders in a drawn list, for the parts that depend on the request and on the listings.
PAGER, WORK = "<!--pager-->", "<!--work-->"


class DrawnList(NamedTuple):
    """A page of articles, drawn once for all visitors; `main` has placeholders."""

    head_values: dict[str, Any]  # by the names of `HEAD_VALUES`; "" where the list has no value
    head: SafeString
    main: SafeString
    next_href: str  # without the other parameters of the address
    first_href: str


@page(takes="read")
def show_article_list(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    def read_list() -> dict[str, Any]:
        return _read_list(request, city, parse_article_list(), empty="还没有资讯")

    return _show_list(request, "list", read_list)


@page(takes="read")
def show_alerts(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    """Show links to each fraud type, then all alerts of the place."""

    def read_alerts() -> dict[str, Any]:
        return _read_list(
            request,
            city,
            parse_article_list(alerts=True),
            empty="近来没有反诈预警",
            feed_heading="最新预警",
            actions=[_build_guides_link(city)],
            groups=build_guide_index(city),
        )

    return _show_list(request, "alerts", read_alerts)


@page(takes="read")
def show_alerts_of_fraud_type(
    request: HttpRequest, fraud_type: str, city: Region | None = None
) -> HttpResponse:
    """Show the guide of this fraud type and its alerts, beside honest listings of the work it pretends to offer."""

    def read_alerts() -> dict[str, Any]:
        alerts = parse_article_list(fraud_type=fraud_type)
        label = get_fraud_type(fraud_type).page_name
        guide, further_guides = find_guides(fraud_type)
        lead, parts = list_guide_parts(guide) if guide else ("", list_usual_parts())
        return _read_list(
            request,
            city,
            alerts,
            empty=f"没有「{label}」的预警",
            heading=guide.title if guide else f"{label}：遇到了怎么办",
            feed_heading=f"{get_place_name(city)}的「{label}」预警",
            actions=[{"label": "看全部反诈预警", "href": reverse_in_city("news:alerts", city)}],
            fraud_label=label,
            guide=guide,
            lead=lead,
            parts=parts,
            more=attach_display_fields(further_guides, city),
            schemas=list(filter(None, [guide and build_guide_questions(guide)])),
            share=guide and build_article_picture(guide),
        )

    return _show_list(request, "alerts_type", read_alerts, (fraud_type, city))


@page(takes="read")
def show_articles_of_kind(
    request: HttpRequest, kind: str, city: Region | None = None
) -> HttpResponse:
    if kind == ArticleKind.ALERT:
        return redirect(reverse_in_city("news:alerts", city), permanent=True)
    if kind == ArticleKind.GUIDE:
        return _show_list(request, "guides", lambda: _read_guides(request, city))

    def read_kind() -> dict[str, Any]:
        return _read_list(
            request,
            city,
            parse_article_list(kind=kind),
            empty="还没有资讯",
            actions=[_build_guides_link(city)],
            kind_label="资讯",
        )

    return _show_list(request, "list", read_kind)


def _read_guides(request: HttpRequest, city: Region | None) -> dict[str, Any]:
    """Return the context with all guides, the same in every city, because guides are seldom about places."""
    guides = Article.objects.published().leading().filter(kind=ArticleKind.GUIDE)
    others = guides.exclude(import_key__startswith=GUIDE_KEY).with_row_columns()
    others = others.concerning(city) if city else others
    article_page = _paginate_articles(others, request, TimeOrder())
    return {
        "heading": "怎么识破各种骗局",
        "groups": build_guide_index(city, with_titles=True),
        "page": article_page,
        "rows": attach_display_fields(article_page.rows, city),
    }


def _build_guides_link(city: Region | None) -> dict[str, str]:
    href = reverse_in_city("news:kind", city, kind=ArticleKind.GUIDE)
    return {"label": "怎么识破各种骗局", "href": href}


@page(takes="read")
def show_tag_articles(request: HttpRequest, tag: str, city: Region | None = None) -> HttpResponse:
    def read_tagged() -> dict[str, Any]:
        tagged, empty = parse_article_list(tag=tag), f"没有带「{tag}」标签的文章"
        return _read_list(request, city, tagged, empty=empty, tag=tag)

    return _show_list(request, "list", read_tagged)


def _read_list(
    request: HttpRequest,
    city: Region | None,
    article_list: ArticleList,
    *,
    empty: str,
    **context: Any,
) -> dict[str, Any]:
    """Return the context of a list: the articles about the city, and on the first page some from further around; the
    national list shows everything. `empty` is the text for an empty list."""
    name, articles, facts = article_list
    chosen_articles = articles.in_place(city, **facts) if city else articles.filter(**facts)
    # Under a city the order is that of the copied moment, which the index of the place has.
    order = TimeOrder("moment" if city else "published_at")
    article_page = _paginate_articles(chosen_articles.with_row_columns(), request, order)
    around: list[Article] = []
    if city and article_page.is_first:
        rows = articles.around(city, WIDER_ARTICLE_COUNT, **facts).with_row_columns()
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
        context |= {
            "national": _build_national_url(request),
            "around_name": describe_city_scopes(city),
        }
    return context


def _paginate_articles(articles, request, order):
    size, first_href = ARTICLE_PAGE_SIZE, quote(request.path)
    return paginate(articles, request, size=size, order=order, first_href=first_href)


def _build_national_url(request):
    match = request.resolver_match
    kwargs = {key: value for key, value in match.kwargs.items() if key != "city"}
    return reverse(match.view_name, kwargs=kwargs)


def _show_list(
    request: HttpRequest,
    template: str,
    read_context: Callable[[], dict[str, Any]],
    threat: tuple[str, Region | None] | None = None,
) -> HttpResponse:
    """Show a list. Its main part is kept in memory, else drawn from the context. With a `threat`, which is a fraud type
    and a place, it also shows honest listings of the work that the fraud pretends to offer."""
    key = ("article list", request.path, request.GET.get("after", ""))
    topics = ["articles", "site"]
    drawn = keep_while_told(
        key, topics, lambda: _draw_list(request, template, read_context()), DRAWN_LIST_BYTES
    )
    work = WORK_FINDER.find(request, *threat) if threat else None
    main = _fill_gaps(request, drawn, work)
    context = {**drawn.head_values, "head": drawn.head, "main": refresh_ages(main)}
    response = render(request, f"news/pages/{template}.html", context)
    return forbid_caching(response) if work and work.is_of_reader else response


@ignore_due_moments()
def _draw_list(request: HttpRequest, template: str, context: dict[str, Any]) -> DrawnList:
    article_page = context["page"]
    return DrawnList(
        {name: context.get(name, "") for name in HEAD_VALUES},
        render_json_ld(context.get("schemas", []) if article_page.is_first else []),
        render_to_string(f"news/pages/{template}.html#main", context, request),
        article_page.next_href,
        article_page.first_href,
    )


def _fill_gaps(request: HttpRequest, drawn: DrawnList, work: ThreatenedWork | None) -> str:
    pager = {
        "next_href": drawn.next_href.replace("?", f"?{encode_other_parameters(request)}", 1),
        "next_words": "更早的 ›",
        "first_href": drawn.first_href,
    }
    gaps: dict[str, tuple[str, dict[str, Any]]] = {
        PAGER: ("_pager.html", pager),
        WORK: ("news/pages/_threatened_work.html", {"work": work}),
    }
    main = str(drawn.main)
    for gap, (template, values) in gaps.items():
        if gap in main:
            main = main.replace(gap, render_to_string(template, values))
    return main
