"""Who is a moderator: who has the right to decide."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User

DECIDE_PERMISSION = "safety.add_decision"


def is_moderator(user: User | AnonymousUser) -> bool:
    return user.is_active and user.is_staff and user.has_perm(DECIDE_PERMISSION)


def list_moderators() -> QuerySet[User]:
    return ModelBackend().with_perm(DECIDE_PERMISSION).filter(is_staff=True)
