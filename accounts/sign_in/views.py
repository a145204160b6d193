"""The pages of signing in: contact, code, consent; or a password."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import authenticate
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters

from accounts.sign_in import login_by_code
from accounts.sign_in.access import (
    find_switching_off_notice,
    find_trust,
    find_user_by_contact,
    get_next_address,
)
from accounts.sign_in.allauth_adapter import count_tries, give_tries_back
from accounts.sign_in.forms import AgreeForm, CodeForm, PasswordSignInForm, SignInForm, SignUpForm
from accounts.sign_in.one_time_codes import CodeRefused, find_resend_wait, send_code
from accounts.sign_in.social_providers import get_provider_labels
from sitekit.forms.phone_numbers import format_phone
from sitekit.forms.typed_contact import ask_contact_once, build_contact_form
from sitekit.web.pages import find_page_purpose, page
from sitekit.web.visitor_network import get_visitor_network
from sitekit.workflow.periods import MINUTE

# What is counted, for whom, and how many are allowed within how long.
type PasswordCounter = tuple[str, str, *tuple[tuple[int, timedelta], ...]]

LOGIN_REDIRECT = "/me/"
# Tries at one account: from one network or known device, and from all unknown ones together.
PASSWORDS_OF_ONE = ((10, timedelta(hours=1)), (30, timedelta(days=1)))
PASSWORDS_FROM_ALL = ((50, timedelta(hours=1)), (100, timedelta(days=1)))
PASSWORDS_FROM_ONE = ((50, timedelta(hours=1)),)
RIGHT_PASSWORDS_OF_ONE = ((60, timedelta(hours=1)),)
NO_MATCH = "手机号、邮箱或密码不对。也可以不用密码，用验证码登录。"
TOO_MANY = "试得太多了，请过一会儿再试，或者用验证码登录。"


@page(takes="form", cache="never")
@ask_contact_once
def show_login(request: HttpRequest) -> HttpResponse:
    return _ask_who(request, SignInForm, "account/login.html")


@page(takes="form", cache="never")
@ask_contact_once
def show_signup(request: HttpRequest) -> HttpResponse:
    return _ask_who(request, SignUpForm, "account/signup.html")


def _ask_who(request: HttpRequest, form_class: type[SignInForm], template: str) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(get_next_address(request) or LOGIN_REDIRECT)
    form, status = build_contact_form(request, form_class), 200
    if form.is_valid():
        if begin_login(request, form, get_next_address(request)):
            return redirect("account_login_code")
        status = 429
    return render(request, template, _build_context(request, form), status=status)


def begin_login(request: HttpRequest, form: SignInForm, after: str) -> bool:
    """Return whether a code was sent; otherwise the form has the error."""
    contact, shown = form.cleaned_data["contact"], form.cleaned_data.get("shown", "")
    try:
        login_by_code.start_login_state(request, contact, shown=shown, after=after)
    except CodeRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _build_context(request: HttpRequest, form: Form) -> dict[str, Any]:
    after = get_next_address(request)
    query = f"?{urlencode({'next': after})}" if after else ""
    state = login_by_code.get_login_state(request)
    return {
        "sent_to": describe_contact(state["contact"])["contact"] if state else "",
        "form": form,
        "next": after,
        "purpose": find_page_purpose(after),
        "once": request.POST.get("once") or login_by_code.create_nonce(),
        "providers": get_provider_labels(),
        "login_url": f"{reverse('account_login')}{query}",
        "password_url": f"{reverse('account_login_password')}{query}",
    }


@page(takes="form", cache="never")
def enter_login_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code that was sent; it can be sent again. A second press leads where the first one led."""
    state = login_by_code.get_login_state(request) or login_by_code.read_posted_login_state(request)
    if request.user.is_authenticated:
        return redirect((state and state["after"]) or "account_login")
    if state is None:
        return redirect("account_login")
    step = build_login_step(request, state, stays=MINUTE)
    if state["proved"] and step.form.is_bound:
        return _finish_login(request, state)
    if step.form.is_valid():
        login_by_code.mark_contact_proved(request, state)
        return _finish_login(request, state)
    begun = login_by_code.sign_login_state(state)
    return step.render(request, "accounts/sign_in/login_code.html", begun=begun)


