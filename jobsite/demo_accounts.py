"""The people of the demo data one can sign in as. Never made on a site that is open to others."""

from typing import NamedTuple


class DemoAccount(NamedTuple):
    kind: str
    label: str
    email: str
    password: str


_PASSWORD = "Fenghuang-2174-Tuojiang"  # noqa: S105 - printed by `make run`, a secret to nobody

SEEKER = DemoAccount("seeker", "求职者", "seeker@example.com", _PASSWORD)
EMPLOYER = DemoAccount("employer", "招聘方", "employer@example.com", _PASSWORD)
ADMIN = DemoAccount("admin", "管理员", "admin@example.com", _PASSWORD)
DEMO_ACCOUNTS = [SEEKER, EMPLOYER, ADMIN]
