"""Two editors change one article at the same time: the changes of both are kept, and a field that both changed is an
error.

The form sends a digest of each field as it was when the page was rendered. If a field has no digest, nobody knows who
changed it, so it is also an error if it differs from the stored value.
"""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.html import format_html
from django.utils.timezone import localtime

from cities.directory.regions import get_region
from news.article_html.article_body import clean_article_html, extract_html_text
from news.models import Article

if TYPE_CHECKING:
    from news.admin.forms import ArticleForm

FIELDS = (
    *("kind", "title", "seo_title", "summary", "body"),
    *("named_places", "also_places", "tags", "hero", "hero_caption"),
    *("fraud_type", "alert_level", "alert_until"),
    *("source", "source_url", "source_date", "author"),
)
RELATED_FIELDS = {"named_places", "also_places", "tags"}  # not columns
_UNKNOWN = "?"  # no digest


def collect_stored_values(article: Article) -> dict[str, Any]:
    """Return the stored values by the form's field names."""
    values = {name: getattr(article, name) for name in FIELDS if name not in RELATED_FIELDS}
    chosen = article.places.filter(Q(named=True) | Q(also_shown=True)).order_by("region_id")
    rows = list(chosen.values_list("region_id", "named"))
    return values | {
        "named_places": [get_region(code) for code, named in rows if named],
        "also_places": [get_region(code) for code, named in rows if not named],
        "tags": sorted(article.tags.all(), key=lambda tag: tag.pk),
    }


def digest_form_values(values: dict[str, Any]) -> str:
    return json.dumps({name: _hash_field_value(name, value) for name, value in values.items()})


def merge_concurrent_edits(form: "ArticleForm", article: Article) -> list[str]:
    """Compare the form with the locked row `article`; return the names of fields it will change.

    A field that only another editor changed gets the stored value. A field that both changed is an
    error, and the form then carries the digests for the next try.
    """
    values = collect_stored_values(article)
    stored = {name: _hash_field_value(name, value) for name, value in values.items()}
    cleaned = form.cleaned_data
    sent_digests = {
        name: _hash_field_value(name, cleaned[name]) for name in FIELDS if name in cleaned
    }
    digests = _read_sent_digests(form)
    before = dict.fromkeys(stored, _UNKNOWN) | digests
    changed_by_other = [name for name in sent_digests if before[name] != stored[name]]
    conflicting = [
        name for name in changed_by_other if sent_digests[name] not in (before[name], stored[name])
    ]
    for name in changed_by_other:
        if name not in conflicting:
            cleaned[name], sent_digests[name] = values[name], stored[name]
    if conflicting:
        is_unknown = any(name not in digests for name in conflicting)
        _add_conflict_errors(form, article, values, conflicting, is_unknown=is_unknown)
        shown = [name for name in stored if name in conflicting or name not in digests]
        form.set_version(json.dumps(before | {name: stored[name] for name in shown}))
    return [name for name in sent_digests if sent_digests[name] != stored[name]]


def count_stored_value_as_seen(form: "ArticleForm", article: Article, name: str) -> None:
    """Treat the stored value as seen: what the page shows again in this field is the editor's change of that value."""
    stored = _hash_field_value(name, collect_stored_values(article)[name])
    form.set_version(json.dumps(_read_sent_digests(form) | {name: stored}))


def _read_sent_digests(form: "ArticleForm") -> dict[str, str]:
    try:
        digests = json.loads(form.cleaned_data.get("version") or "{}")
    except ValueError:
        return {}
    return {n: v for n, v in digests.items() if n in FIELDS} if isinstance(digests, dict) else {}


def _hash_field_value(name, value):
    return hashlib.sha256(_format_value(name, value).encode()).hexdigest()[:12]


def _format_value(name: str, value: Any) -> str:
    if not value:
        return ""
    if name == "body":
        return clean_article_html(value)
    if name in RELATED_FIELDS:
        return ",".join(sorted(str(row.pk) for row in value))
    return str(getattr(value, "pk", value))


def _add_conflict_errors(form, article, values, conflicting, *, is_unknown):
    labels = "、".join(str(form.fields[name].label) for name in conflicting)
    explanation = f"你打开这一页之后，{_describe_last_editor(article)}也改了{labels}"
    if is_unknown:
        explanation = (
            f"浏览器没有说你打开这一页时写着什么，{labels}可能是别人刚改的，所以还没有保存"
        )
    form.add_error(
        None,
        f"{explanation}。你写的都还在，已经保存的列在各项下面；对照着改好再保存，就以你这次写的为准。",
    )
    for name in conflicting:
        form.add_error(name, _describe_stored_value(name, values[name]))


def _describe_last_editor(article):
    content_type = ContentType.objects.get_for_model(article)
    entries = LogEntry.objects.filter(content_type=content_type, object_id=str(article.pk))
    last = entries.select_related("user").order_by("-action_time").first()
    if last is None:
        return "另一位编辑"
    return f"{last.user}（{localtime(last.action_time):%H:%M}）"


def _describe_stored_value(name: str, value: Any) -> str:
    if name == "body":
        words = '已经保存的正文：<span class="their-words">{}</span>'
        return format_html(words, extract_html_text(value))
    if name in RELATED_FIELDS:
        value = "、".join(map(str, value))
    return f"已经保存的是：{value or '（空）'}"
