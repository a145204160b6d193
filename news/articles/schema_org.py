"""An article in the terms of schema.org, for search engines."""

import re
from collections.abc import Iterable

from django.utils.html import strip_tags

from news.choices import ArticleKind
from news.models import Article
from sitekit.images.pictures import list_picture_sources
from sitekit.seo.json_ld import MakeAbsolute, Schema, build_breadcrumbs
from sitekit.web.city_urls import reverse_in_city

SITE = "兼职信息网"
OWN_SOURCE_NAME = "本站"
LOGO = "/icons/512.png"
_PART = re.compile(r"<h2>(.*?)</h2>(.*?)(?=<h2>|\Z)", re.DOTALL)
_IS_QUESTION = re.compile("怎么|什么|谁|哪|吗|如何|多少|几|[？?]$")
MIN_QUESTIONS = 2


def build_article_schemas(
    article: Article,
    *,
    absolute: MakeAbsolute,
    publisher: str,
    places: Iterable[str],
    others: Iterable[str] = (),
) -> list[Schema]:
    """Return the article, the way to it, and the questions that a guide answers.

    `absolute` makes a path an address; `places` are names, `others` addresses of further sources.
    """
    address = absolute(article.get_absolute_url())
    properties: Schema = {
        "@type": "Article" if article.kind == ArticleKind.GUIDE else "NewsArticle",
        "headline": article.title,
        "description": article.excerpt,
        **({"abstract": article.summary} if article.summary else {}),
        "inLanguage": "zh-CN",
        **_describe_dates(article),
        "mainEntityOfPage": address,
        "image": _list_images(article, absolute),
        "author": _describe_author(article, publisher),
        "publisher": {
            "@type": "Organization",
            "name": publisher,
            "logo": {"@type": "ImageObject", "url": absolute(LOGO), "width": 512, "height": 512},
        },
        "articleSection": article.get_kind_display(),
        "keywords": [word for word in (article.fraud_name, *article.tag_names) if word],
        "contentLocation": [{"@type": "Place", "name": name} for name in places],
        "isBasedOn": [url for url in (article.source_url, *others) if url],
    }
    breadcrumbs = build_breadcrumbs(
        [("反诈与资讯", absolute(reverse_in_city("news:list"))), (article.title, address)]
    )
    questions = build_guide_questions(article) if article.kind == ArticleKind.GUIDE else None
    return [properties, breadcrumbs, *([questions] if questions else [])]


def build_guide_questions(guide: Article) -> Schema | None:
    """Return the headings that are questions, with the text below each; None for a guide without questions."""
    subject = guide.fraud_name or guide.title
    questions = []
    for heading, answer in _PART.findall(guide.body):
        words = strip_tags(heading).strip()
        if _IS_QUESTION.search(words) and strip_tags(answer).strip():
            name = f"{subject}：{words.rstrip('？?')}？"
            text = {"@type": "Answer", "text": answer.strip()}
            questions.append({"@type": "Question", "name": name, "acceptedAnswer": text})
    if len(questions) < MIN_QUESTIONS:
        return None
    return {"@type": "FAQPage", "inLanguage": "zh-CN", "mainEntity": questions}


def _list_images(article: Article, absolute: MakeAbsolute) -> list[str]:
    return [absolute(list_picture_sources(article.hero)["largest"])] if article.hero else []


def _describe_dates(article: Article) -> dict[str, str]:
    """Return the dates; none for an article without a date, since the date of the import would be taken for it."""
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
    return (
        {"@type": "Organization", "name": publisher}
        if article.source_label == OWN_SOURCE_NAME
        else None
    )
