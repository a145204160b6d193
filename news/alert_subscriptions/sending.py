"""Who is told of which alert: every open subscription whose place and type fit, each story once.

A danger is told at once and takes along what waits; the rest comes in one mail a day. What was
told is written down together with the mail, in one transaction a batch of subscriptions; a batch
costs the same number of queries, however many articles and subscriptions meet in it.
"""

from datetime import timedelta
from functools import cached_property

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from cities.directory.regions import get_region, get_region_ancestors
from news.alert_subscriptions.mails import KEY, of_alerts, told_in
from news.analysis.near_duplicates import is_same_case
from news.articles.display_fields import attach_display_fields
from news.choices import AlertLevel, ArticleKind
from news.models import AlertDelivery, AlertSubscription, Article, ArticleRegion
from sitekit.messages.outbox import enqueue_messages, list_waiting_messages, withdraw_messages

RECENT = timedelta(days=7)  # what is older is no news, even if nothing could be sent for a while
REMEMBERED = timedelta(days=60)  # how long a story is known again in other words
GATHERED = timedelta(days=1)
CANDIDATES = 300
MOST = 10  # a mail
BATCH = 500


def send_due_alerts(stopped=lambda: False):
    """Write the mails that are due now; how many."""
    news, after, written = _News(), 0, 0
    while news.alerts and not stopped():
        with transaction.atomic():
            rows = list(_open(news, after).select_for_update(of=("self",))[:BATCH])
            if not rows:
                break
            written += _tell(rows, news)
        after = rows[-1].pk
    return written


class _News:
    """The alerts of late, danger first, and where each belongs."""

    def __init__(self):
        self.now = timezone.now()
        found = (
            Article.objects.published()
            .filter(kind=ArticleKind.ALERT, published_at__gt=self.now - RECENT)
            .with_places()
            .select_related("source")
            .defer("body", "text", "bands")
            .newest()[:CANDIDATES]
        )
        alerts = attach_display_fields(list(found), None)
        self.alerts = sorted(alerts, key=lambda alert: alert.alert_level != AlertLevel.DANGER)
        self._around = {alert.pk: set() for alert in alerts}
        for article, code in ArticleRegion.objects.filter(article__in=self._around).values_list(
            "article_id", "region_id"
        ):
            self._around[article].add(code)
        self._same = {}

    @cached_property
    def has_danger(self):
        return any(alert.alert_level == AlertLevel.DANGER for alert in self.alerts)

    def fitting(self, row):
        """What was published since the row was confirmed: of its place, what lies in it, what
        names a larger place around it as a whole, and the nation's."""
        return [
            alert
            for alert in self.alerts
            if alert.published_at > row.confirmed_at
            and row.fraud_type in ("", alert.fraud_type)
            and (row.region_id is None or self._concerns(alert, row.region_id))
        ]

    def _concerns(self, alert, code):
        if alert.national or code in self._around[alert.pk]:
            return True
        wider = get_region_ancestors(get_region(code))[1:]
        return any(place.adcode in alert.place_codes for place in wider)

    def tells_the_same(self, one, other):
        key = (one.pk, other.pk)
        if key not in self._same:
            self._same[key] = is_same_case(one, other)
        return self._same[key]


class _Told:
    """What the addresses of a batch were told, under whichever of their subscriptions."""

    def __init__(self, rows, news):
        self._by_address = {}
        lowered = {row.email.lower() for row in rows}
        found = (
            AlertDelivery.objects.annotate(lower=Lower("subscription__email"))
            .filter(lower__in=lowered, subscription__ended_at=None)
            .filter(
                Q(article__in=[alert.pk for alert in news.alerts])
                | Q(created_at__gt=news.now - REMEMBERED)
            )
        )
        pairs = list(found.values_list("lower", "article_id"))
        articles = Article.objects.with_places().defer("body", "text", "bands")
        known = articles.in_bulk({number for _, number in pairs})
        for address, number in pairs:
            self._by_address.setdefault(address, {})[number] = known[number]

    def new_ones(self, row, alerts, news):
        """Those that tell neither what the address knows nor what another of them tells."""
        told = self._by_address.setdefault(row.email.lower(), {})
        chosen = []
        for alert in alerts:
            known = [*told.values(), *chosen]
            if alert.pk not in told and not any(news.tells_the_same(alert, k) for k in known):
                chosen.append(alert)
        return chosen

    def add(self, row, alerts):
        self._by_address[row.email.lower()] |= {alert.pk: alert for alert in alerts}


def _open(news, after):
    rows = AlertSubscription.objects.filter(
        pk__gt=after, confirmed_at__isnull=False, ended_at=None, lapses_at__gt=news.now
    )
    if not news.has_danger:
        rows = rows.filter(_is_rested(news))
    return rows.select_related("region").order_by("pk")


def _is_rested(news):
    return Q(last_sent_at=None) | Q(last_sent_at__lte=news.now - GATHERED)


def _tell(rows, news):
    told, mails, deliveries, written_to = _Told(rows, news), [], [], []
    for row in rows:
        fresh = told.new_ones(row, news.fitting(row), news)
        if not fresh or not _is_due(row, fresh, news.now):
            continue
        alerts = fresh[:MOST]
        told.add(row, alerts)
        mails.append(of_alerts(row, alerts, len(fresh) - len(alerts)))
        deliveries += [AlertDelivery(subscription=row, article=alert) for alert in alerts]
        written_to.append(row.pk)
    AlertDelivery.objects.bulk_create(deliveries)
    enqueue_messages(mails)
    AlertSubscription.objects.filter(pk__in=written_to).update(last_sent_at=news.now)
    return len(mails)


def _is_due(row, fresh, now):
    if fresh[0].alert_level == AlertLevel.DANGER:
        return True
    return row.last_sent_at is None or row.last_sent_at <= now - GATHERED


def withdraw_unsent_alerts():
    """Mails not sent yet that tell of what was withdrawn since, or to whom it ended: never sent.

    What else such a mail told is told anew.
    """
    waiting = list_waiting_messages().filter(key__startswith=f"{KEY}-")
    told = {pk: told_in(key) for pk, key in waiting.values_list("pk", "key")}
    numbers = {number for _, alerts in told.values() for number in alerts}
    public = set(Article.objects.published().filter(pk__in=numbers).values_list("pk", flat=True))
    rows = {row for row, _ in told.values()}
    open_rows = AlertSubscription.objects.filter(pk__in=rows, ended_at=None)
    still_open = set(open_rows.values_list("pk", flat=True))
    for number, (row, alerts) in told.items():
        if row in still_open and public.issuperset(alerts):
            continue
        with transaction.atomic():
            if withdraw_messages(pk=number):
                AlertDelivery.objects.filter(subscription=row, article__in=alerts).delete()
                AlertSubscription.objects.filter(pk=row).update(last_sent_at=None)
