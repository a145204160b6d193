"""Finds contacts of listings that were removed for fraud: the swindle goes on under another title. Such a
listing may have named somebody else's number, so this finding alone gives at most medium risk, and a person
looks.
"""

from collections.abc import Iterator

from screening.assessment import Signal
from screening.context import Context, KnownContactMatch
from screening.fraud_types import get_fraud_type

WEIGHTS = {1: 50, 2: 60}  # by the number of removed listings
OFTEN = 65
_NAMES = {
    "phone": "电话号码",
    "wechat": "微信号",
    "qq": "QQ 号",
    "link": "网址",
    "mail": "邮箱",
}


def find_known_contact_signals(context: Context) -> Iterator[Signal]:
    for contact in context.known:
        yield Signal(
            f"known_contacts.{contact.kind}",
            WEIGHTS.get(contact.times, OFTEN),
            contact.start,
            contact.end,
            _describe_known_contact(contact),
            get_fraud_type(contact.fraud_type),
        )


def _describe_known_contact(contact: KnownContactMatch):
    name_of_kind = _NAMES.get(contact.kind, "联系方式")
    where = "正文里的" if contact.end else "“联系方式”一栏的"
    name = get_fraud_type(contact.fraud_type).known_name
    why = f"因“{name}”" if name else "因涉诈"
    times = f" {contact.times} 条" if contact.times > 1 else ""
    return f"{where}{name_of_kind}在{times}{why}下架的兼职里出现过。"
