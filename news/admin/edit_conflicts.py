"""Two editors with one article open: what each changed stays; one field of both is asked about.

The form carries a digest of each field as it was when the page was made.
"""

import hashlib
import json

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.html import format_html
from django.utils.timezone import localtime

from cities.directory.regions import get_region
from news.article_html.article_body import clean_article_html, extract_html_text

FIELDS = (
    *("kind", "title", "body", "named_places", "tags", "hero", "hero_caption"),
    *("fraud_type", "alert_level", "alert_until"),
    *("source", "source_url", "source_date", "author"),
)
APART = {"named_places", "tags"}  # not columns


def collect_stored_values(article):
    """What the database holds, in the form's terms."""
    values = {name: getattr(article, name) for name in FIELDS if name not in APART}
    codes = article.places.filter(named=True).order_by("region_id")
    places = [get_region(code) for code in codes.values_list("region_id", flat=True)]
    return values | {"named_places": places, "tags": list(article.tags.order_by("pk"))}


def digest_form_values(values):
    return json.dumps({name: _digest(name, value) for name, value in values.items()})


def merge_concurrent_edits(form, article):
    """Compare what was sent with the locked row `article`; returns the names it will change.

    What only another editor changed is taken over; what both changed is an error of its field, and
    the form then carries what the second try is to be compared with.
    """
    values = collect_stored_values(article)
    now = {name: _digest(name, value) for name, value in values.items()}
    sent = form.cleaned_data
    mine = {name: _digest(name, sent[name]) for name in FIELDS if name in sent}
    before = now | _stamped(form)
    both = []
    for name in [name for name in mine if before[name] != now[name] != mine[name]]:
        if mine[name] == before[name]:
            sent[name], mine[name] = values[name], now[name]
        else:
            both.append(name)
    if both:
        _refuse(form, article, values, both)
        form.carry(json.dumps(before | {name: now[name] for name in both}))
    return [name for name in mine if mine[name] != now[name]]


def _stamped(form):
    try:
        found = json.loads(form.cleaned_data.get("version") or "{}")
    except ValueError:
        return {}
    return {n: v for n, v in found.items() if n in FIELDS} if isinstance(found, dict) else {}


def _digest(name, value):
    return hashlib.sha256(_word(name, value).encode()).hexdigest()[:12]


def _word(name, value):
    if not value:
        return ""
    if name == "body":
        return clean_article_html(value)
    if name in APART:
        return ",".join(sorted(str(one.pk) for one in value))
    return str(getattr(value, "pk", value))


def _refuse(form, article, values, both):
    labels = "、".join(str(form.fields[name].label) for name in both)
    form.add_error(
        None,
        f"你打开这一页之后，{_who(article)}也改了{labels}。你写的都还在，对方写的列在各项下面；"
        "对照着改好再保存，就以你这次写的为准。",
    )
    for name in both:
        form.add_error(name, _theirs(name, values[name]))


def _who(article):
    last = (
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(article), object_id=str(article.pk)
        )
        .select_related("user")
        .order_by("-action_time")
        .first()
    )
    if last is None:
        return "另一位编辑"
    return f"{last.user}（{localtime(last.action_time):%H:%M}）"


def _theirs(name, value):
    if name == "body":
        return format_html(
            '对方保存的正文：<span class="their-words">{}</span>',
            extract_html_text(value),
        )
    if name in APART:
        value = "、".join(map(str, value))
    return f"对方保存的是：{value or '（空）'}"
