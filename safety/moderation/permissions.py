"""Who is a moderator, and who may decide an appeal."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.db.models import Q, QuerySet

from accounts.models import User

GROUP = "审核员"
DECIDE_PERMISSION = "safety.add_decision"
# What the group may do: decide at the desk, look at what cases are about, write canned reasons.
PERMISSIONS = {
    "safety": (
        "add_decision view_decision view_report view_appeal view_reportevent view_appealevent "
        "view_cannedreason add_cannedreason change_cannedreason"
    ),
    "listings": (
        "view_listing view_listingrevision view_listingevent view_listingsource "
        "view_listingsourceevent"
    ),
    "accounts": (
        "view_employer view_employercheck view_employermember view_employerevent "
        "view_employerdocument"
    ),
    "news": "view_article",
}


def ensure_moderator_group(**_kwargs: object) -> Group:
    """Create the moderators' group, add its permissions; what an admin added to it stays."""
    group, _ = Group.objects.get_or_create(name=GROUP)
    permissions_query = Q()
    for app, names in PERMISSIONS.items():
        permissions_query |= Q(content_type__app_label=app, codename__in=names.split())
    group.permissions.add(*Permission.objects.filter(permissions_query))
    return group


def is_moderator(user: User | AnonymousUser) -> bool:
    return user.is_active and user.is_staff and user.has_perm(DECIDE_PERMISSION)


def list_moderators() -> QuerySet[User]:
    return ModelBackend().with_perm(DECIDE_PERMISSION).filter(is_staff=True)


def is_only_moderator(user: User) -> bool:
    return not list_moderators().exclude(pk=user.pk).exists()


def may_decide_appeal(user: User, decided_by: User | None) -> bool:
    """Not if `user` made the decision appealed against, unless they are the only moderator and an
    admin."""
    if not is_moderator(user):
        return False
    if decided_by is None or decided_by.pk != user.pk:
        return True
    return user.is_superuser and is_only_moderator(user)
