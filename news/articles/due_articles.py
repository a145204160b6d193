"""When a public page changes though nobody changes anything: an article is due, a danger over."""

from datetime import datetime, timedelta

from django.db.models import Min, Q
from django.utils import timezone

from news.choices import AlertLevel, ArticleStatus
from news.models import Article

DANGER_DAYS = 14  # for which a danger without a stated end stands on the pages of its place


def find_next_due_moment() -> datetime | None:
    """Return the next moment; days end at midnight, of which nothing is said here. One query."""
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
