import re
from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from news.models.article import UNDATED
from sitekit.templatetags.sitekit import cn_age

register = template.Library()

# As `known_age` writes it.
_AGE = re.compile(r'(?<=<time datetime=")([^"]+)">[^<]*')


@register.filter
def known_age(published_at: datetime) -> str:
    """Return how long ago it was, as a time element, for rows that have only `published_at`."""
    if published_at == UNDATED:
        return "日期不详"
    return format_html(
        '<time datetime="{}">{}</time>', published_at.isoformat(), cn_age(published_at)
    )


def refresh_ages(html: str) -> SafeString:
    """Write the ages in HTML anew that was drawn a while ago and has no other time elements."""
    return mark_safe(  # noqa: S308 - as it was drawn, but for the ages
        _AGE.sub(lambda match: f'{match[1]}">{cn_age(datetime.fromisoformat(match[1]))}', html)
    )
