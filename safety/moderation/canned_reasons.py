"""Reasons moderators use often: the shipped ones, and their gaps filled for a case."""

import json
import re
from pathlib import Path

from safety.models import CannedReason

SHIPPED = Path(__file__).parent.parent / "data" / "canned_reasons.json"
GAP = re.compile(r"\{([^{}]*)\}")
# What may stand in a reason, and what it becomes.
GAPS = {
    "title": "兼职的标题",
    "employer": "单位的名称",
    "missing": "还缺的项目",
    "found": "系统找到的问题",
    "cure": "怎样改正",
}


def load_canned_reasons(**_kwargs) -> None:
    """The shipped reasons, into a table that has none: what an admin changed or deleted stays so."""
    if not CannedReason.objects.exists():
        rows = json.loads(SHIPPED.read_text())
        CannedReason.objects.bulk_create(CannedReason(**row) for row in rows)


def unknown_gaps(text: str) -> list[str]:
    return [name for name in GAP.findall(text) if name not in GAPS]


def fill_gaps(text: str, facts: dict[str, str]) -> str:
    """The text with its gaps filled; one about which nothing is known leaves a word to replace."""
    return GAP.sub(lambda gap: facts.get(gap[1]) or f"〔{GAPS.get(gap[1], gap[1])}〕", text)


def list_canned_reasons(kind: str, facts: dict[str, str], actions=None) -> list[CannedReason]:
    """Reasons for a kind of case, each with `words` made for this one; with `actions` only those
    for what can be decided now, in that order."""
    reasons = list(CannedReason.objects.filter(kind=kind))
    if actions is not None:
        order = {str(action): place for place, action in enumerate(actions)}
        reasons = [reason for reason in reasons if reason.action in order]
        reasons.sort(key=lambda reason: order[reason.action])
    for reason in reasons:
        reason.words = fill_gaps(reason.text, facts)
    return reasons
