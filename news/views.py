"""Public pages of the news. Each is the same for every visitor and reads no cookie."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from cities import directory
from news.choices import AlertLevel, ArticleKind, ArticleStatus
from news.models import Article, Tag
from news.paging import Page
from news.related import related
from news.rows import address, dress, scopes_around
from screening.fraud_types import GROUPS, FraudType

AROUND = 10


@require_safe
def feed(request, city=None):
    return _list(
        request,
        city,
        "news/list.html",
        Article.objects.published(),
        {"heading": f"{_name(city)}反诈与资讯", "empty": f"{_name(city)}还没有资讯"},
    )


@require_safe
def alerts(request, city=None):
    """All alerts of the place, with the way to each fraud type."""
    groups = [
        (
            group.label,
            [(kind.label, address("alerts_type", city, fraud_type=kind.value)) for kind in kinds],
        )
        for group, kinds in GROUPS.items()
    ]
    return _list(
        request,
        city,
        "news/alerts.html",
        Article.objects.published(),
        {
            "heading": f"{_name(city)}反诈预警",
            "empty": f"{_name(city)}近来没有反诈预警",
            "groups": groups,
        },
        kind=ArticleKind.ALERT,
    )


@require_safe
def alerts_type(request, fraud_type, city=None):
    if fraud_type not in FraudType.values:
        raise Http404("这个骗局类型不存在。")
    label = FraudType(fraud_type).label
    return _list(
        request,
        city,
        "news/alerts.html",
        Article.objects.published(),
        {
            "heading": f"{_name(city)}{label}预警",
            "empty": f"{_name(city)}没有「{label}」的预警",
            "fraud_label": label,
        },
        kind=ArticleKind.ALERT,
        fraud_type=fraud_type,
    )


@require_safe
def tag(request, tag, city=None):
    found = None if "\0" in tag else Tag.objects.filter(name=tag).first()
    if found is None:
        raise Http404("没有这个标签。")
    return _list(
        request,
        city,
        "news/list.html",
        Article.objects.published().filter(tags=found),
        {
            "heading": f"{_name(city)}标签：{tag}",
            "empty": f"{_name(city)}没有带「{tag}」标签的文章",
            "tag": tag,
        },
    )


@require_safe
def article(request, pk, city=None):
    shown = (
        Article.objects.filter(pk=pk)
        .select_related("source")
        .with_places()
        .with_tags()
        .defer("text")
        .first()
    )
    if shown is None:
        raise Http404("没有这篇文章。")
    if shown.status == ArticleStatus.WITHDRAWN:
        return _gone(request, city)
    if not shown.is_public:
        raise Http404("没有这篇文章。")
    canonical = reverse("news:article", kwargs={"pk": pk})
    places = [place for code in shown.place_codes if (place := directory.get(code))]
    return render(
        request,
        "news/article.html",
        {
            "article": shown,
            "body": mark_safe(shown.body),  # cleaned by nh3 in Article.save  # noqa: S308
            "canonical": request.build_absolute_uri(canonical),
            "places": [(place.short_name, address("list", place)) for place in places],
            "tags": [(name, address("tag", city, tag=name)) for name in shown.tag_names],
            "fraud_type_href": shown.fraud_type
            and address("alerts_type", city, fraud_type=shown.fraud_type),
            "is_danger": shown.alert_level == AlertLevel.DANGER,
            "related": related(shown, city),
        },
    )


def _name(city):
    return city.short_name if city else "全国"


def _list(request, city, template, articles, context, **facts):
    """A feed: under a city what concerns it, and on the first page what concerns it too from
    further around; the national one shows everything. `facts` narrow it (`in_place`)."""
    own = articles.in_place(city, **facts) if city else articles.filter(**facts)
    page = Page(own.for_rows(), request.GET.get("after", ""))
    around = []
    if city and page.is_first:
        rows = articles.around(city, AROUND, **facts).for_rows()
        around = dress(list(rows), city, mark_scope=True)
    context |= {"page": page, "rows": dress(page.rows, city), "around": around}
    if city:
        context |= {"national": _national(request), "around_name": scopes_around(city)}
    return render(request, template, context)


def _national(request):
    match = request.resolver_match
    kwargs = {key: value for key, value in match.kwargs.items() if key != "city"}
    return reverse(match.view_name, kwargs=kwargs)


def _gone(request, city):
    """Says that it was taken down, never what it said."""
    actions = [
        {"label": "看反诈与资讯", "href": address("list", city)},
        {"label": "看反诈预警", "href": address("alerts", city)},
    ]
    context = {
        "title": "这篇文章已经撤回",
        "heading": "这篇文章已经撤回",
        "words": "编辑撤回了这篇文章，内容不再显示。",
        "actions": actions,
    }
    return render(request, "gone.html", context, status=410)
