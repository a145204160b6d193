"""Work that may not be offered, each kind a folder here: not fraud, but against a law.

A folder holds `rules.toml`: a label, the law's name, what the author reads, and rules in the notation
of `screening.rules.notation`. A new folder is a new kind: nothing else lists them.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from screening.assessment import Signal
from screening.reading.folded_text import FoldedText
from screening.rules.denial import is_contradicted
from screening.rules.lexicon import SCREENING_WORDS
from screening.rules.matcher import RuleMatcher
from screening.rules.notation import load_rules

FOLDER = Path(__file__).parent
FAMILY = "forbidden"
ADULT = 18  # years
_AGE = re.compile(r"(\d{1,2})(?:周?岁)?(?:[-—~至到]\d{1,2})?周?岁(?!以下|以内|左右)")


@dataclass(frozen=True)
class ForbiddenWork:
    """`law` is the name of the law; `cure` says what may be offered instead, or is empty. `of_minors`: an offer that
    asks for adults is allowed."""

    code: str
    label: str
    law: str
    cure: str = ""
    of_minors: bool = False

    @property
    def reason(self) -> str:
        return f"像是{self.label}：{self.law}不许招这样的活。"


@cache
def load_forbidden_work() -> dict[str, ForbiddenWork]:
    kinds = {}
    for path in sorted(FOLDER.glob("*/rules.toml")):
        head = tomllib.loads(path.read_text("utf-8"))
        code = path.parent.name
        of_minors = head.get("of_minors", False)
        kinds[code] = ForbiddenWork(
            code, head["label"], head["law"], head.get("cure", ""), of_minors
        )
    return kinds


@cache
def load_matcher() -> RuleMatcher:
    rules = (
        rule
        for code in load_forbidden_work()
        for rule in load_rules(FOLDER / code / "rules.toml", code)
    )
    return RuleMatcher(rules, search=SCREENING_WORDS)


@cache
def list_stop_codes() -> frozenset[str]:
    return frozenset(f"{FAMILY}.{rule.code}" for rule in load_matcher().rules if rule.stops)


def find_forbidden_work(folded: FoldedText) -> Iterator[Signal]:
    """Yield signals without weight: this says nothing of fraud."""
    for rule, first, last in load_matcher().find_matches(folded):
        start, end = folded.span(first, last)
        if not is_contradicted(folded.written, start, end, by_denial=True):
            yield Signal(f"{FAMILY}.{rule.code}", 0, start, end, rule.reason)


def asks_for_adults(folded: FoldedText) -> bool:
    """Whether the text states ages in figures, and none below 18."""
    ages = [int(age) for age in _AGE.findall(folded.text)]
    return bool(ages) and min(ages) >= ADULT


def get_forbidden_kind(code: str) -> str:
    """Return the kind of forbidden work of a signal's code, or ""."""
    family, _dot, subcode = code.partition(".")
    return subcode.partition(".")[0] if family == FAMILY else ""
