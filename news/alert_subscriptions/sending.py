"""Sends alerts to every open subscription whose place and fraud type they fit, each story once.

A danger is sent at once, together with what waits; other alerts are sent in one mail a day. Mails and
deliveries are written in one transaction for a batch of subscriptions, with the same number of
queries for any number of articles and subscriptions.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.digests import (
    find_mail_address,
    find_mail_send_time,
    is_account_subscription,
    send_subscription_notices,
)
from accounts.models import User
from news.alert_subscriptions.alert_places import AlertPlaces
from news.alert_subscriptions.mails import (
    ALERT_MAIL_KEY,
    build_alert_mail,
    parse_alert_mail_key,
)
from news.alert_subscriptions.member_news import build_member_news, withdraw_member_news
from news.analysis.near_duplicates import is_same_case
from news.articles.display_fields import attach_display_fields
from news.articles.transitions import PUBLICATIONS
from news.choices import AlertLevel, ArticleKind
from news.models import AlertDelivery, AlertSubscription, Article, ArticleEvent
from news.models.querysets import ArticleQuerySet
from sitekit.messages.outbox import enqueue_messages, list_waiting_messages, withdraw_messages
from sitekit.models import Mail

# Older alerts are not sent, even if nothing could be sent for a while.
MAX_ALERT_AGE = timedelta(days=7)
STORY_MEMORY = timedelta(days=60)  # how long the same story in other words is recognised
CALM_MAIL_INTERVAL = timedelta(days=1)  # between two mails without a danger
MAX_ALERTS_LOOKED_AT = 300
MAX_ALERTS = 10  # a mail
SUBSCRIPTIONS_PER_BATCH = 500


def send_due_alerts(stopped: Callable[[], bool] = lambda: False) -> int:
    """Write the mails and notices that are due now; return for how many subscriptions."""
    news, after, written = _RecentAlerts(), 0, 0
    while news.alerts and not stopped():
        with transaction.atomic():
            rows = list(
                _list_open_subscriptions(news, after).select_for_update(of=("self",))[
                    :SUBSCRIPTIONS_PER_BATCH
                ]
            )
            if not rows:
                break
            written += _write_news(rows, news)
        after = rows[-1].pk
    return written


def _add_publication(articles: ArticleQuerySet) -> ArticleQuerySet:
    """Add `public_since`: when the article was last published here, whatever date its source has."""
    publications = ArticleEvent.objects.filter(article=OuterRef("pk"), what__in=PUBLICATIONS)
    last_publication = publications.order_by("-at").values("at")[:1]
    return articles.annotate(public_since=Greatest("published_at", Subquery(last_publication)))


class _RecentAlerts:
    """The recent alerts, danger first, with their places."""

    def __init__(self):
        self.now = timezone.now()
        recent = Article.objects.published().filter(published_at__gt=self.now - MAX_ALERT_AGE)
        articles = (
            _add_publication(recent.dated().in_force())
            .filter(kind=ArticleKind.ALERT)
            .with_places()
            .select_related("source")
            .defer("body", "text", "bands")
            .newest()[:MAX_ALERTS_LOOKED_AT]
        )
        alerts = attach_display_fields(list(articles), None)
        self.alerts = _sort_by_danger(alerts)
        self._places = AlertPlaces(alerts)
        self.is_same_case = cache(is_same_case)

    def list_fitting(self, row: AlertSubscription) -> list[Article]:
        """Return the alerts that fit the subscription and were published here after its confirmation."""
        return [
            alert
            for alert in self.alerts
            if row.confirmed_at
            and alert.public_since > row.confirmed_at
            and self._places.fits(alert, row)
        ]


class _SentAlerts:
    """The alerts that were sent to the readers of a batch, by any of their subscriptions."""

    def __init__(self, rows: Iterable[AlertSubscription], news: _RecentAlerts):
        rows = list(rows)
        self._by_reader: dict[str, dict[int, Article]] = {}
        addresses = {_find_address(row.email, row.user) for row in rows} - {""}
        members = {row.user_id for row in rows if row.user_id}
        if mailboxes := {row.email for row in rows if row.user is None}:
            members |= set(User.objects.filter(email__in=mailboxes).values_list("pk", flat=True))
        deliveries = AlertDelivery.objects.filter(
            Q(article__in=[alert.pk for alert in news.alerts])
            | Q(created_at__gt=news.now - STORY_MEMORY),
            Q(subscription__email__in=addresses)
            | Q(subscription__email="", subscription__user__in=members),
            subscription__ended_at=None,
        )
        columns = "subscription__email", "subscription__user__email", "subscription__user_id"
        sent_pairs = [
            (_name_reader(email or own_email, user_id), pk)
            for email, own_email, user_id, pk in deliveries.values_list(*columns, "article_id")
        ]
        articles = Article.objects.with_places().defer("body", "text", "bands")
        sent_articles = articles.in_bulk({pk for _, pk in sent_pairs})
        for reader, pk in sent_pairs:
            self._by_reader.setdefault(reader, {})[pk] = sent_articles[pk]

    def list_new(
        self, row: AlertSubscription, alerts: Iterable[Article], news: _RecentAlerts
    ) -> list[Article]:
        """Return the alerts whose story the reader was not sent before, each story once."""
        sent = self._by_reader.setdefault(_name_row_reader(row), {})
        chosen: list[Article] = []
        for alert in alerts:
            earlier_alerts = [*sent.values(), *chosen]
            if alert.pk not in sent and not any(
                news.is_same_case(alert, k) for k in earlier_alerts
            ):
                chosen.append(alert)
        return chosen

    def add(self, row: AlertSubscription, alerts: Iterable[Article]) -> None:
        self._by_reader[_name_row_reader(row)] |= {alert.pk: alert for alert in alerts}


def _name_row_reader(row: AlertSubscription) -> str:
    return _name_reader(_find_address(row.email, row.user), row.user_id)


def _name_reader(address: str | None, user_id: int | None) -> str:
    """Return the identity of a reader: the mail address, else the account."""
    return (address or "").lower() or f"user {user_id}"


def _find_address(email: str, user: User | None) -> str:
    """Return the address of the subscription; for a subscription without one, the address of the account, if it has
    one by now."""
    return email or (user.email if user else "") or ""


def _list_open_subscriptions(news: _RecentAlerts, after: int) -> QuerySet[AlertSubscription]:
    rows = AlertSubscription.objects.filter(
        Q(lapses_at__gt=news.now) | Q(lapses_at=None),
        pk__gt=after,
        confirmed_at__isnull=False,
        ended_at=None,
    )
    if news.alerts[0].alert_level != AlertLevel.DANGER:
        rows = rows.filter(
            Q(last_sent_at=None) | Q(last_sent_at__lte=news.now - CALM_MAIL_INTERVAL)
        )
    return rows.select_related("region", "user").order_by("pk")


def _write_news(rows: Sequence[AlertSubscription], news: _RecentAlerts) -> int:
    sent, mails, for_members = _SentAlerts(rows, news), [], []
    deliveries, written_to = [], []
    for row in rows:
        fresh = sent.list_new(row, news.list_fitting(row), news)
        if not fresh or not _is_due(row, fresh, news.now):
            continue
        alerts = fresh[:MAX_ALERTS]
        sent.add(row, alerts)
        if mail := _address_mail(row, alerts, waiting_count=len(fresh) - len(alerts)):
            mails.append(mail)
        if row.user and is_account_subscription(row.user, row.email):
            for_members.append(build_member_news(row, row.user, alerts))
        deliveries += [AlertDelivery(subscription=row, article=alert) for alert in alerts]
        written_to.append(row.pk)
    AlertDelivery.objects.bulk_create(deliveries)
    enqueue_messages(mails)
    send_subscription_notices(for_members, NoticeKind.ALERTS)
    AlertSubscription.objects.filter(pk__in=written_to).update(last_sent_at=news.now)
    return len(written_to)


def _address_mail(
    row: AlertSubscription, alerts: Sequence[Article], waiting_count: int
) -> Mail | None:
    """Return the mail, or None if the reader wants no mails of this kind."""
    to = find_mail_address(row.user, row.email, NoticeKind.ALERTS)
    if not to:
        return None
    mail = build_alert_mail(row, alerts, waiting_count)
    mail.to, mail.not_before = to, find_mail_send_time(row.user, NoticeKind.ALERTS)
    return mail


def _sort_by_danger(alerts: Iterable[Article]) -> list[Article]:
    return sorted(alerts, key=lambda alert: alert.alert_level != AlertLevel.DANGER)


def _is_due(row: AlertSubscription, fresh: Sequence[Article], now: datetime) -> bool:
    if fresh[0].alert_level == AlertLevel.DANGER:
        return True
    return row.last_sent_at is None or row.last_sent_at <= now - CALM_MAIL_INTERVAL


def withdraw_unsent_alerts() -> None:
    """Withdraw unsent mails to an ended subscription, and those with an article that was withdrawn or corrected since,
    or is not in force any more.

    If a withdrawn mail still has alerts that fit, another mail with their present words replaces it; members were told
    of these already. Notices are corrected first, because the deliveries by which they are found go with the mails.
    """
    withdraw_member_news()
    waiting = list_waiting_messages().filter(key__startswith=f"{ALERT_MAIL_KEY}-")
    contents = {
        pk: (*parse_alert_mail_key(key), written_at)
        for pk, key, written_at in waiting.values_list("pk", "key", "created_at")
    }
    article_keys = {pk for _, alerts, _ in contents.values() for pk in alerts}
    public = Article.objects.published().filter(pk__in=article_keys, kind=ArticleKind.ALERT)
    in_force = public.in_force().with_places().defer("body", "text", "bands").in_bulk()
    places = AlertPlaces(in_force.values())
    rows = {row for row, _, _ in contents.values()}
    still_open = AlertSubscription.objects.filter(pk__in=rows, ended_at=None)
    open_rows = still_open.only("region_id", "fraud_type").in_bulk()
    for message, (row, alerts, written_at) in contents.items():
        if row in open_rows:
            others = {
                pk for pk in alerts if pk in in_force and places.fits(in_force[pk], open_rows[row])
            }
        else:
            others = set()
        has_old_words = any(in_force[pk].updated_at > written_at for pk in others)
        if others.issuperset(alerts) and not has_old_words:
            continue
        with transaction.atomic():
            if withdraw_messages(pk=message):
                _replace_withdrawn_mail(row, alerts, others)


def _replace_withdrawn_mail(
    subscription_id: int, article_ids: Collection[int], others: Collection[int]
) -> None:
    """Write a mail with the `others` of these articles; without others the next mail waits for no interval."""
    gone = AlertDelivery.objects.filter(subscription=subscription_id, article__in=article_ids)
    gone.exclude(article__in=others).delete()
    if others:
        _write_mail_again(subscription_id, others)
    else:
        AlertSubscription.objects.filter(pk=subscription_id).update(last_sent_at=None)


def _write_mail_again(subscription_id: int, article_ids: Collection[int]) -> None:
    row = AlertSubscription.objects.select_related("region", "user").get(pk=subscription_id)
    articles = Article.objects.published().filter(pk__in=article_ids).with_places().newest()
    alerts = _sort_by_danger(attach_display_fields(list(articles.select_related("source")), None))
    if alerts and (mail := _address_mail(row, alerts, waiting_count=0)):
        enqueue_messages([mail])
