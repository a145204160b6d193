"""Reasons that moderators use often: loading the shipped ones, filling their gaps for a case."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from safety.models import CannedReason
from textkit.marked_text import number_reasons

SHIPPED = Path(__file__).parent.parent / "data" / "canned_reasons.json"
GAP_PATTERN = re.compile(r"\{([^{}]*)\}")
# The gaps that a reason may have, with their names in Chinese.
GAP_LABELS = {
    "title": "兼职的标题",
    "employer": "单位的名称",
    "missing": "还缺的项目",
    "found": "系统找到的问题",
    "cure": "怎样改正",
}

# A gap as it is written in a reason, and as `fill_gaps` shows it if the case has no fact for it.
_LABELS = "|".join(map(re.escape, GAP_LABELS.values()))
_OPEN_GAP = re.compile(rf"\{{[a-z_]*\}}|〔(?:[a-z_]*|{_LABELS})〕")

# The families of findings that fill a reason about one kind of fault, by the code of the reason. A reason that is
# not listed here is filled with all findings.
_CONTACTS = ("contact_evasion", "photo_code")
_FAMILIES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("contact", "text-contact", "diversion"), _CONTACTS),
    **dict.fromkeys(("fees", "text-fees"), ("fee",)),
    **dict.fromkeys(("discrim", "text-discrim"), ("discrimination",)),
}
_FOUND_SENTENCE = re.compile(r"\{found\}[。；，]?")
# Codes of reasons for which a text waits although nothing is wrong with it.
_OF_QUEUE = {
    *("category", "employer", "fraud_before", "refused_before", "refused_elsewhere"),
    *("repost_source", "repost_sample", "doubt", "watched", "new_owners", "not_publishable"),
}


def collect_found_facts(findings: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return the values of the gap {found}; a reason about one kind of fault gets only the findings of that kind."""
    of_text = [finding for finding in findings if finding.get("code") not in _OF_QUEUE]
    facts = {"found": _join_words(of_text)}
    for code, families in _FAMILIES.items():
        family_rows = [row for row in of_text if row.get("code", "").partition(".")[0] in families]
        facts[_build_found_key(code)] = _join_words(family_rows)
    return facts


def number_reason_marks(signals: Iterable[Mapping[str, Any]]) -> dict[str, list[int]]:
    """Return the numbers of the marks of its kind in the text, by the code of each reason about one kind of fault."""
    numbered = number_reasons(signals)[0]
    marks = {
        code: [row.number for row in numbered if row.code.partition(".")[0] in families]
        for code, families in _FAMILIES.items()
    }
    return {code: numbers for code, numbers in marks.items() if numbers}


def _join_words(findings: Iterable[Mapping[str, str]]) -> str:
    return "；".join(finding.get("words", "").rstrip("。") for finding in findings)


def _build_found_key(code: str) -> str:
    return f"found {code}"


def _fill_reason(reason: CannedReason, facts: dict[str, str]) -> str:
    """Fill the gaps. A reason about one kind of fault loses its sentence with {found} if nothing was found."""
    findings = facts.get(_build_found_key(reason.code))
    if findings is None:
        return fill_gaps(reason.text, facts)
    text = reason.text if findings else _FOUND_SENTENCE.sub("", reason.text)
    return fill_gaps(text, facts | {"found": findings})


def load_canned_reasons() -> None:
    """Write the shipped reasons if the table is empty; otherwise it would undo changes of an admin."""
    if not CannedReason.objects.exists():
        rows = json.loads(SHIPPED.read_text())
        CannedReason.objects.bulk_create(CannedReason(**row) for row in rows)


def list_unknown_gaps(text: str) -> list[str]:
    return [name for name in GAP_PATTERN.findall(text) if name not in GAP_LABELS]


def fill_gaps(text: str, facts: dict[str, str]) -> str:
    """Return the text with its gaps filled; a gap without a fact becomes its name in 〔〕."""
    return GAP_PATTERN.sub(
        lambda gap: facts.get(gap[1]) or f"〔{GAP_LABELS.get(gap[1], gap[1])}〕", text
    )


def describe_open_gaps(reason: str) -> str:
    """Return an error in Chinese if a reason still has an open gap; "" if it has none."""
    open_gaps = dict.fromkeys(_OPEN_GAP.findall(reason))
    if not open_gaps:
        return ""
    return f"原因里的{'、'.join(open_gaps)}还没有填：请写上内容，或者删掉这一句。"


def list_canned_reasons(
    kind: str, facts: dict[str, str], actions: Iterable[str] | None = None
) -> list[CannedReason]:
    """Return the reasons for a kind of case, each with `words` filled from `facts`. With `actions` only the reasons
    for these actions are returned, in the order of the actions."""
    reasons = list(CannedReason.objects.filter(kind=kind))
    if actions is not None:
        order = {str(action): position for position, action in enumerate(actions)}
        reasons = [reason for reason in reasons if reason.action in order]
        reasons.sort(key=lambda reason: order[reason.action])
    for reason in reasons:
        reason.words = _fill_reason(reason, facts)
    return reasons


def find_canned_reasons(
    reasons: Iterable[CannedReason], codes: Iterable[str]
) -> list[CannedReason]:
    """Return those with these codes, each once, in the order of the codes."""
    by_code = {reason.code: reason for reason in reasons}
    return [by_code[code] for code in dict.fromkeys(codes) if code in by_code]


def join_reason_words(reasons: Iterable[CannedReason]) -> str:
    return "\n".join(reason.words for reason in reasons)
