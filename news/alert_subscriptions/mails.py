"""What is written to subscribers, and under which key, so that nothing is written twice."""

from news.articles.schema_org import SITE
from news.choices import AlertLevel
from sitekit.messages.subscriptions import SubscriptionMails
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.city_urls import reverse_in_city

LONGEST_SUBJECT = 90
KEY = "alerts"


def of_alerts(row, alerts, more):
    """The mail, not yet put in: one of many written in one step. `more` wait for the next."""
    numbers = ",".join(str(alert.pk) for alert in alerts)
    lines = [
        {
            "alert": alert,
            "places": "、".join(alert.place_names[:3]) or "全国",
            "link": build_absolute_url(reverse_in_city("news:article", row.region, pk=alert.pk)),
        }
        for alert in alerts
    ]
    context = {
        "lines": lines,
        "more": more,
        "all": build_absolute_url(reverse_in_city("news:alerts", row.region)),
    }
    subject = _subject(row, alerts)
    key = f"{KEY}-{row.pk}-{numbers}"
    return ALERT_MAILS.build_mail(
        row, key, subject, "news/alert_subscriptions/mail/alerts.txt", context
    )


def told_in(key):
    """(number of the subscription, numbers of the alerts) of a key that `of_alerts` made."""
    _, row, numbers = key.split("-")
    return int(row), [int(number) for number in numbers.split(",")]


def build_alert_title(row):
    """湘西的刷单返利预警, 全国的反诈预警."""
    what = row.get_fraud_type_display() if row.fraud_type else "反诈"
    return f"{row.region.short_name if row.region_id else '全国'}的{what}预警"


def _subject(row, alerts):
    first = alerts[0]
    level = "高危预警" if first.alert_level == AlertLevel.DANGER else "预警"
    place = row.region.short_name if row.region_id else "全国"
    rest = f"（共 {len(alerts)} 条）" if len(alerts) > 1 else ""
    words = " ".join(first.title.split())[:LONGEST_SUBJECT]
    return f"{place}{level}：{words}{rest}"


ALERT_MAILS = SubscriptionMails(
    key_prefix="alert",
    link_purpose="alerts",
    link_name="news:{purpose}_subscription",
    site_name=SITE,
    get_title=build_alert_title,
    texts={
        "confirm": ("请确认：订阅{title}", "news/alert_subscriptions/mail/confirm.txt"),
        "already": ("已经订阅了{title}", "news/alert_subscriptions/mail/already.txt"),
        "lapse": ("快到期了：{title}", "news/alert_subscriptions/mail/lapse.txt"),
    },
)
