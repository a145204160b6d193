"""The rules and the privacy text, in the version that counts and in those before; and agreeing to a new one."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import SignedInRequest
from accounts.sign_in.access import get_next_address
from accounts.sign_in.consents import agree_to_texts, list_missing_consents
from accounts.sign_in.forms import AgreeForm
from jobsite.operations import retention
from sitekit.models import SiteText
from sitekit.site_settings.site_texts import (
    SHIPPED_VERSION,
    find_current_version,
    list_versions,
    render_body,
)
from sitekit.web.pages import page


@page(takes="read")
def show_rules(request: HttpRequest, version: str = "") -> HttpResponse:
    return _show_text(request, SiteText.Kind.RULES, version)


@page(takes="read")
def show_privacy(request: HttpRequest, version: str = "") -> HttpResponse:
    return _show_text(request, SiteText.Kind.PRIVACY, version)


def _show_text(request: HttpRequest, kind: SiteText.Kind, version: str) -> HttpResponse:
    """The shipped version stands in a template, each later one in a row."""
    current = find_current_version(kind)
    shown = version or current
    text = None
    if shown != SHIPPED_VERSION:
        text = SiteText.objects.filter(kind=kind, version=shown).first()
        if text is None:
            raise Http404
    versions = list_versions(kind)
    context = {
        "text": text,
        "body": render_body(text.body) if text else "",
        "version": shown,
        "current_version": current,
        "is_coming": any(text.version == shown and not text.is_in_force for text in versions),
        "others": [
            name
            for name in (*reversed([text.version for text in versions]), SHIPPED_VERSION)
            if name != shown
        ],
        "rules": retention.RULES,
    }
    return render(request, f"jobsite/site_texts/{kind}.html", context)


class AgreementForm(AgreeForm):
    agreed = forms.BooleanField(
        label="我看过改了什么，同意",
        error_messages={"required": "要继续用，先在这里打勾；不同意的，可以导出数据、注销账号。"},
    )


@page(takes="form", login=True, cache="never")
def agree_anew(request: SignedInRequest) -> HttpResponse:
    """What changed in the rules, and the box that is never ticked beforehand."""
    after = get_next_address(request) or "/me/"
    requests = list_missing_consents(request.user)
    if not requests:
        return redirect(after)
    form = AgreementForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        agree_to_texts(request.user, form.cleaned_data["shown"])
        return redirect(after)
    texts = [(text, SiteText.Kind(text.kind).label) for text, _versions in requests]
    context = {"form": form, "texts": texts, "next": after}
    return render(request, "jobsite/site_texts/agree_anew.html", context)
