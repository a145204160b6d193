"""The demo's accounts: their password and second factor stand in the source, for everybody to read.

Where others can reach the site (`settings.OPEN_TO_OTHERS`) they are refused at sign-in and by each
request of a session that exists already: see `accounts.backends` and `accounts.sign_in.forms`.
"""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from accounts.models import User

PUBLISHED_EMAILS = [
    f"{kind}@example.com"
    for kind in (
        *("seeker", "employer", "moderator", "local", "senior", "editor", "support", "auditor"),
        *("operator", "admin"),
    )
]
PUBLISHED_SECRET = "TUOJIANGFENGHUANGXIANGXIJISHOU22"  # noqa: S105


def has_published_secret(user: User) -> bool:
    """Whether everybody can compute the codes of the user's authenticator app."""
    return any(map(_is_published, _list_totp_authenticators().filter(user=user)))


def list_usable_published_logins() -> list[str]:
    """Return the mail addresses of accounts that published words would open."""
    users = User.objects.filter(email__in=PUBLISHED_EMAILS, is_active=True)
    emails = {user.email or "" for user in users if user.has_usable_password() or user.is_staff}
    for authenticator in _list_totp_authenticators().select_related("user"):
        if _is_published(authenticator):
            emails.add(authenticator.user.email or authenticator.user.phone or "")
    return sorted(emails)


def _list_totp_authenticators():
    return Authenticator.objects.filter(type=Authenticator.Type.TOTP)


def _is_published(authenticator: Authenticator) -> bool:
    return get_adapter().decrypt(authenticator.data["secret"]) == PUBLISHED_SECRET
