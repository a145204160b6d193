"""An article as schema.org says it, for search engines."""

import json

from news.choices import ArticleKind
from sitekit.images.pictures import list_picture_sources

SITE = "兼职信息网"
OWN = "本站"
LOGO = "/seal/all.svg"
# In a script element a `<` may end it; & and > go along, as in Django's json_script.
_ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&"}


def as_json(article, *, absolute, publisher, places, others=()):
    """`absolute` makes a path an address; `places` are names, `others` addresses of further
    sources. Safe inside a script element."""
    made = {
        "@context": "https://schema.org",
        "@type": "Article" if article.kind == ArticleKind.GUIDE else "NewsArticle",
        "headline": article.title,
        "description": article.excerpt,
        "inLanguage": "zh-CN",
        "datePublished": article.published_at and article.published_at.isoformat(),
        "dateModified": article.published_at
        and max(article.updated_at, article.published_at).isoformat(),
        "mainEntityOfPage": absolute(article.get_absolute_url()),
        "image": [absolute(_image(article))],
        "author": _author(article, publisher),
        "publisher": {"@type": "Organization", "name": publisher, "logo": absolute(LOGO)},
        "articleSection": article.get_kind_display(),
        "keywords": _keywords(article),
        "contentLocation": [{"@type": "Place", "name": name} for name in places],
        "isBasedOn": [url for url in (article.source_url, *others) if url],
    }
    made = {name: value for name, value in made.items() if value}
    return json.dumps(made, ensure_ascii=False).translate(_ESCAPES)


def _image(article):
    return list_picture_sources(article.hero)["largest"] if article.hero_id else LOGO


def _author(article, publisher):
    """Whoever wrote it: the person the source names, else the source, else the site; nobody where
    an import names neither."""
    if article.author:
        return {"@type": "Person", "name": article.author}
    if article.source_id:
        return {"@type": "Organization", "name": article.source.name}
    return {"@type": "Organization", "name": publisher} if article.source_label == OWN else None


def _keywords(article):
    return [*([article.get_fraud_type_display()] if article.fraud_type else []), *article.tag_names]
