"""When a public page changes by itself: a scheduled article is due, or a danger is over."""

from datetime import datetime, timedelta

from django.db.models import Min, Q
from django.utils import timezone

from news.choices import AlertLevel, ArticleStatus
from news.models import Article

DANGER_DAYS = 14  # how long a danger without a stated end is shown on the pages of its place


def find_next_due_moment() -> datetime | None:
    """Return the next moment at which an article or a danger changes a page, except midnight. One query."""
    now = timezone.now()
    since = now - timedelta(days=DANGER_DAYS)
    is_scheduled = Q(status=ArticleStatus.SCHEDULED, published_at__gt=now)
    is_dangerous = Q(alert_level=AlertLevel.DANGER, alert_until=None, published_at__gt=since)
    moments = Article.objects.filter(is_scheduled | is_dangerous).aggregate(
        scheduled=Min("published_at", filter=is_scheduled),
        dangerous=Min("published_at", filter=is_dangerous),
    )
    dangerous = moments["dangerous"] and moments["dangerous"] + timedelta(days=DANGER_DAYS)
    return min(filter(None, (moments["scheduled"], dangerous)), default=None)
