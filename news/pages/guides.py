"""The site's own guides: how a kind of fraud works, how to recognise it, what to do, whom to call.

They are written in `data/guides.toml` and stored as articles, so that editors can improve them.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe

from cities.models import Region
from news.articles.transitions import publish_article
from news.choices import ArticleKind
from news.models import Article, Tag
from news.models.article import GUIDE_KEY
from news.models.querysets import union_articles
from news.pages import hotlines
from screening.fraud_types import (
    FraudType,
    get_fraud_type,
    list_fraud_types,
    list_fraud_types_by_group,
)
from sitekit.web.city_urls import reverse_in_city

FILE = Path(__file__).parent.parent / "data" / "guides.toml"
STEPS, SIGNS, FIRST_30, CALLS = "怎么骗", "怎么看出来", "前 30 分钟先做什么", "打给谁"
MAX_OTHER_GUIDES = 4
_HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)


@dataclass(frozen=True)
class GuidePart:
    """A part of a guide under its heading; `role` is first30, calls or ""."""

    heading: str
    html: SafeString
    role: str = ""


def find_guides(fraud_type: str) -> tuple[Article | None, list[Article]]:
    """Return (the site's own guide of the type or None, up to four other guides); one query."""
    key = GUIDE_KEY + fraud_type
    guides = Article.objects.published().filter(kind=ArticleKind.GUIDE, fraud_type=fraud_type)
    newest = guides.newest().values("pk")[: MAX_OTHER_GUIDES + 1]
    chosen = Article.objects.filter(
        pk__in=union_articles([guides.filter(import_key=key).values("pk"), newest])
    )
    own_first = Case(When(import_key=key, then=Value(0)), default=Value(1))
    rows = list(
        chosen.with_places()
        .select_related("source", "hero")
        .defer("text", "sketch", "bands", "figures")
        .order_by(own_first, "-published_at", "-pk")
    )
    main_guide = rows.pop(0) if rows and rows[0].import_key == key else None
    return main_guide, rows[:MAX_OTHER_GUIDES]


def list_guide_parts(article: Article) -> tuple[SafeString, list[GuidePart]]:
    """Return (HTML before the first heading, the parts) of a guide that editors may have changed.

    A part on the first half hour is added if there is none.
    """
    lead, *sections = _HEADING.split(article.body)
    parts: list[GuidePart] = []
    for heading, html in zip(sections[::2], sections[1::2], strict=True):
        words = strip_tags(heading).strip()
        urgent = "30" in words and not any(part.role == "first30" for part in parts)
        role = "first30" if urgent else "calls" if words == CALLS else ""
        parts.append(GuidePart(words, mark_safe(html), role))  # cleaned in Article.save  # noqa: S308
    if not any(part.role == "first30" for part in parts):
        parts.append(list_usual_parts()[0])
    return mark_safe(lead), parts  # noqa: S308


def list_usual_parts() -> list[GuidePart]:
    """Return the parts that fit any fraud, for a fraud type without a guide."""
    return [
        GuidePart(FIRST_30, _render_lines("ol", hotlines.FIRST_30), "first30"),
        GuidePart(CALLS, _render_lines("ul", hotlines.render_hotline_lines()), "calls"),
    ]


def build_guide_index(
    city: Region | None, *, with_titles: bool = False
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return (group, [(label, address, title of the guide or "")]) for every fraud type.

    Without titles there is no query.
    """
    keys = [GUIDE_KEY + fraud_type for fraud_type in list_fraud_types()] if with_titles else []
    guides = Article.objects.published().filter(kind=ArticleKind.GUIDE, import_key__in=keys)
    titles = dict(guides.values_list("fraud_type", "title"))
    return [
        (
            group.label,
            [
                (
                    t.page_name,
                    reverse_in_city("news:alerts_type", city, fraud_type=t),
                    titles.get(t, ""),
                )
                for t in types
            ],
        )
        for group, types in list_fraud_types_by_group().items()
    ]


@cache
def read_guides_file(path: str | Path = FILE) -> dict[str, Any]:
    """Return {fraud type: entry}, in the order of the file; raise ValueError for unknown types."""
    entries = tomllib.loads(Path(path).read_text("utf-8"))
    unknown = set(entries) - set(list_fraud_types())
    if unknown:
        raise ValueError(f"{path}: no such fraud types: {', '.join(sorted(unknown))}")
    return entries


def render_guide_html(entry: dict[str, Any]) -> str:
    """Return the entry as the body of an article."""
    parts = [
        (STEPS, _render_lines("ol", entry["steps"])),
        (SIGNS, _render_lines("ul", entry["signs"])),
        (FIRST_30, _render_lines("ol", entry["first30"])),
        (
            CALLS,
            _render_lines("ul", hotlines.render_hotline_lines(entry["hotlines"], as_shipped=True)),
        ),
    ]
    lead = format_html("<p>{}</p>", entry["lead"])
    return lead + format_html_join("", "<h2>{}</h2>{}", parts)


def _render_lines(tag: str, lines: Iterable[str]) -> SafeString:
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html("<{0}>{1}</{0}>", tag, items)


def publish_guides(
    path: str | Path = FILE, *, overwrite: bool = False, days: int = 0
) -> Counter[str]:
    """Publish missing guides; with `overwrite` renew those nobody has edited.

    Return how many were "added", "renewed" and "kept" (the same, edited by somebody, or withdrawn).
    `days` spreads the moments of publication over the past days, for demo data.
    """
    entries = read_guides_file(path)
    keys = [GUIDE_KEY + fraud_type for fraud_type in entries]
    stored_guides = {row.import_key: row for row in Article.objects.filter(import_key__in=keys)}
    edited = _find_edited(stored_guides.values()) if overwrite else set()
    counts, now = Counter({"added": 0, "renewed": 0, "kept": 0}), timezone.now()
    # In reverse, so that the first of the file is the newest.
    for number, (fraud_type, entry) in reversed(list(enumerate(entries.items()))):
        article = stored_guides.get(GUIDE_KEY + fraud_type)
        at = now - timedelta(days=days) * number / len(entries)
        if article is None and _create_guide_article(fraud_type, entry, at):
            counts["added"] += 1
        elif (
            article
            and overwrite
            and article.pk not in edited
            and _update_guide_article(article, entry)
        ):
            counts["renewed"] += 1
        else:
            counts["kept"] += 1
    return counts


def _create_guide_article(fraud_type: str, entry: dict[str, Any], at: datetime) -> bool:
    """Return False if another process added it first."""
    article = Article(
        kind=ArticleKind.GUIDE,
        fraud_type=fraud_type,
        title=entry["title"],
        body=render_guide_html(entry),
        import_key=GUIDE_KEY + fraud_type,
    )
    try:
        with transaction.atomic():
            article.save()
            label = get_fraud_type(fraud_type).label
            article.tags.set(
                Tag.get_or_create_named([] if fraud_type == FraudType.OTHER else label.split("/"))
            )
            publish_article(article.pk, reason="载入本站指南", at=at)
    except IntegrityError:
        return False
    return True


def _update_guide_article(article: Article, entry: dict[str, Any]) -> bool:
    """Return whether the title or the body changed."""
    renewed = Article(title=entry["title"], body=render_guide_html(entry))
    renewed.prepare()
    if (renewed.title, renewed.body) == (article.title, article.body):
        return False
    article.title, article.body = renewed.title, renewed.body
    article.save(update_fields=["title", "body", "updated_at"])
    return True


def _find_edited(articles: Iterable[Article]) -> set[int]:
    """Return the keys of the articles that somebody has changed in the admin."""
    changes = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Article),
        object_id__in=[str(article.pk) for article in articles],
        action_flag=CHANGE,
    ).exclude(change_message__in=["", "[]"])  # saved without a change
    return {int(pk) for pk in changes.values_list("object_id", flat=True) if pk}
