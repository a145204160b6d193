"""登录与安全: the user's phone, mail address, password and devices; re-authentication."""

import time
from copy import copy
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters

from accounts.choices import CONTACT_LABELS
from accounts.inbox.moved_mailboxes import move_waiting_messages
from accounts.models import SignedInRequest, User
from accounts.models.user import mailbox_changed
from accounts.security.sessions import end_all_sessions
from accounts.sign_in import login_by_code
from accounts.sign_in.access import fresh_page, get_next_address, is_fresh
from accounts.sign_in.allauth_adapter import count_tries, send_security_notice
from accounts.sign_in.allauth_internals import record_authentication_step, resume_suspended_request
from accounts.sign_in.forms import CodeForm, NewEmailForm, NewPasswordForm, NewPhoneForm
from accounts.sign_in.one_time_codes import (
    CodeRefused,
    is_used_up,
    send_code,
    send_code_unless_recent,
)
from accounts.sign_in.second_factor import (
    PASSKEY,
    TOTP,
    get_second_factor_page,
    list_factor_types,
    needs_second_factor,
)
from accounts.sign_in.social_providers import get_provider_labels
from accounts.sign_in.views import PASSWORDS_OF_ONE, CodeStep
from sitekit.forms.phone_numbers import format_phone, mask_phone
from sitekit.messages.channel_base import find_own_phone
from sitekit.web.pages import page
from sitekit.workflow.refusals import Refusal

FORMS: dict[str, type[NewPhoneForm | NewEmailForm]] = {"phone": NewPhoneForm, "email": NewEmailForm}
NEW_CONTACT_KEY = "new contact"  # in the session
TOO_MANY = "试得太多了，请过一会儿再试。"
CONTACT_TAKEN = (
    "这个{}已经有账号在用，不能绑到这里。那个账号是你的，就用它登录，在那边换掉或注销，再回来绑；"
    "不是你的，按「关于与备案」里的电话或邮箱找我们。"
)


class ContactChangeRefused(Refusal):
    """Nothing was changed; the text says in Chinese why."""


@page(takes="read", login=True, cache="never")
def show_security(request: SignedInRequest) -> HttpResponse:
    user = request.user
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "phone": format_phone(user.phone),
        "has_password": user.has_usable_password(),
        "passkeys": kinds.count(PASSKEY),
        "totp": TOTP in kinds,
        "sessions": UserSession.objects.filter(user=user).count(),
        "providers": get_provider_labels(),
    }
    return render(request, "accounts/security/security.html", context)


@fresh_page(takes="form")
def change_contact(request: SignedInRequest, kind: str) -> HttpResponse:
    """Send a code to a new phone or mail address; `enter_contact_code` stores it."""
    user, status = request.user, 200
    form = FORMS[kind](request.POST if request.method == "POST" else None)
    if form.is_valid():
        new_contact = form.cleaned_data["contact"]
        state = {"kind": kind, "contact": new_contact, "began": time.time()}
        if _is_present_contact(user, kind, new_contact):
            form.add_error("contact", f"这就是现在的{CONTACT_LABELS[kind]}。")
        else:
            try:
                send_code_unless_recent(f"contact {user.pk}", new_contact, f"user {user.pk}")
            except CodeRefused as refusal:
                form.add_error(None, str(refusal))
                status = 429
            else:
                request.session[NEW_CONTACT_KEY] = state
                return redirect(f"account_{kind}_code")
    now = format_phone(user.phone) if kind == "phone" else user.email
    context = {"form": form, "kind": kind, "label": CONTACT_LABELS[kind], "now": now}
    return render(request, "accounts/security/contact.html", context, status=status)


@fresh_page(takes="form")
def enter_contact_code(request: SignedInRequest, kind: str) -> HttpResponse:
    state = request.session.get(NEW_CONTACT_KEY)
    if (
        not state
        or state["kind"] != kind
        or time.time() - state["began"] > login_by_code.LOGIN_LIFETIME_SECONDS
    ):
        return redirect(f"account_{kind}")
    user, new, change = request.user, state["contact"], reverse(f"account_{kind}")
    if _is_present_contact(user, kind, new):  # a second press: the first one changed it
        return _answer_changed_contact(request, kind)
    step = CodeStep(request, f"contact {user.pk}", new, f"user {user.pk}", change)
    if step.form.is_valid():
        try:
            _change_contact(user, kind, new)
        except ContactChangeRefused as refused:
            step.form.add_error(None, str(refused))
        else:
            end_all_sessions(user, kept_session_key=request.session.session_key)
            return _answer_changed_contact(request, kind)
    return step.render(request, "accounts/security/contact_code.html", label=CONTACT_LABELS[kind])


