"""回调: an owner names the address, gets its secret once, and sees what became of the last deliveries."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.employers.membership import require_owner
from accounts.employers.registration import SANCTIONED_STATUSES
from accounts.employers.small_forms import SmallForm, render_small_form
from accounts.models import Employer, SignedInRequest
from accounts.sign_in.access import fresh_page
from listings.employer_api.webhook_document import CHECK, RETRIES, list_webhook_events
from listings.models import Webhook, WebhookDelivery
from listings.webhooks import endpoints
from sitekit.fetching.public_hosts import AddressRefused
from sitekit.fetching.web_post import parse_post_url
from sitekit.forms.fields import NormalisedField
from sitekit.sealing.sealed_secrets import open_secret, seal_secret
from sitekit.web.pages import page, show_refusal

SHOWN_ONCE = "webhook_secret_shown_once"  # sealed in the session until the page has shown it
SHOWN_DELIVERIES = 10


class WebhookForm(forms.Form):
    address = NormalisedField(
        label="地址",
        max_length=1000,
        help_text="https:// 开头，从外面连得到。不要把密码写在地址里。",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        error_messages={"required": "请填地址。", "max_length": "地址太长。"},
    )

    def clean_address(self) -> str:
        address = self.cleaned_data["address"]
        try:
            parse_post_url(address)
        except AddressRefused as reason:
            raise forms.ValidationError(str(reason)) from reason
        return address


@page(takes="read", login=True, cache="never")
def show_webhook(request: SignedInRequest) -> HttpResponse:
    employer = require_owner(request)
    webhook = endpoints.find_webhook(employer)
    sealed = request.session.pop(SHOWN_ONCE, "")
    deliveries = webhook.deliveries.order_by("-pk")[:SHOWN_DELIVERIES] if webhook else []
    context = {
        "employer": employer,
        "webhook": webhook if webhook and webhook.address else None,
        "is_shut": employer.status in SANCTIONED_STATUSES,
        "shown_once": open_secret(sealed) if sealed else "",
        "deliveries": [_describe_delivery(delivery) for delivery in deliveries],
        "events": list_webhook_events(),
        "check_words": CHECK,
        "retry_words": RETRIES,
    }
    return render(request, "listings/employer_api/webhook.html", context)


@fresh_page(takes="form")
def set_address(request: SignedInRequest) -> HttpResponse:
    """The user must confirm who they are again, because this address receives every change of listings and sign-ups."""
    employer = require_owner(request)
    webhook = endpoints.find_webhook(employer)
    initial = {"address": webhook.address if webhook else ""}
    form = WebhookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        secret = endpoints.set_webhook_address(employer, request.user, form.cleaned_data["address"])
        return _show_once(request, secret)
    small = SmallForm(
        title="回调地址",
        note="换了地址，密钥也换，旧地址还没收到的不再发。",
        back=reverse("listings:webhook"),
    )
    return render_small_form(request, employer, small, form)


@fresh_page(takes="form")
def renew_secret(request: SignedInRequest) -> HttpResponse:
    webhook = _get_webhook_or_404(require_owner(request))
    if request.method == "POST":
        return _show_once(request, endpoints.renew_webhook_secret(webhook, request.user))
    small = SmallForm(
        title="换回调密钥",
        words="旧密钥马上不再用。程序换上新密钥以前，收到的核对不过；程序没有回答 2xx 的，一天内会再试。",
        button="换密钥",
        back=reverse("listings:webhook"),
    )
    return render_small_form(request, webhook.employer, small)


@page(takes="post", login=True, cache="never")
def send_test(request: SignedInRequest) -> HttpResponse:
    """The worker sends it within a minute."""
    webhook = _get_webhook_or_404(require_owner(request))
    with show_refusal(request):
        endpoints.enqueue_test_delivery(webhook)
        messages.success(request, "一两分钟内发出，过一会儿刷新这一页看结果。")
    return redirect("listings:webhook")


@page(takes="form", login=True, cache="never")
def remove_address(request: SignedInRequest) -> HttpResponse:
    employer = require_owner(request)
    former = endpoints.find_webhook(employer)
    if request.method == "POST" and former and not former.address:
        messages.info(request, "回调地址已经删掉了。")
        return redirect("listings:webhook")
    webhook = _get_webhook_or_404(employer)
    if request.method != "POST":
        small = SmallForm(
            title="删除回调地址",
            heading="删除回调地址？",
            words="有事不再往那里发，还没送到的也不发了；密钥一起作废，以后再设是新的。",
            button="删除",
            is_final=True,
            back=reverse("listings:webhook"),
        )
        return render_small_form(request, webhook.employer, small)
    endpoints.remove_webhook_address(webhook, request.user)
    messages.success(request, "回调地址删掉了，不再发。")
    return redirect("listings:webhook")


def _get_webhook_or_404(employer: Employer) -> Webhook:
    webhook = endpoints.find_webhook(employer)
    if webhook is None or not webhook.address:
        raise Http404("还没有设置回调地址。")
    return webhook


def _show_once(request: SignedInRequest, secret: str) -> HttpResponse:
    """Redirect to the page, which shows the new secret once. The answer to the POST does not contain it, because it
    could be sent again."""
    if secret:
        request.session[SHOWN_ONCE] = seal_secret(secret)
    else:
        messages.success(request, "回调打开了。")
    return redirect("listings:webhook")


def _describe_delivery(delivery: WebhookDelivery) -> dict[str, Any]:
    if delivery.delivered_at:
        word, colour = "已送到", "g"
    elif delivery.next_try_at is None:
        word, colour = "没有送到", "a"
    elif delivery.tries:
        word, colour = "没有送到，还会再试", "a"
    else:
        word, colour = "等着发", ""
    return {"delivery": delivery, "word": word, "colour": colour}
