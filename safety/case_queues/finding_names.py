"""Short names of findings for a row of a queue; the page of the case shows the full sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from listings.publication.photo_texts import PHOTO_SIGNAL_FIELD
from safety.case_queues.case_findings import list_unmarked_reasons
from screening.explanation import DOUBT
from screening.forbidden_work import FAMILY as FORBIDDEN
from screening.forbidden_work import load_forbidden_work
from screening.fraud_types import get_fraud_type, is_fraud_type
from textkit.marked_text import DANGER, number_reasons

_NAMES = {
    "contact_evasion.phone": "正文留电话",
    "contact_evasion.wechat": "正文留微信",
    "contact_evasion.qq": "正文留 QQ",
    "contact_evasion.mail": "正文留邮箱",
    "contact_evasion.link": "正文留网址",
    "contact_evasion.app": "引到别的软件",
    "contact_evasion.call": "叫人进群加好友",
    "discrimination.sex": "限性别",
    "discrimination.age": "限年龄",
    "discrimination.looks": "限长相",
    "discrimination.household": "限户籍",
    "discrimination.ethnicity": "限民族",
    "discrimination.family": "限婚育",
    "discrimination.health": "限健康",
    "distribution.removed": "和涉诈的相同",
    "distribution.spread": "多地同文",
    "pay.above_norm": "报酬偏高",
    "pay.maybe_below_minimum": "可能低于最低工资",
    "pay.below_minimum": "低于最低工资",
    "drawn_signs": "符号拼图",
    "category": "品类必审",
    "hidden_category": "品类不收了",
    "employer": "单位未认证",
    "fraud_before": "单位涉诈过",
    "new_owners": "单位换了负责人",
    "refused_before": "退回过",
    "refused_elsewhere": "同文退回过",
    "not_publishable": "现在发不了",
    "watched": "单位逐条审",
    "venue": "场所须满 18",
    "night": "夜班须满 18",
    "minors": "未满 16",
    "photo_code": "照片有二维码",
    "photo_text": "照片有问题",
    "photo_unreadable": "照片读不出来",
    "repost_source": "来源待信任",
    "repost_sample": "转载抽查",
    "doubt": "拿不准",
    DOUBT: "拿不准",
    "fee": "收费",
    "brushing": "刷单",
    "accounts": "租卡租号",
    "training": "招转培",
    "scheme": "骗局做法",
    "validity": "日期不对",
}
_FAMILIES = {
    "contact_evasion": "正文留联系方式",
    "discrimination": "歧视",
    "known_contacts": "联系方式有前科",
    "blocklist": "停用名单",
    "distribution": "多地同文",
    "pay": "报酬不合常理",
    "model": "用词像骗局",
}
# Findings of fraud: `rule.brushing_rebate.app`, `model.clause`.
_OF_FRAUD = ("rule", "model")
_PHOTO_FIELD = PHOTO_SIGNAL_FIELD.format("")


@dataclass
class NamedFinding:
    """`numbers` are the numbers of its marks in the text, `words` the full sentences behind the name."""

    name: str
    words: list[str]
    numbers: list[int]
    is_danger: bool


def name_finding(code: str) -> str:
    """Return a name of a few characters, or "" if the finding has none."""
    family, _, subcode = code.partition(".")
    kind = subcode.partition(".")[0]
    if family in _OF_FRAUD and is_fraud_type(kind):
        return get_fraud_type(kind).label.partition("（")[0]  # without the explanation
    if family == FORBIDDEN and (work := load_forbidden_work().get(kind)):
        return work.label
    return _NAMES.get(code) or _FAMILIES.get(family, "")


def list_named_findings(
    reasons: Iterable[Mapping[str, Any]], signals: Sequence[Mapping[str, Any]]
) -> list[NamedFinding]:
    """Return each name once, findings of danger first. A finding without a name is shown by its sentence."""
    by_name: dict[str, NamedFinding] = {}
    for numbered in number_reasons(signals)[0]:
        _add_finding(by_name, numbered.code, numbered.words, numbered.number)
    for reason in list_unmarked_reasons(reasons, signals):
        _add_finding(by_name, reason.get("code", ""), reason.get("words", ""), 0)
    return sorted(by_name.values(), key=lambda finding: not finding.is_danger)


def list_photo_findings(
    reasons: Iterable[Mapping[str, Any]], signals: Sequence[Mapping[str, Any]]
) -> list[NamedFinding]:
    """Return the findings in photos, those of danger first; they do not count in the risk of the listing."""
    by_name: dict[str, NamedFinding] = {}
    for signal in signals:
        code = signal.get("code", "")
        if signal.get("field", "").startswith(_PHOTO_FIELD) and (name := name_finding(code)):
            in_photo = name.removeprefix("正文")
            finding = NamedFinding(in_photo, [], [], _is_danger(code))
            by_name.setdefault(in_photo, finding).is_danger |= finding.is_danger
    if any(reason.get("code") == "photo_code" for reason in reasons):
        by_name.setdefault("二维码", NamedFinding("二维码", [], [], False))
    return sorted(by_name.values(), key=lambda finding: not finding.is_danger)


def get_mark_tone(code: str) -> str:
    """Return the tone of the mark of a finding, the same as that of its name: red only for danger."""
    return DANGER if _is_danger(code) else ""


def _is_danger(code: str) -> bool:
    is_grave = code.partition(".")[0] in (*_OF_FRAUD, FORBIDDEN) and code != DOUBT
    return is_grave or code == "distribution.removed"


def _add_finding(by_name: dict[str, NamedFinding], code: str, words: str, number: int) -> None:
    name = name_finding(code) or words
    is_danger = _is_danger(code)
    finding = by_name.setdefault(name, NamedFinding(name, [], [], is_danger))
    finding.is_danger |= is_danger
    if words and words not in (*finding.words, name):
        finding.words.append(words)
    if number:
        finding.numbers.append(number)
