from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from accounts.sign_in.published_logins import PUBLISHED_EMAILS


class EmailOrPhoneBackend(ModelBackend):
    """Looks people up by `UserManager.get_by_natural_key`. Sessions have the name of this class."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the user of the session with their staff post, because every page asks where the rights of the
        staff hold."""
        user = User.objects.select_related("staff_post").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Called at a sign-in by password, and at each request of any session."""
        if settings.OPEN_TO_OTHERS and getattr(user, "email", None) in PUBLISHED_EMAILS:
            return False
        return super().user_can_authenticate(user)
