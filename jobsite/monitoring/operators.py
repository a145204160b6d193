"""Says who runs the site, and warns them on every page of the admin if messages are not sent."""

from collections.abc import Callable
from typing import Literal

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.staff.staff_pages import staff_page
from sitekit.messages.backlog import list_late_channels
from sitekit.web.pages import PageView, View

PERMISSION = "sitekit.change_chore"
_NAMES = {"mails": "邮件", "text messages": "短信"}


def is_operator(user: User | AnonymousUser) -> bool:
    return user.is_active and user.is_staff and user.has_perm(PERMISSION)


def operator_page(*, takes: Literal["read", "form", "post"]) -> Callable[[View], PageView]:
    """Make a view an admin page (with its sign-in and second factor) that only operators may see."""

    return staff_page(takes=takes, may=is_operator)


def describe_alarm(user: User | AnonymousUser) -> str:
    """Return the warning about channels whose messages are late; "" if there are none, and for users who do not run the
    site. One query for operators, none for others."""
    if not is_operator(user):
        return ""
    names = [_NAMES[channel] for channel in list_late_channels()]
    return f"{'和'.join(names)}寄不出去。" if names else ""