class CodeStep:
    """The page that asks for the code sent `to` a contact, and sends it again on request.

    `requester` is the person or network that asks; `change` is the address where another contact can be typed. A right
    code stays valid for `stays`.
    """

    def __init__(
        self,
        request: HttpRequest,
        purpose: str,
        to: str,
        requester: str,
        change: str,
        *,
        stays: timedelta = timedelta(0),
    ) -> None:
        self.purpose, self.to, self.requester, self.change = purpose, to, requester, change
        self.is_repeat = request.POST.get("action") == "again"
        typed = request.POST if request.method == "POST" and not self.is_repeat else None
        self.form = CodeForm(typed, purpose=purpose, to=to, stays=stays)

    def render(self, request: HttpRequest, template: str, **page_context: Any) -> HttpResponse:
        status, context = 200, describe_contact(self.to)
        if self.is_repeat:
            try:
                is_known = bool(find_trust(request, self.to))
                send_code(self.purpose, self.to, self.requester, is_known=is_known)
                context["sent"] = True
            except CodeRefused as refusal:
                context["trouble"], status = str(refusal), 429
        wait = find_resend_wait(self.to, self.requester)
        context |= {"form": self.form, "change": self.change, "wait": wait, **page_context}
        return render(request, template, context, status=status)


def build_login_step(
    request: HttpRequest,
    state: login_by_code.LoginState,
    change: str = "account_login",
    *,
    stays: timedelta = timedelta(0),
) -> CodeStep:
    purpose, network = login_by_code.build_purpose(state), get_visitor_network(request)
    return CodeStep(request, purpose, state["contact"], network, reverse(change), stays=stays)


def describe_contact(contact: str) -> dict[str, Any]:
    """Return the context that shows a contact to the person who typed it."""
    by_mail = "@" in contact
    return {"by_mail": by_mail, "contact": contact if by_mail else format_phone(contact)}


def _finish_login(request: HttpRequest, state: login_by_code.LoginState) -> HttpResponse:
    user = find_user_by_contact(state["contact"])
    if user is not None:
        return login_by_code.complete_login(request, user, state)
    if not state["agreed"]:
        return redirect("account_new")
    user = login_by_code.create_user_for_contact(state["contact"], state.get("shown", ""))
    return login_by_code.complete_login(request, user, state, is_new=True)


@page(takes="form", cache="never")
def create_account(request: HttpRequest) -> HttpResponse:
    """Ask for the consent of somebody who came through the sign-in page and has no account yet."""
    state = login_by_code.get_login_state(request)
    if state is None or not state["proved"] or request.user.is_authenticated:
        return redirect("account_login")
    form = AgreeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        shown = form.cleaned_data["shown"]
        user = login_by_code.create_user_for_contact(state["contact"], shown)
        return login_by_code.complete_login(request, user, state, is_new=True)
    context = {"form": form} | describe_contact(state["contact"])
    return render(request, "accounts/sign_in/new_account.html", context)


@sensitive_post_parameters("password")
@page(takes="form", cache="never")
@ask_contact_once
def enter_password(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(get_next_address(request) or LOGIN_REDIRECT)
    form, status = build_contact_form(request, PasswordSignInForm), 200
    if form.is_valid():
        contact, password = form.cleaned_data["contact"], form.cleaned_data["password"]
        counters = _list_password_counters(request, contact)
        tries = [count_tries(*counter) for counter in counters]  # each of them counts
        if not all(tries):
            form.add_error(None, TOO_MANY)
            status = 429
        elif user := authenticate(request, username=contact, password=password):
            _give_password_tries_back(counters)
            return login_by_code.login_user(request, user, "password", get_next_address(request))
        else:
            form.add_error(None, NO_MATCH)
    context = _build_context(request, form)
    return render(request, "accounts/sign_in/login_password.html", context, status=status)


def _list_password_counters(request: HttpRequest, contact: str) -> list[PasswordCounter]:
    """Return the counters of a try, that of the account and place first.

    Tries from other networks never block a known device, nor a device on one of the owner's networks.
    """
    trust, network = find_trust(request, contact), get_visitor_network(request)
    place = "known device" if trust == "device" else network
    counters: list[PasswordCounter] = [("password of", f"{contact} {place}", *PASSWORDS_OF_ONE)]
    if trust != "device":
        counters.append(("password from", network, *PASSWORDS_FROM_ONE))
    if not trust:
        counters.append(("password from all", contact, *PASSWORDS_FROM_ALL))
    return counters


def _give_password_tries_back(counters: list[PasswordCounter]) -> None:
    """Take back the try of a right password, because it was no guess.

    Only this try is taken back: guesses at other accounts stay counted, also from the same network. Each try costs
    a hash, so beyond `RIGHT_PASSWORDS_OF_ONE` a right password counts like a wrong one.
    """
    _what, counted_for, *_chances = counters[0]
    if count_tries("right password of", counted_for, *RIGHT_PASSWORDS_OF_ONE):
        for counter in counters:
            give_tries_back(*counter)


@page(takes="read", cache="never")
def show_inactive_account(request: HttpRequest) -> HttpResponse:
    context = {"notice": find_switching_off_notice(request)}
    return render(request, "account/account_inactive.html", context)
