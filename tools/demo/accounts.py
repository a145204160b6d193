"""The people of the demo data one can sign in as; not on a site that is open to others."""

import base64
import hmac
import time
from typing import NamedTuple

from accounts.sign_in.published_logins import PUBLISHED_EMAILS, PUBLISHED_SECRET


class DemoAccount(NamedTuple):
    kind: str
    label: str
    email: str
    password: str


_PASSWORD = "Fenghuang-2174-Tuojiang"  # noqa: S105 - printed by `make run`, a secret to nobody

_LABELS = (
    *("求职者", "招聘方", "审核员", "湘西审核员", "审核组长", "编辑", "客服", "审计员"),
    *("运营", "管理员"),
)
DEMO_ACCOUNTS = [
    DemoAccount(email.partition("@")[0], label, email, _PASSWORD)
    for label, email in zip(_LABELS, PUBLISHED_EMAILS, strict=True)
]
STAFF_ACCOUNTS = DEMO_ACCOUNTS[2:]
ADMIN = DEMO_ACCOUNTS[-1]
# What an authenticator app would hold for the staff, who need a second factor.
STAFF_SECRET = PUBLISHED_SECRET


def compute_staff_code() -> str:
    """The six digits of this half minute."""
    return compute_totp_code(STAFF_SECRET, time.time())


def compute_totp_code(secret: str, at: float) -> str:
    """What an authenticator app with this base32 secret shows at a time: RFC 6238, six digits."""
    half_minute = int(at) // 30
    digest = hmac.digest(base64.b32decode(secret), half_minute.to_bytes(8), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return f"{number % 10**6:06}"
