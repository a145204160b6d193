"""What the inbox and the daily text message of a member tell of alerts. One that was withdrawn, or corrected to be no
alert, before they were read is left out."""

from collections.abc import Sequence, Set
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.digests import SubscriptionNews, find_mail_address
from accounts.models import DigestLine, Notice, User
from news.alert_subscriptions.mails import build_alert_title
from news.choices import ArticleKind
from news.models import AlertDelivery, AlertSubscription, Article, ArticleEvent
from sitekit.web.city_urls import reverse_in_city

_KEY = "alert-news"
_LOOKS_BACK = timedelta(days=1)  # of a job that runs every minute
_ENDINGS = (ArticleEvent.What.WITHDRAW, ArticleEvent.What.EDIT)  # by which one may end
# Deliveries are written right before the line of the text message that tells of them.
_WRITTEN_WITHIN = timedelta(minutes=1)


def build_member_news(
    row: AlertSubscription, user: User, alerts: Sequence[Article]
) -> SubscriptionNews:
    """The key holds the numbers of the alerts, so that one can be left out later."""
    count, name = len(alerts), build_alert_title(row)
    numbers = ",".join(str(alert.pk) for alert in alerts)
    return SubscriptionNews(
        user=user,
        key=f"{_KEY}-{row.pk}-{numbers}",
        title=f"{name}：{count} 条新的",
        text=alerts[0].title,
        name=name,
        count=count,
        address=reverse_in_city("news:alerts", row.region),
    )


def withdraw_member_news() -> int:
    """Leave what is no public alert any more out of notices that nobody has read and of text messages that were not
    written; return of how many subscriptions."""
    since = timezone.now() - _LOOKS_BACK
    events = ArticleEvent.objects.filter(what__in=_ENDINGS, at__gt=since)
    changed = Article.objects.filter(pk__in=events.values("article"))
    public = changed.published().filter(kind=ArticleKind.ALERT)
    gone = changed.exclude(pk__in=public.order_by().values("pk")).order_by()
    gone_ids = set(gone.values_list("pk", flat=True))
    return sum(_leave_out(pk, gone_ids) for pk in _list_concerned(gone_ids)) if gone_ids else 0


def _list_concerned(gone: Set[int]) -> list[int]:
    """Return the subscriptions that were sent one of these, of members for whom something waits unread."""
    deliveries = AlertDelivery.objects.filter(article__in=gone)
    of_user = {"user": OuterRef("user")}
    notices = Notice.objects.filter(**of_user, read_at=None, key__startswith=f"{_KEY}-")
    lines = DigestLine.objects.filter(**of_user, kind=NoticeKind.ALERTS, texted_at=None)
    rows = AlertSubscription.objects.filter(
        Exists(notices) | Exists(lines),
        pk__in=deliveries.values("subscription"),
        user__isnull=False,
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _leave_out(subscription_id: int, gone: Set[int]) -> bool:
    """Return whether anything changed. Who reads of it nowhere else is told once it is public again."""
    locked = AlertSubscription.objects.select_for_update(of=("self",))
    row = locked.select_related("region", "user").get(pk=subscription_id)
    if row.user is None:
        return False
    has_changed = any([_rewrite_notices(row, row.user, gone), _count_lines_again(row, gone)])
    if has_changed and not find_mail_address(row.user, row.email, NoticeKind.ALERTS):
        AlertDelivery.objects.filter(subscription=row, article__in=gone).delete()
    return has_changed


def _rewrite_notices(row: AlertSubscription, user: User, gone: Set[int]) -> bool:
    unread = Notice.objects.filter(user=user, read_at=None, key__startswith=f"{_KEY}-{row.pk}-")
    has_changed = False
    for notice in unread:
        numbers = [int(number) for number in notice.key.rpartition("-")[2].split(",")]
        if gone.isdisjoint(numbers):
            continue
        has_changed = True
        alerts = Article.objects.defer("body", "text", "bands").in_bulk(set(numbers) - gone)
        if not alerts:
            notice.delete()
            continue
        news = build_member_news(row, user, [alerts[pk] for pk in numbers if pk in alerts])
        notice.key, notice.title, notice.text = news.key, news.title[:80], news.text[:600]
        notice.save(update_fields=["key", "title", "text"])
    return has_changed


def _count_lines_again(row: AlertSubscription, gone: Set[int]) -> bool:
    has_changed = False
    for line in _list_waiting_lines(row):
        deliveries = AlertDelivery.objects.filter(
            subscription=row,
            created_at__gt=line.created_at - _WRITTEN_WITHIN,
            created_at__lte=line.created_at,
        )
        count = deliveries.exclude(article__in=gone).count()
        if count >= line.count:
            continue
        has_changed = True
        if count:
            DigestLine.objects.filter(pk=line.pk).update(count=count)
        else:
            line.delete()
    return has_changed


def _list_waiting_lines(row: AlertSubscription) -> QuerySet[DigestLine]:
    return DigestLine.objects.filter(
        user=row.user,
        kind=NoticeKind.ALERTS,
        texted_at=None,
        title=build_alert_title(row)[:120],
        address=reverse_in_city("news:alerts", row.region),
    )
