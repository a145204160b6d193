from datetime import datetime

from django import template
from django.utils.html import format_html

from news.models.article import UNDATED
from sitekit.templatetags.sitekit import cn_age

register = template.Library()


@register.filter
def known_age(published_at: datetime) -> str:
    """Return how long ago it was, as a time element, for rows that have only `published_at`."""
    if published_at == UNDATED:
        return "日期不详"
    return format_html(
        '<time datetime="{}">{}</time>', published_at.isoformat(), cn_age(published_at)
    )
