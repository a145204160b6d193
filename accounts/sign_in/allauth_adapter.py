"""The adapters of allauth: its words, its notices, and when users must prove again who they are."""

import secrets
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.urls import reverse

from accounts.choices import NoticeKind
from accounts.inbox.notices import SECURITY_KEY, send_notice
from accounts.models import User
from accounts.sign_in.access import (
    MAX_NEXT_URL_LENGTH,
    get_next_address,
    is_fresh,
    remember_device,
    remember_inactive_account,
)
from accounts.sign_in.second_factor import PASSKEY, TOTP, list_factor_types, needs_second_factor
from sitekit.messages.channel_base import find_own_phone
from sitekit.messages.outbox import enqueue_messages
from sitekit.models import Operator, TextMessage
from sitekit.sealing.sealed_secrets import open_secret, seal_secret
from sitekit.web.rate_limits import count_attempt, give_attempt_back
from sitekit.web.visitor_network import get_visitor_network

ERROR_MESSAGES = {
    "incorrect_code": "验证码不对，请再看一遍。",
    "too_many_login_attempts": "试得太多了，请过一会儿再试。",
    "rate_limited": "试得太多了，请过一会儿再试。",
    "incorrect_password": "密码不对。",
}
# What is told to somebody whose account changed, by the template that allauth would have used.
CHANGE_TITLES = {
    "mfa/email/totp_activated": "两步验证打开了",
    "mfa/email/totp_deactivated": "两步验证关掉了",
    "mfa/email/recovery_codes_generated": "备用码换了新的",
    "mfa/email/webauthn_added": "加了一把通行密钥",
    "mfa/email/webauthn_removed": "删了一把通行密钥",
    "socialaccount/email/account_connected": "绑定了一个微信或微博账号",
    "socialaccount/email/account_disconnected": "解绑了一个微信或微博账号",
}
CHANGE_WORDS = "不是你做的？马上登录看看「登录与安全」，退出别的设备，再换掉密码。"
STAFF_CHANGE_WORDS = "不是你要求的？马上按「关于与备案」里的电话或邮箱找我们。"

SECURITY_TEXTS = ((10, timedelta(days=1)),)  # to one phone: each costs money


def send_security_notice(user: User, title: str, *, is_by_staff: bool = False) -> None:
    """Tell the user by inbox, mail and text message, whatever they want of other notices. It goes to the
    contacts that `user` has: of a change of these, call it with the row of before. Who cannot sign in any more
    after a change by staff is led to the page with the operator's number."""
    key = f"{SECURITY_KEY}{secrets.token_hex(12)}"
    address = reverse("about" if is_by_staff else "account_security")
    words = STAFF_CHANGE_WORDS if is_by_staff else CHANGE_WORDS
    kind = NoticeKind.SECURITY
    send_notice(user, key, title, words, kind=kind, address=address, button="去看看")
    phone = find_own_phone(user)
    if phone and count_tries("security text", phone, *SECURITY_TEXTS):
        text = f"你的账号{title}。{CHANGE_WORDS}"
        row = TextMessage(key=key, to=phone, kind="security", words={"what": title}, text=text)
        enqueue_messages([row])


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | ERROR_MESSAGES

    def get_login_stages(self):
        return ["accounts.sign_in.second_factor.Stage"]

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        remember_device(request, response, user)
        request.session.set_expiry(None)  # `begin_login` made it short
        return response

    def get_login_redirect_url(self, request):
        """The staff begin at the admin, everybody else at their own page."""
        if request.user.is_staff:
            return reverse("admin:index")
        return super().get_login_redirect_url(request)

    def respond_user_inactive(self, request, user):
        remember_inactive_account(request, user)
        return super().respond_user_inactive(request, user)

    def get_client_ip(self, request):
        return get_visitor_network(request).partition("/")[0] or "0.0.0.0"  # noqa: S104 - unknown

    def is_safe_url(self, url):
        return (
            bool(url)
            and url.startswith("/")
            and len(url) <= MAX_NEXT_URL_LENGTH
            and super().is_safe_url(url)
        )

    def is_reauthentication_required(self, *, app, **kwargs):
        """Also ask people who have neither a password nor a second factor; allauth would not."""
        if not is_fresh(self.request):
            raise ReauthenticationRequired
        return False

    def get_reauthentication_methods(self, user):
        """Return the pages on which the user can prove who they are, the usual one first."""
        if not user.is_authenticated:
            return []
        types = list_factor_types(user)
        code_method = {"description": "用验证码或密码", "url": reverse("account_reauthenticate")}
        code = {"description": "用动态码", "url": reverse("mfa_reauthenticate")}
        key = {"description": "用通行密钥", "url": reverse("mfa_reauthenticate_webauthn")}
        methods = [] if needs_second_factor(user) else [code_method]
        methods += [code] if TOTP in types or needs_second_factor(user) else []
        methods += [key] if PASSKEY in types else []
        return methods

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        send_security_notice(user, CHANGE_TITLES[template_prefix])


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | ERROR_MESSAGES

    def encrypt(self, text: str) -> str:
        return seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_secret(encrypted_text)

    def get_totp_issuer(self):
        return Operator.current().name or super().get_totp_issuer()

    def get_totp_label(self, user):
        return user.name or user.email or user.phone

    def get_public_key_credential_user_entity(self, user):
        return super().get_public_key_credential_user_entity(user) | {
            "name": self.get_totp_label(user)
        }

    def generate_authenticator_name(self, user, type):  # noqa: A002 - allauth's name
        return f"密钥 {len(user.authenticator_set.filter(type=type)) + 1}"


class SocialAdapter(DefaultSocialAccountAdapter):
    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "connected_other": "这个账号已经绑定在别人那里。",
    }

    def list_apps(self, request, provider=None, client_id=None):
        """Read the keys from the settings only; they do not belong in the database."""
        apps = [
            SocialApp(provider=name, **keys)
            for name, provider_settings in settings.SOCIALACCOUNT_PROVIDERS.items()
            for keys in provider_settings["APPS"]
        ]
        return [
            app
            for app in apps
            if provider in (None, app.provider) and client_id in (None, app.client_id)
        ]

    def pre_social_login(self, request, sociallogin):
        """Keep only the name of what the provider sends."""
        account = sociallogin.account
        sent = account.extra_data
        account.extra_data = {
            name: str(sent[name])[:40] for name in ("nickname", "screen_name") if sent.get(name)
        }
        if account.pk:
            account.save(update_fields=["extra_data"])
        if address := get_next_address(request):
            sociallogin.state.setdefault("next", address)

    def is_auto_signup_allowed(self, request, sociallogin):
        return False  # a phone or an e-mail address must be proved first, and consent given


def count_tries(limit_name: str, counted_for: str, *chances) -> bool:
    """Count a try; `chances` are pairs of how many within how long."""
    tries = [
        count_attempt(f"{limit_name} {within}", counted_for, most, within)
        for most, within in chances
    ]
    return all(tries)


def give_tries_back(limit_name: str, counted_for: str, *chances) -> None:
    """Take back one try that `count_tries` counted with the same words."""
    for _most, within in chances:
        give_attempt_back(f"{limit_name} {within}", counted_for, within)
