"""The lists of articles, each with a page and a feed: their articles and their names."""

from typing import NamedTuple

from django.http import Http404

from cities.models import Region
from news.choices import ArticleKind
from news.models import Article, Tag
from news.models.querysets import ArticleQuerySet
from screening.fraud_types import get_fraud_type, is_fraud_type

WIDER_ARTICLE_COUNT = 10  # articles from around a city that has few of its own


class ArticleList(NamedTuple):
    """`facts` narrow the articles by columns that the rows of a place repeat (`in_place`)."""

    name: str
    articles: ArticleQuerySet
    facts: dict[str, str]


def parse_article_list(
    tag: str | None = None,
    kind: str | None = None,
    fraud_type: str | None = None,
    alerts: bool = False,
) -> ArticleList:
    """Return the list of an address; raise Http404 if there is none."""
    articles = Article.objects.published()
    if tag is not None:
        tag_row = None if "\0" in tag else Tag.objects.filter(name=tag).first()
        if tag_row is None:
            raise Http404("没有这个标签。")
        return ArticleList(f"“{tag}”相关文章", articles.filter(tags=tag_row), {})
    articles = articles.leading()  # not for a tag, because the lead may not have it
    if fraud_type is not None:
        if not is_fraud_type(fraud_type):
            raise Http404("这个骗局类型不存在。")
        facts: dict[str, str] = {"kind": ArticleKind.ALERT, "fraud_type": fraud_type}
        return ArticleList(f"{get_fraud_type(fraud_type).page_name}预警", articles, facts)
    if kind is not None:
        if kind not in ArticleKind.values:
            raise Http404("没有这一类文章。")
        return ArticleList(ArticleKind(kind).label, articles, {"kind": kind})
    if alerts:
        return ArticleList("反诈预警", articles, {"kind": ArticleKind.ALERT})
    return ArticleList("反诈与资讯", articles, {})


def get_place_name(city: Region | None) -> str:
    return city.short_name if city else "全国"
