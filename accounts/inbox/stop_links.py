"""Links by which one kind of notices is stopped without signing in: two letters, a number, a signature.

What they open shows nothing personal but what was subscribed to, and can only stop messages.
"""

from typing import NamedTuple

from django.urls import reverse

from accounts.choices import NoticeKind
from accounts.inbox.preferences import SUBSCRIBED
from accounts.models import User
from sitekit.messages.channel_base import StopLink
from sitekit.messages.channels import CHANNELS
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.row_ids import parse_row_id
from sitekit.web.signed_links import read_short_code, sign_short_code

# Links that were sent have these letters: a new kind gets a new one.
NOTICE_KINDS_OF_LETTERS: dict[str, tuple[NoticeKind, ...]] = {
    "a": (NoticeKind.APPLICATION,),
    "h": (NoticeKind.HIRING,),
    "c": (NoticeKind.CASES,),
    "n": (NoticeKind.SEARCHES,),
    "w": (NoticeKind.ALERTS,),
    "s": (NoticeKind.SECURITY,),
    "d": SUBSCRIBED,  # of the digest, which tells of both
}
_PURPOSE = "accounts.inbox.stop_links"


class StoppedNotices(NamedTuple):
    """What a link stops, and whose."""

    user_id: int
    kinds: list[NoticeKind]
    channel_name: str


def build_stop_link(user: User, channel_name: str, kinds: tuple[NoticeKind, ...]) -> StopLink:
    letter = next(letter for letter, named in NOTICE_KINDS_OF_LETTERS.items() if named == kinds)
    code = sign_short_code(_PURPOSE, f"{channel_name[0]}{letter}{user.pk}")
    url = build_absolute_url(reverse("stop_notices", args=[code]))
    return StopLink(code, url, is_final=kinds == (NoticeKind.SECURITY,))


def read_stop_code(code: str) -> StoppedNotices | None:
    """Return what the code was made for; None if it was not made here."""
    subject = read_short_code(_PURPOSE, code)
    user_id = parse_row_id(subject[2:]) if subject else None
    if subject is None or user_id is None:
        return None
    names = {channel.export_name[0]: channel.export_name for channel in CHANNELS}
    if subject[0] not in names or subject[1] not in NOTICE_KINDS_OF_LETTERS:
        return None
    return StoppedNotices(user_id, list(NOTICE_KINDS_OF_LETTERS[subject[1]]), names[subject[0]])
