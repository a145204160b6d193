"""How the invitation of a member or a colleague is sent: by mail, or by text message to a person who has only a
phone.

The link in a text message is short, because its template has no room for a longer one. It opens the same page.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from accounts.models import User
from sitekit.messages.outbox import withdraw_messages
from sitekit.messages.text_message_channel import NOTICE_TEMPLATE, TextMessageChannel
from sitekit.messages.text_messages import has_template
from sitekit.models import Mail, TextMessage
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.row_ids import parse_row_id
from sitekit.web.signed_links import (
    LinkUnusable,
    read_short_code,
    read_signed_link,
    sign_short_code,
)

NO_TEXT_MESSAGES = "这里还不能用短信邀请，请填对方的邮箱。"


@dataclass(frozen=True)
class InvitationKind:
    """`letter` is the first letter of its short codes; `route` is the URL name that opens them."""

    purpose: str
    letter: str
    route: str

    def read_token(self, token: str, lasts: timedelta) -> int:
        """Return the id of the invitation from the link of a mail or from a short code; raises `LinkUnusable`.

        The age of a short code is known only from the row of the invitation.
        """
        subject = read_short_code(self.purpose, token)
        if subject is None:
            return read_signed_link(self.purpose, token, lasts)
        number = parse_row_id(subject.removeprefix(self.letter))
        if number is None:
            raise LinkUnusable
        return number

    def build_text_message(self, key: str, to: str, title: str, number: int) -> TextMessage:
        code = sign_short_code(self.purpose, f"{self.letter}{number}")
        url = build_absolute_url(reverse(self.route, args=[code]))
        return TextMessageChannel().build_invitation(
            key=key, to=to, title=title, code=code, url=url
        )


MEMBER = InvitationKind("employer invitation", "m", "join_by_code")
COLLEAGUE = InvitationKind("staff invitation", "c", "staff_join_by_code")


def is_phone(contact: str) -> bool:
    return "@" not in contact


def may_send_to(contact: str) -> bool:
    """Whether an invitation can be sent there: for a phone SMS_URL must name the template of notices."""
    return not is_phone(contact) or has_template(NOTICE_TEMPLATE)


def is_own_contact(contact: str, user: User) -> bool:
    """Whether the user has proved the invited mailbox or phone by a code. The link alone proves nothing: it can be
    passed on."""
    if is_phone(contact):
        return user.phone == contact and user.phone_proved_at is not None
    return user.email == contact


def withdraw_invitation_messages(key: str) -> None:
    for model in (Mail, TextMessage):
        withdraw_messages(model, key=key)
