"""An article in the terms of schema.org, for search engines."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from news.choices import ArticleKind
from news.models import Article
from sitekit.images.pictures import list_picture_sources

SITE = "兼职信息网"
OWN = "本站"
LOGO = "/seal/all.svg"
# In a script element a `<` may end it; & and > go along, as in Django's json_script.
_ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&"}


def render_schema_org(
    article: Article,
    *,
    absolute: Callable[[str], str],
    publisher: str,
    places: Iterable[str],
    others: Iterable[str] = (),
) -> str:
    """Return JSON that is safe inside a script element.

    `absolute` makes a path an address; `places` are names, `others` addresses of further sources.
    """
    image_path = list_picture_sources(article.hero)["largest"] if article.hero else LOGO
    properties: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article" if article.kind == ArticleKind.GUIDE else "NewsArticle",
        "headline": article.title,
        "description": article.excerpt,
        "inLanguage": "zh-CN",
        **_describe_dates(article),
        "mainEntityOfPage": absolute(article.get_absolute_url()),
        "image": [absolute(image_path)],
        "author": _describe_author(article, publisher),
        "publisher": {"@type": "Organization", "name": publisher, "logo": absolute(LOGO)},
        "articleSection": article.get_kind_display(),
        "keywords": [
            word for word in (article.get_fraud_type_display(), *article.tag_names) if word
        ],
        "contentLocation": [{"@type": "Place", "name": name} for name in places],
        "isBasedOn": [url for url in (article.source_url, *others) if url],
    }
    properties = {name: value for name, value in properties.items() if value}
    return json.dumps(properties, ensure_ascii=False).translate(_ESCAPES)


def _describe_dates(article: Article) -> dict[str, str]:
    """Return nothing for what has no date: when it was taken in would pose as one."""
    if article.published_at is None or article.is_undated:
        return {}
    published = article.source_date or article.published_at
    return {
        "datePublished": published.isoformat(),
        "dateModified": article.changed_at.isoformat(),
    }


def _describe_author(article: Article, publisher: str) -> dict[str, str] | None:
    """Return the person the source names, else the source, else the site; None if an import names
    neither."""
    if article.author:
        return {"@type": "Person", "name": article.author}
    if article.source:
        return {"@type": "Organization", "name": article.source.name}
    return {"@type": "Organization", "name": publisher} if article.source_label == OWN else None
