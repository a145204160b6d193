"""The page on which owners make and withdraw tokens, and the public page that explains the API."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.employers.membership import require_owner
from accounts.employers.small_forms import SmallForm, render_small_form
from accounts.models import Employer, SignedInRequest
from accounts.sign_in.access import fresh_page
from listings.employer_api import tokens
from listings.employer_api.addresses import BASE, build_openapi
from listings.employer_api.listing_fields import FORM_FIELDS, list_choices
from listings.employer_api.requests import REQUESTS_A_MINUTE
from listings.employer_api.webhook_document import CHECK, RETRIES, list_webhook_events
from listings.models import ApiToken
from listings.renewals.renewal import get_usual_last_day
from sitekit.forms.fields import NormalisedField
from sitekit.sealing.sealed_secrets import open_secret, seal_secret
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.pages import page, show_refusal
from sitekit.workflow.refusals import Refusal, get_row_or_refuse

SHOWN_ONCE = "api_token_shown_once"  # sealed in the session until the page has shown it
MAX_CHOICES = 12  # spelt out on the page; the document has all
EXAMPLE: dict[str, Any] = {
    "fields": {
        "title": "商场周末派发试饮券",
        "category": "flyer",
        "place": "吉首",
        "address": "乾州新区商业街 8 号",
        "headcount": 4,
        "duties": "在商场一楼介绍新口味，把试饮券交到路过的顾客手里。",
        "requirements": "能连续站立四小时，中间休息。",
        "term": "weekend",
        "slots": ["6a", "7a"],
        "pay_min": 22,
        "pay_max": 25,
        "pay_unit": "hour",
        "settlement": "daily",
        "contact_phone": "13800138000",
    },
    "submit": False,
}


class TokenForm(forms.Form):
    name = NormalisedField(
        label="名称",
        max_length=40,
        help_text="认得出是哪个程序，比如“排班系统”。",
        error_messages={"required": "请填名称。", "max_length": "名称最多 40 个字。"},
    )
    scope = forms.ChoiceField(
        label="权限", choices=ApiToken.Scope.choices, error_messages={"required": "请选权限。"}
    )
    days = forms.TypedChoiceField(
        label="多久到期", coerce=int, initial=90,
        choices=[(30, "30 天"), (90, "90 天"), (365, "一年")],
    )  # fmt: skip


@page(takes="read", login=True, cache="never")
def list_tokens(request: SignedInRequest) -> HttpResponse:
    employer = require_owner(request)
    sealed = request.session.pop(SHOWN_ONCE, "")
    context = {
        "employer": employer,
        "tokens": tokens.list_tokens_with_owner(employer),
        "shown_once": open_secret(sealed) if sealed else "",
        "address": build_absolute_url(f"/{BASE}"),
    }
    return render(request, "listings/employer_api/tokens.html", context)


@fresh_page(takes="form")
def create_token(request: SignedInRequest) -> HttpResponse:
    """The user must confirm who they are again, because anyone with the token can post for the employer."""
    employer = require_owner(request)
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = tokens.create_employer_token(
                employer, request.user, **form.cleaned_data
            )
        except Refusal as refused:
            form.add_error(refused.field, str(refused))
        else:
            request.session[SHOWN_ONCE] = seal_secret(secret)
            return redirect("listings:api_tokens")
    small = SmallForm(title="新建令牌", button="新建", back=reverse("listings:api_tokens"))
    return render_small_form(request, employer, small, form)


@page(takes="form", login=True, cache="never")
def withdraw_token(request: SignedInRequest, pk: int) -> HttpResponse:
    employer = require_owner(request)
    with show_refusal(request):
        token = get_row_or_refuse(employer.api_tokens, "这个令牌已经不在了。", pk=pk)
        if request.method != "POST":
            return _ask_to_withdraw_token(request, employer, token)
        token.employer = employer
        tokens.withdraw_employer_token(token, request.user)
        messages.success(request, f"“{token.name}”已停用，用它的程序马上不能再用。")
    return redirect("listings:api_tokens")


def _ask_to_withdraw_token(
    request: SignedInRequest, employer: Employer, token: ApiToken
) -> HttpResponse:
    small = SmallForm(
        title="停用令牌",
        heading=f"停用“{token.name}”？",
        words="用它的程序马上不能再用，也不能再启用；还要用，得建一个新的，换到程序里。",
        button="停用",
        is_final=True,
        back=reverse("listings:api_tokens"),
    )
    return render_small_form(request, employer, small)


@page(takes="read")
def show_api_documentation(request: HttpRequest) -> HttpResponse:
    context = {
        "operations": _list_operations(),
        "fields": _list_fields(),
        "address": build_absolute_url(f"/{BASE}"),
        "example": _build_example(),
        "requests_a_minute": REQUESTS_A_MINUTE,
        "events": list_webhook_events(),
        "check_words": CHECK,
        "retry_words": RETRIES,
    }
    return render(request, "listings/employer_api/documentation.html", context)


@page(takes="read", cache=3600)
def show_openapi_document(request: HttpRequest) -> JsonResponse:
    return JsonResponse(build_openapi(), json_dumps_params={"ensure_ascii": False})


def _build_example() -> str:
    """Return a request that the API would accept today."""
    fields = EXAMPLE["fields"] | {"valid_through": get_usual_last_day().isoformat()}
    return json.dumps(EXAMPLE | {"fields": fields}, ensure_ascii=False, indent=2)


def _list_operations() -> list[dict[str, str]]:
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation["summary"],
            "description": operation.get("description", ""),
        }
        for path, operations in build_openapi()["paths"].items()
        for method, operation in operations.items()
    ]


def _list_fields() -> list[dict[str, Any]]:
    rows = []
    for name, field in FORM_FIELDS.items():
        choices = [f"{code} {label}" for code, label in list_choices(field) if code]
        rows.append(
            {
                "name": name,
                "label": field.label,
                "help": field.help_text,
                "choices": choices[:MAX_CHOICES],
                "is_cut": len(choices) > MAX_CHOICES,
                "required": field.required,
            }
        )
    return rows
