"""A row for each sign-in; receiver of the signal `user_logged_in`."""

from typing import Any

from django.http import HttpRequest

from accounts.models import SignIn, User
from accounts.security.device_names import name_device
from sitekit.web.visitor_network import get_visitor_network


def record_sign_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    SignIn.objects.create(
        user=user,
        device=name_device(request.META.get("HTTP_USER_AGENT", "")),
        # Code that signs somebody in without a browser has a request of nothing.
        ip=get_visitor_network(request).partition("/")[0] if request.META else "",
    )
