"""The people of the demo data one can sign in as. Never made on a site that is open to others."""

import base64
import hmac
import time
from typing import NamedTuple


class DemoAccount(NamedTuple):
    kind: str
    label: str
    email: str
    password: str


_PASSWORD = "Fenghuang-2174-Tuojiang"  # noqa: S105 - printed by `make run`, a secret to nobody

SEEKER = DemoAccount("seeker", "求职者", "seeker@example.com", _PASSWORD)
EMPLOYER = DemoAccount("employer", "招聘方", "employer@example.com", _PASSWORD)
MODERATOR = DemoAccount("moderator", "审核员", "moderator@example.com", _PASSWORD)
ADMIN = DemoAccount("admin", "管理员", "admin@example.com", _PASSWORD)
DEMO_ACCOUNTS = [SEEKER, EMPLOYER, MODERATOR, ADMIN]
# What an authenticator app would hold for moderator and admin: staff need a second factor.
STAFF_SECRET = "TUOJIANGFENGHUANGXIANGXIJISHOU22"  # noqa: S105


def is_open_to_others() -> bool:
    """There nobody may sign in with what everybody can read here."""
    from django.conf import settings

    from sitekit import system_checks
    from sitekit.web.absolute_urls import get_site_domain

    return not settings.DEBUG and get_site_domain() not in system_checks.LOCAL


def staff_code() -> str:
    """The six digits of this half minute."""
    return compute_totp_code(STAFF_SECRET, time.time())


def compute_totp_code(secret: str, at: float) -> str:
    """What an authenticator app with this base32 secret shows at a time: RFC 6238, six digits."""
    half_minute = int(at) // 30
    digest = hmac.digest(base64.b32decode(secret), half_minute.to_bytes(8), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return f"{number % 10**6:06}"
