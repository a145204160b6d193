"""The pages of the alerts by mail: the form, and what the links in the mails lead to."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cities.directory import regions
from cities.directory.form_fields import format_place_words
from cities.models import Region
from news.alert_subscriptions.forms import SubscribeForm
from news.alert_subscriptions.subscriptions import ALERTS
from news.models import AlertSubscription
from screening.fraud_types import is_fraud_type
from sitekit.messages.subscriptions import TOO_MANY_FORMS
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import page

# States in which nothing is subscribed: the form is the first action, in other states the alerts.
OVER = ("lapsed", "gone", "unusable")


@page(takes="form", cache="never")
def subscribe_to_alerts(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    status = 200
    if request.method == "POST":
        form = SubscribeForm(request.POST)
        if form.is_valid():
            if _request_subscription(request, form):
                return redirect(reverse_in_city("news:subscribe_sent", city))
            form.add_error(None, TOO_MANY_FORMS)
            status = 429
    else:
        fraud_type = request.GET.get("type", "")
        form = SubscribeForm(
            initial={
                "place": format_place_words(city),
                "fraud_type": fraud_type if is_fraud_type(fraud_type) else "",
            }
        )
    hot = [place.hot_name for place in regions.list_hot_regions()]
    context = {"form": form, "hot": hot}
    return render(request, "news/alert_subscriptions/subscribe.html", context, status=status)


def _request_subscription(request: HttpRequest, form: SubscribeForm) -> bool:
    """Return False if there were too many requests; a program gets True and no mail."""
    if form.is_from_a_program:
        return True
    if not ALERTS.count_form(request):
        return False
    answers = form.cleaned_data
    ALERTS.request(answers["email"], region=answers["place"], fraud_type=answers["fraud_type"])
    return True


@page(takes="read")
def show_alert_mail_sent(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    """The same page whether or not the address is subscribed."""
    return render(request, "news/alert_subscriptions/sent.html")


def _build_link_context(
    request: HttpRequest, state: str, row: AlertSubscription | None
) -> dict[str, Any]:
    place = row.region if row else None
    another = "再订一个" if state in ("confirmed", "renewed") else "重新订阅"
    actions = [
        {"label": "看反诈预警", "href": reverse_in_city("news:alerts", place)},
        {"label": another, "href": reverse_in_city("news:subscribe", place)},
    ]
    return {
        "canonical": request.build_absolute_uri(reverse_in_city("news:subscribe", None)),
        "part": "alerts",
        "actions": reversed(actions) if state in OVER else actions,
    }


STEPS = ALERTS.build_link_views(
    _build_link_context, describe_delivery=lambda _row: "高危的马上发，其余的一天最多一封，"
)
