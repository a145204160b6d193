"""Finds contacts in the text, also disguised ones, and calls to add somebody elsewhere.

A seeker who writes there has left the site, where nobody can warn them.
"""

from collections.abc import Iterator

from screening.assessment import Signal
from screening.contacts.extraction import find_contact_mentions
from screening.reading.folded_text import FoldedText

WEIGHT = 0  # honest employers do it too, so it is no sign of fraud; but a person looks at the text
REASONS = {
    "phone": "正文里写了电话号码。",
    "wechat": "正文里写了微信号，或者叫人加微信。",
    "qq": "正文里写了 QQ 号或群号，或者叫人加 QQ。",
    "link": "正文里写了网址。",
    "mail": "正文里写了邮箱。",
    "app": "正文里写了像是聊天账号的字样，或者叫人到别的聊天软件去。",
    "call": "正文里叫人扫码、加好友或进群，到站外再谈。",
}


def find_contact_signals(folded: FoldedText) -> Iterator[Signal]:
    for mention in find_contact_mentions(folded):
        span = folded.span(mention.start, mention.end)
        yield Signal(f"contact_evasion.{mention.name}", WEIGHT, *span, REASONS[mention.name])
