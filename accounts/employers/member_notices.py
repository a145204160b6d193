"""Notices to the members of an employer: each gets the same words, with a key of their own."""

from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass, replace

from django.db.models import QuerySet

from accounts.choices import NoticeKind
from accounts.employers.membership import OWNER_ROLE, build_desk_address, get_member_role
from accounts.inbox import notices as inbox
from accounts.models import Employer, User


@dataclass(frozen=True)
class MemberMessage:
    """The words for every member of an employer; `address` is root-relative."""

    key: str
    title: str
    text: str = ""
    address: str = ""
    button: str = ""


def notify_members(
    employer: Employer | None,
    message: MemberMessage,
    *,
    roles: Collection[str] | None = None,
    mail: bool = True,
    text_message: bool = False,
) -> list[str]:
    """Send the message to all members, or to those with one of the roles; returns the keys."""
    messages = build_member_messages(employer, message, roles=roles)
    inbox.send_notices(messages, kind=NoticeKind.HIRING, mail=mail, text_message=text_message)
    return [member_message.key for member_message in messages]


def notify_member_or_owners(
    employer: Employer,
    user: User,
    message: MemberMessage,
    *,
    kind: NoticeKind = NoticeKind.HIRING,
    mail: bool = True,
) -> None:
    """Send it to the user, who acts for the employer; to the owners if the user does so no longer."""
    messages = _build_messages(employer, list_member_or_owners(employer, user), message)
    inbox.send_notices(messages, kind=kind, mail=mail)


def list_member_or_owners(employer: Employer, user: User) -> list[User]:
    """Return the user if they act for the employer, else its owners."""
    if user.is_active and get_member_role(user, employer):
        return [user]
    return list(_list_members(employer, {OWNER_ROLE}))


def build_member_messages(
    employer: Employer | None, message: MemberMessage, *, roles: Collection[str] | None = None
) -> list[inbox.NoticeMessage]:
    """Return the messages, not sent yet; none without an employer."""
    if employer is None:
        return []
    return _build_messages(employer, _list_members(employer, roles), message)


def _list_members(employer: Employer, roles: Collection[str] | None) -> QuerySet[User]:
    conditions = {} if roles is None else {"memberships__role__in": roles}
    # In one filter, so that the role is that of the same membership.
    return User.objects.filter(memberships__employer=employer, **conditions).order_by("pk")


def _build_messages(
    employer: Employer, users: Iterable[User], message: MemberMessage
) -> list[inbox.NoticeMessage]:
    address = build_desk_address(message.address, employer.pk)
    key, *words = astuple(replace(message, address=address))
    return [inbox.NoticeMessage(user, _build_member_key(key, user.pk), *words) for user in users]


def _build_member_key(key: str, user_id: int) -> str:
    return f"{key}-{user_id}"
