"""The pages under /accounts/: our own, and those of allauth that can be reached.

The URL names are those that allauth uses.
"""

from allauth.account import views as allauth_views
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.webauthn import views as webauthn
from django.urls import path
from django.views.decorators.cache import never_cache

from accounts.security import session_views as sessions
from accounts.security import views as security
from accounts.security.second_factor_views import (
    activate_totp,
    add_passkey,
    authenticate_login,
    deactivate_totp,
    remove_passkey,
    rename_passkey,
    show_recovery_codes,
)
from accounts.sign_in import social_views as social
from accounts.sign_in import views as sign_in

SECOND_FACTOR = {
    "": ("index", base.index),
    "authenticate/": ("authenticate", authenticate_login),
    "reauthenticate/": ("reauthenticate", base.reauthenticate),
    "totp/activate/": ("activate_totp", activate_totp),
    "totp/deactivate/": ("deactivate_totp", deactivate_totp),
    "recovery-codes/": ("view_recovery_codes", show_recovery_codes),
    "recovery-codes/generate/": ("generate_recovery_codes", recovery.generate_recovery_codes),
    "recovery-codes/download/": ("download_recovery_codes", recovery.download_recovery_codes),
    "webauthn/": ("list_webauthn", webauthn.list_webauthn),
    "webauthn/add/": ("add_webauthn", add_passkey),
    "webauthn/reauthenticate/": ("reauthenticate_webauthn", webauthn.reauthenticate_webauthn),
    "webauthn/keys/<int:pk>/remove/": ("remove_webauthn", remove_passkey),
    "webauthn/keys/<int:pk>/edit/": ("edit_webauthn", rename_passkey),
    "webauthn/login/": ("login_webauthn", webauthn.login_webauthn),
}
urlpatterns = [
    path("", security.show_security, name="account_security"),
    path("login/", sign_in.show_login, name="account_login"),
    path("login/code/", sign_in.enter_login_code, name="account_login_code"),
    path("login/new/", sign_in.create_account, name="account_new"),
    path("login/password/", sign_in.enter_password, name="account_login_password"),
    path("signup/", sign_in.show_signup, name="account_signup"),
    path("logout/", never_cache(allauth_views.logout), name="account_logout"),
    path("inactive/", sign_in.show_inactive_account, name="account_inactive"),
    path("reauthenticate/", security.reauthenticate_user, name="account_reauthenticate"),
    path("phone/", security.change_contact, {"kind": "phone"}, name="account_phone"),
    path("phone/code/", security.enter_contact_code, {"kind": "phone"}, name="account_phone_code"),
    path("email/", security.change_contact, {"kind": "email"}, name="account_email"),
    path("email/code/", security.enter_contact_code, {"kind": "email"}, name="account_email_code"),
    path("password/", security.change_password, name="account_change_password"),
    *(
        path(f"2fa/{route}", never_cache(view), name=f"mfa_{name}")
        for route, (name, view) in SECOND_FACTOR.items()
    ),
    path("sessions/", sessions.show_devices, name="usersessions_list"),
    path("sessions/end/", sessions.end_other_sessions, name="account_end_others"),
    path("sessions/<int:pk>/end/", sessions.end_session, name="account_end_session"),
    path("social/", social.list_connections, name="socialaccount_connections"),
    path("social/<int:pk>/leave/", social.disconnect_account, name="account_social_leave"),
    path("social/signup/", social.sign_up, name="socialaccount_signup"),
    path("social/signup/code/", social.enter_code, name="account_social_code"),
    path("social/cancelled/", social.show_cancelled_login, name="socialaccount_login_cancelled"),
    path("social/error/", social.show_error, name="socialaccount_login_error"),
]
for provider in social.VIEWS:
    kwargs, route = {"provider": provider}, f"{provider}/login/"
    urlpatterns += [
        path(route, social.start_login, kwargs, name=f"{provider}_login"),
        path(f"{route}callback/", social.receive_callback, kwargs, name=f"{provider}_callback"),
    ]
