"""Reasons that moderators use often: loading the shipped ones, filling their gaps for a case."""

import json
import re
from collections.abc import Iterable
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


def load_canned_reasons(**_kwargs: object) -> None:
    """Write the shipped reasons into an empty table; what an admin changed or deleted stays so."""
    if not CannedReason.objects.exists():
        rows = json.loads(SHIPPED.read_text())
        CannedReason.objects.bulk_create(CannedReason(**row) for row in rows)


def list_unknown_gaps(text: str) -> list[str]:
    return [name for name in GAP.findall(text) if name not in GAPS]


def fill_gaps(text: str, facts: dict[str, str]) -> str:
    """Return the text with its gaps filled; a gap without a fact becomes its name in 〔〕."""
    return GAP.sub(lambda gap: facts.get(gap[1]) or f"〔{GAPS.get(gap[1], gap[1])}〕", text)


def list_canned_reasons(
    kind: str, facts: dict[str, str], actions: Iterable[str] | None = None
) -> list[CannedReason]:
    """Return the reasons for a kind of case, each with `words` filled from `facts`; with `actions`
    only the reasons for these, in their order."""
    reasons = list(CannedReason.objects.filter(kind=kind))
    if actions is not None:
        order = {str(action): position for position, action in enumerate(actions)}
        reasons = [reason for reason in reasons if reason.action in order]
        reasons.sort(key=lambda reason: order[reason.action])
    for reason in reasons:
        reason.words = fill_gaps(reason.text, facts)
    return reasons
