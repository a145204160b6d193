"""The mails to subscribers. The key of a mail ensures that it is written only once."""

from collections.abc import Sequence

from news.articles.schema_org import SITE
from news.choices import AlertLevel
from news.models import AlertSubscription, Article
from screening.fraud_types import get_fraud_type, is_fraud_type
from sitekit.messages.subscriptions import SubscriptionMails
from sitekit.models import Mail
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.city_urls import reverse_in_city

LONGEST_SUBJECT = 90
ALERT_MAIL_KEY = "alerts"


def build_alert_mail(row: AlertSubscription, alerts: Sequence[Article], waiting_count: int) -> Mail:
    """Return the unsaved mail; `waiting_count` is how many alerts wait for the next one."""
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
        "more": waiting_count,
        "all": build_absolute_url(reverse_in_city("news:alerts", row.region)),
    }
    subject = _build_subject(row, alerts)
    key = f"{ALERT_MAIL_KEY}-{row.pk}-{numbers}"
    return ALERT_MAILS.build_mail(
        row, key, subject, "news/alert_subscriptions/mail/alerts.txt", context
    )


def parse_alert_mail_key(key: str) -> tuple[int, list[int]]:
    """Return (key of the subscription, keys of the alerts) of a mail of `build_alert_mail`."""
    _, row, numbers = key.split("-")
    return int(row), [int(number) for number in numbers.split(",")]


def build_alert_title(row: AlertSubscription) -> str:
    """湘西的刷单返利预警, 全国的反诈预警."""
    is_known = is_fraud_type(row.fraud_type)  # the fraud type may have been removed since
    fraud_label = get_fraud_type(row.fraud_type).page_name if is_known else row.fraud_type or "反诈"
    return f"{row.region.short_name if row.region else '全国'}的{fraud_label}预警"


def _build_subject(row: AlertSubscription, alerts: Sequence[Article]) -> str:
    first = alerts[0]
    level = "高危预警" if first.alert_level == AlertLevel.DANGER else "预警"
    place = row.region.short_name if row.region else "全国"
    count = f"（共 {len(alerts)} 条）" if len(alerts) > 1 else ""
    words = " ".join(first.title.split())[:LONGEST_SUBJECT]
    return f"{place}{level}：{words}{count}"


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
