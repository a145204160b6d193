"""How an invitation leaves, of a member or of a colleague: by mail, or by text message to who has only a phone.

The link of a text message is short, since its template has room for no other; it opens the same page as the mail's.
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
    """`letter` begins its short codes, `route` opens them."""

    purpose: str
    letter: str
    route: str

    def read_token(self, token: str, lasts: timedelta) -> int:
        """Return the number of the invitation, from the link of a mail or a short code, whose age its row tells;
        raises `LinkUnusable`."""
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
    """Whether the invited mailbox or phone is the user's, who proved it by a code: a link can be passed on."""
    if is_phone(contact):
        return user.phone == contact and user.phone_proved_at is not None
    return user.email == contact


def withdraw_invitation_messages(key: str) -> None:
    for model in (Mail, TextMessage):
        withdraw_messages(model, key=key)
