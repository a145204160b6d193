"""Notices to the members of an employer: each gets the same words, with a key of their own."""

from collections.abc import Collection
from dataclasses import astuple, dataclass
from datetime import timedelta

from accounts.choices import NoticeKind
from accounts.employers.membership import OWNER_ROLE, get_member_role
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
    wait: timedelta | None = None,
    mail: bool = True,
    text_message: bool = False,
) -> list[str]:
    """Send the message to all members, or to those with one of the roles; returns the keys."""
    messages = build_member_messages(employer, message, roles=roles)
    inbox.send_notices(
        messages, kind=NoticeKind.HIRING, wait=wait, mail=mail, text_message=text_message
    )
    return [member_message.key for member_message in messages]


def notify_member_or_owners(
    employer: Employer, user: User, message: MemberMessage, *, mail: bool = True
) -> None:
    """Send it to the user, who acts for the employer; to the owners if the user does so no longer."""
    acts = user.is_active and get_member_role(user, employer)
    messages = build_member_messages(employer, message, roles=None if acts else {OWNER_ROLE})
    if acts:
        messages = [member_message for member_message in messages if member_message.user == user]
    inbox.send_notices(messages, kind=NoticeKind.HIRING, mail=mail)


def build_member_messages(
    employer: Employer | None, message: MemberMessage, *, roles: Collection[str] | None = None
) -> list[inbox.NoticeMessage]:
    """Return the messages, not sent yet; none without an employer."""
    if employer is None:
        return []
    conditions = {} if roles is None else {"memberships__role__in": roles}
    # In one filter, so that the role is that of the same membership.
    members = User.objects.filter(memberships__employer=employer, **conditions)
    key, *words = astuple(message)
    return [
        inbox.NoticeMessage(member, _build_member_key(key, member.pk), *words)
        for member in members.order_by("pk")
    ]


def _build_member_key(key: str, user_id: int) -> str:
    return f"{key}-{user_id}"
