"""The names of shifts. Seekers read them one below the other, so no contact number may stand in one name or be
divided over several names."""

import re
import unicodedata
from collections.abc import Iterable

from accounts.public_text.judgement import PUBLISH, JudgementRules, judge_public_text

NO_NUMBER = "班次的名字里不写号码，写成 早班、8点班、9:00-13:00 这样。"
MAX_DIGITS = 4  # 12月3日早班
_CLOCK_TIME = re.compile(r"(?<!\d)(?:[01]?\d|2[0-4])[:点时](?:[0-5]\d)?(?!\d)")
_NUMBER = re.compile(r"\d{3}|[\d〇零一二三四五六七八九]{4}")
_RULES = JudgementRules(contact_cure="这里只写班次的名字。")


def find_name_fault(name: str) -> str:
    """Return why the name could be a part of a number, in words, or ""."""
    rest = _CLOCK_TIME.sub("点", unicodedata.normalize("NFKC", name))
    has_words = any(char.isalpha() and not char.isascii() for char in rest)
    is_number = _NUMBER.search(rest) or sum(map(str.isdigit, rest)) > MAX_DIGITS
    return NO_NUMBER if is_number or not has_words else ""


def judge_shift_names(names: Iterable[str]) -> str:
    """Return in words what is wrong with the names in this order, or "".

    All names are judged together, and then only those with letters or digits, because the others may be deleted
    later.
    """
    names = list(names)
    marked = [name for name in names if re.search("[A-Za-z0-9]", name)]
    verdict = judge_public_text({"names": "\n".join(names), "marked": "\n".join(marked)}, _RULES)
    return "" if verdict.outcome == PUBLISH else verdict.words or "换个名字，比如 早班。"
