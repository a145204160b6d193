from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.models import User


class EmailOrPhoneBackend(ModelBackend):
    """Log in by mail address or phone number; a mainland number needs no +86."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        login = (username or kwargs.get("email") or "").strip()
        if not login or password is None:
            return None
        if "@" in login:
            user = User.objects.filter(email=login.lower()).first()
        else:
            phone = f"+86{login}" if len(login) == 11 and login.isdigit() else login
            user = User.objects.filter(phone=phone).first()
        if user is None:
            User().set_password(password)  # as slow as a wrong password
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
