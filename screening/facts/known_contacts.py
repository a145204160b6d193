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
    for known in context.known:
        yield Signal(
            f"known_contacts.{known.kind}",
            WEIGHTS.get(known.times, OFTEN),
            known.start,
            known.end,
            _describe_known_contact(known),
            get_fraud_type(known.fraud_type),
        )


def _describe_known_contact(known: KnownContactMatch):
    what = _NAMES.get(known.kind, "联系方式")
    where = "正文里的" if known.end else "“联系方式”一栏的"
    name = get_fraud_type(known.fraud_type).known_name
    why = f"因“{name}”" if name else "因涉诈"
    times = f" {known.times} 条" if known.times > 1 else ""
    return f"{where}{what}在{times}{why}下架的兼职里出现过。"