def _is_present_contact(user: User, kind: str, contact: str) -> bool:
    return contact == getattr(user, kind) and (kind == "email" or user.phone_proved_at is not None)


def _answer_changed_contact(request: SignedInRequest, kind: str) -> HttpResponse:
    """The state stays in the session until another change begins, so that a second press gets the same answer."""
    if request.method != "POST":
        return redirect(f"account_{kind}")
    messages.success(request, f"{CONTACT_LABELS[kind]}换好了，别的设备都已退出登录。")
    return redirect("account_security")


def _change_contact(user: User, kind: str, contact: str) -> None:
    """The notices of the change go to the contacts of before. Raises `ContactChangeRefused`."""
    fields: dict[str, Any] = {kind: contact}
    if kind == "phone":
        fields["phone_proved_at"] = timezone.now()
    try:
        with transaction.atomic():
            former = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
            if not former.is_active:
                raise ContactChangeRefused("账号刚刚停用或注销了，没有换。")
            send_security_notice(former, f"{CONTACT_LABELS[kind]}换了")
            User.objects.filter(pk=user.pk).update(**fields)
            present = copy(former)
            for name, value in fields.items():
                setattr(present, name, value)
            move_waiting_messages(former, present)
            if kind == "email":
                mailbox_changed.send(User, user=present, former_email=former.email or "")
    except IntegrityError:
        raise ContactChangeRefused(CONTACT_TAKEN.format(CONTACT_LABELS[kind])) from None


@sensitive_post_parameters("password")
@fresh_page(takes="form")
def change_password(request: SignedInRequest) -> HttpResponse:
    """Needs no old password, since the login is fresh. Logs out all other devices."""
    user = request.user
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=user)
    had_password = user.has_usable_password()
    if form.is_valid():
        _store_password(user, form.cleaned_data["password"])
        update_session_auth_hash(request, user)
        UserSession.objects.purge_and_list(user)
        UserSession.objects.create_from_request(request)
        verb = "换" if had_password else "设"
        messages.success(request, f"密码{verb}好了，别的设备都已退出登录。")
        return redirect("account_security")
    context = {"form": form, "had_password": had_password}
    return render(request, "accounts/security/password.html", context)


def _store_password(user: User, password: str) -> None:
    """Store the password and notify the user. A second press stores the same password and sends no second notice."""
    with transaction.atomic():
        row = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if not row.check_password(password):
            send_security_notice(user, "密码换了")
        user.set_password(password)
        user.save(update_fields=["password"])


@sensitive_post_parameters("password")
@page(takes="form", login=True, cache="never")
def reauthenticate_user(request: SignedInRequest) -> HttpResponse:
    """Ask for a code or the password; users with a second factor are redirected to that."""
    user = request.user
    if needs_second_factor(user):
        url = reverse(get_second_factor_page(user))
        return redirect(f"{url}?{urlencode({'next': get_next_address(request)})}")
    to, purpose = find_own_phone(user) or user.email or "", f"again {user.pk}"
    action = request.POST.get("action", "")
    is_code = request.method == "POST" and action not in ("send", "password")
    if is_code and is_fresh(request):  # a second press: the first one proved it
        return resume_suspended_request(request) or redirect("account_security")
    form = CodeForm(request.POST if is_code else None, purpose=purpose, to=to)
    status, notes = 200, {"sent": is_code}
    if action == "send":
        notes, status = _send_code(user, purpose, to)
    elif action == "password":
        notes, status = _check_password(user, request.POST.get("password", "")[:256])
    if form.is_valid() or (action == "password" and not notes):
        method = "code" if is_code else "password"
        record_authentication_step(request, user, method, reauthenticated=True)
        return resume_suspended_request(request) or redirect("account_security")
    context = {
        "form": form,
        "next": get_next_address(request),
        "has_password": user.has_usable_password(),
        "to": to if "@" in to else mask_phone(to),
        "passkey": PASSKEY in list_factor_types(user),
        **notes,
    }
    return render(request, "account/reauthenticate.html", context, status=status)


def _send_code(user: User, purpose: str, to: str) -> tuple[dict[str, Any], int]:
    """Return the context for the page, and the HTTP status."""
    try:
        send_code(purpose, to, f"user {user.pk}", is_known=True)
    except CodeRefused as refusal:
        return {"sent": not is_used_up(purpose, to), "trouble": str(refusal)}, 429
    return {"sent": True}, 200


def _check_password(user: User, password: str) -> tuple[dict[str, Any], int]:
    """Return the context with the error, empty if the password is right, and the HTTP status."""
    if not count_tries("password of", f"user {user.pk}", *PASSWORDS_OF_ONE):
        return {"password_trouble": TOO_MANY}, 429
    return {} if user.check_password(password) else {"password_trouble": "密码不对。"}, 200
