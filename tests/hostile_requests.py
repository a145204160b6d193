"""The words of `tests.access`: who asks, and what each is answered."""

from typing import NamedTuple

ROLES = (
    "visitor",
    "seeker",
    "other_seeker",
    "employer",
    "other_employer",
    "moderator",
    "admin",
)
STAFF = ("moderator", "admin")
# Four more, who are answered as another but for some addresses: see `tests.access.list_answers`.
MORE_ROLES = {
    "recruiter": "employer",
    "frozen_employer": "other_employer",
    "editor": "moderator",  # of the news, no moderator
    "half_staff": "admin",  # without the second factor
}
ALL_ROLES = (*ROLES, *MORE_ROLES)


class Ask(NamedTuple):
    """One address and what each role is answered; `data` is what a POST carries."""

    address: str
    answers: dict
    data: dict = {}


def allow_all(code=200, **others):
    return dict.fromkeys(ROLES, code) | others


def signed_in(code=200, **others):
    """A visitor is sent to sign in."""
    return allow_all(code, visitor=302) | others


def allow_roles(*roles, code=200, others=404):
    """Whose it is sees it; to the others who are signed in it does not exist."""
    return signed_in(others) | dict.fromkeys(roles, code)


def allow_staff(code=200, **others):
    """The admin sends everybody else to sign in."""
    return allow_all(302) | dict.fromkeys(STAFF, code) | others
