"""Signing in with WeChat or Weibo; the first time a phone or an e-mail address is proved as well."""

from types import ModuleType

from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.weibo import views as weibo
from allauth.socialaccount.providers.weixin import views as weixin
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import SignedInRequest
from accounts.sign_in import login_by_code
from accounts.sign_in.access import find_user_by_contact, fresh_page
from accounts.sign_in.allauth_adapter import send_security_notice
from accounts.sign_in.allauth_internals import (
    discard_pending_social_login,
    get_pending_social_login,
    record_authentication_step,
)
from accounts.sign_in.forms import SignUpForm
from accounts.sign_in.social_providers import LABELS, get_provider_labels
from accounts.sign_in.views import begin_login, build_login_step
from sitekit.forms.typed_contact import ask_contact_once, build_contact_form
from sitekit.web.pages import page, show_refusal
from sitekit.workflow.refusals import get_row_or_refuse

VIEWS = {"weixin": weixin, "weibo": weibo}
CONTACT_TAKEN_MESSAGE = "这个手机号或邮箱已经有账号了。请先用它登录，再到「登录与安全」里绑定。"


def _get_provider_views(key: str) -> ModuleType:
    """allauth's views of a provider; raises `Http404` where there are no keys for it."""
    if key not in get_provider_labels():
        raise Http404
    return VIEWS[key]


@page(takes="post", cache="never")
def start_login(request: HttpRequest, provider: str) -> HttpResponse:
    return _get_provider_views(provider).oauth2_login(request)


@page(takes="read", cache="never")
def receive_callback(request: HttpRequest, provider: str) -> HttpResponse:
    """The address to which the provider redirects. Its answer to our request may be anything."""
    try:
        return _get_provider_views(provider).oauth2_callback(request)
    except (KeyError, ValueError, TypeError, AttributeError):
        return render(request, "socialaccount/authentication_error.html", status=401)


@page(takes="form", cache="never")
@ask_contact_once
def sign_up(request: HttpRequest) -> HttpResponse:
    """The first time: who, and consent."""
    pending = get_pending_social_login(request)
    if pending is None or request.user.is_authenticated:
        return redirect("account_login")
    form, status = build_contact_form(request, SignUpForm), 200
    if form.is_valid():
        if begin_login(request, form, pending.get_redirect_url(request) or ""):
            return redirect("account_social_code")
        status = 429
    label = LABELS[pending.account.provider]
    context = {"form": form, "label": label, "once": login_by_code.create_nonce()}
    return render(request, "socialaccount/signup.html", context, status=status)


@page(takes="form", cache="never")
def enter_code(request: HttpRequest) -> HttpResponse:
    pending, state = get_pending_social_login(request), login_by_code.get_login_state(request)
    if pending is None or state is None or request.user.is_authenticated:
        return redirect("account_login")
    step = build_login_step(request, state, "socialaccount_signup")
    if step.form.is_valid():
        login_by_code.mark_contact_proved(request, state)
        if not find_user_by_contact(state["contact"]):
            return _create_linked_user(request, pending, state)
        step.form.add_error(None, CONTACT_TAKEN_MESSAGE)
    return step.render(request, "accounts/sign_in/login_code.html")


def _create_linked_user(
    request: HttpRequest, pending: SocialLogin, state: login_by_code.LoginState
) -> HttpResponse:
    """Create the account for the proved contact, and bind the provider's account to it."""
    discard_pending_social_login(request)
    with transaction.atomic():
        user = login_by_code.create_user_for_contact(state["contact"], state.get("shown", ""))
        pending.connect(request, user)
    record_authentication_step(request, user, "socialaccount", provider=pending.account.provider)
    return login_by_code.complete_login(request, user, state, is_new=True)


@page(takes="read", login=True, cache="never")
def list_connections(request: HttpRequest) -> HttpResponse:
    accounts = SocialAccount.objects.filter(user=request.user)
    joined = {account.provider for account in accounts}
    rows = [{"account": a, "label": LABELS.get(a.provider, a.provider)} for a in accounts]
    unconnected = {key: label for key, label in get_provider_labels().items() if key not in joined}
    context = {"rows": rows, "more": unconnected}
    return render(request, "socialaccount/connections.html", context)


@fresh_page(takes="post")
def disconnect_account(request: SignedInRequest, pk: int) -> HttpResponse:
    """A phone or an e-mail address is always left to sign in by."""
    with show_refusal(request):
        accounts = SocialAccount.objects.filter(user=request.user)
        account = get_row_or_refuse(accounts, "已经解绑过了。", pk=pk)
        label = LABELS.get(account.provider, account.provider)
        account.delete()
        send_security_notice(request.user, f"解绑了{label}")
    return redirect("socialaccount_connections")


@page(takes="read", cache="never")
def show_cancelled_login(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/login_cancelled.html")


@page(takes="read", cache="never")
def show_error(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/authentication_error.html", status=401)
