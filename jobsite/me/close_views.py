from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.models import SignedInRequest
from accounts.sign_in.access import fresh_page
from jobsite.me.personal_data import ClosingRefused, close_account, list_closing_obstacles
from jobsite.operations import retention
from listings.detail.contact_proof import forget_proof
from sitekit.forms.typed_contact import forget_typed_contact

# The retention rules that concern a closed account, in the order of the page.
KEPT_RULE_CODES = (
    "reveals",
    "applications",
    "consents",
    "reports",
    "appeals",
    "public_texts",
    "listing_revisions",
    "listing_events",
    "employer_events",
    "account_events",
    "access_records",
    "sign_ins",
)


class CloseForm(forms.Form):
    sure = forms.BooleanField(
        label="我看过了，要注销，知道注销以后找不回来",
        error_messages={"required": "要注销，先在这里打勾。"},
    )


@fresh_page(takes="form")
def show_closing(request: SignedInRequest) -> HttpResponse:
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            close_account(request.user.pk)
        except ClosingRefused as refused:
            form.add_error(None, str(refused))
        else:
            logout(request)
            messages.success(request, "账号已经注销。谢谢你来过。")
            response = redirect("account_login")
            forget_proof(response)
            forget_typed_contact(response)
            return response
    context = {
        "form": form,
        "obstacles": list_closing_obstacles(request.user),
        "papers_kept": retention.BY_CODE["papers"].how_long,
        "stays": [retention.BY_CODE[code] for code in KEPT_RULE_CODES],
    }
    return render(request, "jobsite/me/close.html", context)
