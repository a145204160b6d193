"""What the inbox and the daily text message tell a member about alerts. Before they are read, alerts are removed from
them that were withdrawn, that are past their last day, or that after a correction do not fit the subscription."""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from functools import cache

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.digests import SubscriptionNews, find_mail_address
from accounts.models import DigestLine, Notice, User
from news.alert_subscriptions.alert_places import AlertPlaces
from news.alert_subscriptions.mails import build_alert_title
from news.choices import ArticleKind
from news.models import AlertDelivery, AlertSubscription, Article, ArticleEvent
from sitekit.web.city_urls import reverse_in_city

_KEY = "alert-news"
_LOOKS_BACK = timedelta(days=1)  # the job runs every minute, but may have been stopped for long
# After one of these events an alert may not fit any more.
_ENDINGS = (ArticleEvent.What.WITHDRAW, ArticleEvent.What.EDIT)
# Deliveries are written right before the line of the text message that tells of them.
_WRITTEN_WITHIN = timedelta(minutes=1)


def build_member_news(
    row: AlertSubscription, user: User, alerts: Sequence[Article]
) -> SubscriptionNews:
    """Return the news for the inbox. Its key has the numbers of the alerts, so that one can be removed later."""
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
    """Remove alerts that are not public, not in force, or do not fit the subscription any more, from unread notices and
    from text messages that were not written yet. Return for how many subscriptions something was removed."""
    return sum(_leave_out(pk, gone) for pk, gone in sorted(_find_outdated().items()))


def _find_outdated() -> dict[int, set[int]]:
    """Return, by subscription, the alerts that its member was told of and must not read any more; only for members who
    have something unread about them."""
    since = timezone.now() - _LOOKS_BACK
    events = ArticleEvent.objects.filter(what__in=_ENDINGS, at__gt=since)
    changed_ids = {*events.values_list("article", flat=True), *_list_just_over(since)}
    if not changed_ids:
        return {}
    changed = Article.objects.filter(pk__in=changed_ids)
    public = changed.published().in_force().filter(kind=ArticleKind.ALERT).with_places().order_by()
    alerts = {alert.pk: alert for alert in public.defer("body", "text", "bands")}
    places = AlertPlaces(alerts.values())

    @cache
    def is_outdated(pk: int, region: int | None, fraud_type: str) -> bool:
        return pk not in alerts or not places.is_about(alerts[pk], region, fraud_type)

    deliveries = AlertDelivery.objects.filter(subscription__user__isnull=False).order_by()
    wishes = "article", "subscription__region", "subscription__fraud_type"
    sent = deliveries.filter(article__in=changed_ids).values_list(*wishes).distinct()
    outdated_ids = {pk for pk, region, fraud_type in sent if is_outdated(pk, region, fraud_type)}
    concerned = deliveries.filter(_build_waiting_condition(), article__in=outdated_ids)
    by_subscription: dict[int, set[int]] = {}
    for row, *wish in concerned.values_list("subscription", *wishes) if outdated_ids else ():
        if is_outdated(*wish):
            by_subscription.setdefault(row, set()).add(wish[0])
    return by_subscription


def _list_just_over(since: datetime) -> QuerySet[Article, int]:
    """Return the numbers of the alerts whose last day has ended since this moment."""
    today = timezone.localdate()
    over = Article.objects.published().filter(
        kind=ArticleKind.ALERT, alert_until__gte=timezone.localdate(since), alert_until__lt=today
    )
    return over.order_by().values_list("pk", flat=True)


def _build_waiting_condition() -> Q:
    """Return the condition that the member may have something unread about a delivery. A notice must name the alert, so
    that a notice from which the alert was removed is not checked again."""
    of_user = {"user": OuterRef("subscription__user")}
    names_it = Concat(
        Value(f"^{_KEY}-"),
        Cast(OuterRef("subscription"), CharField()),
        Value("-([0-9]+,)*"),
        Cast(OuterRef("article"), CharField()),
        Value("(,|$)"),
    )
    notices = Notice.objects.filter(**of_user, read_at=None, key__regex=names_it)
    lines = DigestLine.objects.filter(**of_user, kind=NoticeKind.ALERTS, texted_at=None)
    return Q(Exists(notices)) | Q(Exists(lines))


@transaction.atomic
def _leave_out(subscription_id: int, gone: Set[int]) -> bool:
    """Remove the alerts and return whether anything changed. A member without mails forgets the deliveries, and is told
    of the alert if it becomes public again."""
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
