"""The blocks of articles beside the listings of a place, as HTML that is kept until an article changes."""

from collections.abc import Sequence
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from cities.models import Region
from news.related.local_alerts import (
    get_danger_and_alerts,
    list_latest_articles,
    list_nearest_alerts,
)
from sitekit.kept_pages.due_moments import ignore_due_moments
from sitekit.kept_pages.store import keep_while_told
from sitekit.templatetags.sitekit import refresh_ages


class DrawnAlerts(NamedTuple):
    """`alerts` is "" if there are none."""

    danger: SafeString
    alerts: SafeString


def draw_local_alerts(region: Region | None, limit: int = 3) -> DrawnAlerts:
    """Draw the result of `get_danger_and_alerts`, for the home pages; one query, or none."""

    @ignore_due_moments()
    def draw() -> DrawnAlerts:
        danger, alerts = get_danger_and_alerts(region, limit=limit)
        banner = render_to_string("news/related/_danger.html", {"danger": danger})
        context = {"alerts": alerts, "is_grey": True}
        rows = render_to_string("news/related/_alerts.html", context) if alerts else ""
        return DrawnAlerts(banner, mark_safe(rows))  # noqa: S308 - drawn by an escaping template

    key = ("alerts", region and region.adcode, limit)
    drawn = keep_while_told(key, ["articles"], draw)
    return drawn._replace(alerts=refresh_ages(drawn.alerts))


def draw_nearest_alerts(region: Region | None, fraud_types: Sequence[str] = ()) -> SafeString:
    """Draw the result of `list_nearest_alerts`, "" if there are none; one query, or none."""

    @ignore_due_moments()
    def draw() -> str:
        alerts = list_nearest_alerts(region, fraud_types)
        return render_to_string("news/related/_alerts.html", {"alerts": alerts}) if alerts else ""

    key = ("nearest alerts", region and region.adcode, tuple(fraud_types))
    return refresh_ages(keep_while_told(key, ["articles"], draw))


def draw_latest_articles(region: Region | None) -> SafeString:
    """Draw the result of `list_latest_articles`, "" if there are none; one query, or none."""

    @ignore_due_moments()
    def draw() -> str:
        articles = list_latest_articles(region)
        template = "news/related/_latest.html"
        return render_to_string(template, {"articles": articles}) if articles else ""

    key = ("latest articles", region and region.adcode)
    return refresh_ages(keep_while_told(key, ["articles"], draw))
