"""The pages of subscriptions to alerts: the form, and what the links in the mails lead to."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.inbox.digests import is_account_subscription
from accounts.inbox.lapse_notices import SUBSCRIPTION_ENDED_MESSAGE, describe_renewal
from accounts.models import SignedInRequest, get_signed_in_user
from cities.directory import regions
from cities.directory.form_fields import format_place_words, suggest_places
from cities.models import Region
from news.alert_subscriptions.forms import SubscribeForm
from news.alert_subscriptions.mails import build_alert_title
from news.alert_subscriptions.subscriptions import (
    ALERTS,
    SUBSCRIPTIONS,
    list_open_alerts,
    list_user_alerts,
)
from news.models import AlertSubscription
from screening.fraud_types import is_fraud_type
from sitekit.forms.phone_numbers import format_phone
from sitekit.forms.typed_contact import ask_contact_once, build_contact_form
from sitekit.forms.undo import add_undo, is_undo, offer_undo
from sitekit.messages.subscriptions import TOO_MANY_FORMS
from sitekit.messages.text_message_channel import TextMessageChannel
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import page, show_refusal
from sitekit.workflow.refusals import get_row_or_refuse

# States without a subscription: the first action of the page is the form; in other states it is the alerts.
ENDED_STATES = ("lapsed", "gone", "unusable")


@page(takes="form", cache="never")
@ask_contact_once
def subscribe_to_alerts(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    user = get_signed_in_user(request)
    own_email = (user and user.email) or ""
    by_inbox = user is not None and not own_email
    texts_to = TextMessageChannel().get_digest_address(user) if user else ""
    fraud_type = request.GET.get("type", "")
    initial = {
        "email": own_email,
        "place": format_place_words(city),
        "fraud_type": fraud_type if is_fraud_type(fraud_type) else "",
    }
    form = build_contact_form(request, SubscribeForm, initial=initial, by_inbox=by_inbox)
    status = 200
    if form.is_valid():
        if target := _request_alert_subscription(request, form, city):
            return redirect(target)
        form.add_error(None, TOO_MANY_FORMS)
        status = 429
    hot = suggest_places(regions.list_hot_regions())
    context = {"form": form, "hot": hot, "by_inbox": by_inbox, "own_email": own_email}
    context["texts_to"] = format_phone(texts_to)
    return render(request, "news/alert_subscriptions/subscribe.html", context, status=status)


def _request_alert_subscription(
    request: HttpRequest, form: SubscribeForm, city: Region | None
) -> str:
    """Return the address to redirect to; "" after too many requests. A program that fills in the form gets no mail."""
    sent = reverse_in_city("news:subscribe_sent", city)
    if form.is_from_a_program:
        return sent
    if not ALERTS.count_form(request):
        return ""
    answers = form.cleaned_data
    email = answers.get("email", "")
    key = {"region": answers["place"], "fraud_type": answers["fraud_type"]}
    user = get_signed_in_user(request)
    if user is None or not is_account_subscription(user, email):
        ALERTS.request(email, each_time_fields={"user": user}, **key)
        return sent
    ALERTS.begin_for_member(user, key)
    messages.success(request, "订好了，有新的就告诉你。")
    return SUBSCRIPTIONS


@page(takes="post", login=True, cache="never")
def stop_alert_subscription(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop the subscription, or continue it; no error if that was done already."""
    with show_refusal(request):
        row = get_row_or_refuse(list_user_alerts(request.user), SUBSCRIPTION_ENDED_MESSAGE, pk=pk)
        if is_undo(request):
            ALERTS.resume(pk)
        elif not row.ended_at:
            ALERTS.end(pk)
            offer_undo(request, f"已停止订阅「{build_alert_title(row)}」。", add_undo(request.path))
    return redirect(SUBSCRIPTIONS)


@page(takes="post", login=True, cache="never")
def renew_alert_subscription(request: SignedInRequest, pk: int) -> HttpResponse:
    with show_refusal(request):
        row = get_row_or_refuse(list_open_alerts(request.user), SUBSCRIPTION_ENDED_MESSAGE, pk=pk)
        ALERTS.renew(pk)
        row.refresh_from_db(fields=["lapses_at"])
        messages.success(request, describe_renewal(row))
    return redirect(SUBSCRIPTIONS)


@page(takes="read")
def show_alert_mail_sent(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    """Show the same page whether the address is subscribed or not, so that nobody can find that out."""
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
        "actions": reversed(actions) if state in ENDED_STATES else actions,
    }


STEPS = ALERTS.build_link_views(
    _build_link_context, describe_delivery=lambda _row: "高危的马上发，其余的一天最多一封，"
)
