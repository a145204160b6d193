"""The pages of the alerts by mail: the form, and what the links in the mails lead to."""

from django.shortcuts import redirect, render

from cities.directory import regions
from news.alert_subscriptions.forms import SubscribeForm, format_place_words
from news.alert_subscriptions.subscriptions import ALERTS
from screening.fraud_types import FraudType
from sitekit.messages.subscriptions import TOO_MANY_FORMS
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import page

# There nothing is subscribed any more: the way on is the form. After the others it is the alerts.
OVER = ("lapsed", "gone", "unusable")


@page(takes="form", cache="never")
def subscribe_to_alerts(request, city=None):
    status = 200
    if request.method == "POST":
        form = SubscribeForm(request.POST)
        if form.is_valid():
            if _ask(request, form):
                return redirect(reverse_in_city("news:subscribe_sent", city))
            form.add_error(None, TOO_MANY_FORMS)
            status = 429
    else:
        fraud_type = request.GET.get("type", "")
        form = SubscribeForm(
            initial={
                "place": format_place_words(city),
                "fraud_type": fraud_type if fraud_type in FraudType.values else "",
            }
        )
    hot = [place.hot_name for place in regions.list_hot_regions()]
    context = {"form": form, "hot": hot}
    return render(request, "news/alert_subscriptions/subscribe.html", context, status=status)


def _ask(request, form):
    """Whether it was heard; a program is told so too."""
    if form.is_from_a_program:
        return True
    if not ALERTS.count_form(request):
        return False
    answers = form.cleaned_data
    ALERTS.request(answers["email"], region=answers["place"], fraud_type=answers["fraud_type"])
    return True


@page(takes="read")
def show_alert_mail_sent(request, city=None):
    """The same for everybody, and whether or not the address is subscribed."""
    return render(request, "news/alert_subscriptions/sent.html")


def _build_link_context(request, state, row):
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
