"""A contact that stands in the text, however disguised, or a call to add somebody elsewhere.

Whoever writes to it has left the site, where nobody can warn them.
"""

from collections.abc import Iterator

from screening import contacts
from screening.assessment import Signal
from screening.context import Context
from screening.reading import Reading

WEIGHT = 10  # honest employers do it too; with the wording of a scheme it adds to it
REASONS = {
    "phone": "正文里写了电话号码。",
    "wechat": "正文里写了微信号，或者叫人加微信。",
    "qq": "正文里写了 QQ 号或群号，或者叫人加 QQ。",
    "link": "正文里写了网址。",
    "mail": "正文里写了邮箱。",
    "app": "正文里写了别的聊天软件的账号，或者叫人到那里去。",
    "call": "正文里叫人扫码、加好友或进群，到站外再谈。",
}


def find(reading: Reading, context: Context) -> Iterator[Signal]:
    for one in contacts.found(reading):
        start, end = reading.span(one.start, one.end)
        yield Signal(f"contact_evasion.{one.name}", WEIGHT, start, end, REASONS[one.name])
