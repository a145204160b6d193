"""The names of shifts. Seekers read them one below the other, so no contact number may stand in one name or be
divided over several names."""

import re
import unicodedata
from collections.abc import Iterable

from accounts.public_text.judgement import PUBLISH, JudgementRules, judge_public_text
from screening.contacts.numbers import WRITTEN_DIGITS, read_digits

NO_NUMBER = "班次的名字里不写号码，写成 早班、8点班、9:00-13:00 这样。"
NO_ACCOUNT = "班次的名字里不写长串的字母，写成 早班、A班 这样。"
DIVIDED_NUMBER = "班次的名字连起来像一个电话号码，换个写法，比如 早班。"
MAX_DIGITS = 4  # 12月3日早班
_CLOCK_TIME = re.compile(r"(?<!\d)(?:[01]?\d|2[0-4])[:点时](?:[0-5]\d)?(?!\d)")
_DAY = re.compile(r"(?<!\d)1?\d月[1-3]?\d[日号]?")
_DIGITS = re.compile(rf"\d+|[{WRITTEN_DIGITS}]{{2,}}")
_MOBILE, _MOBILE_DIGITS = re.compile(r"1[3-9]\d{9}"), 11
_SHORTEST_ACCOUNT = 6  # characters of an account of WeChat
_ACCOUNT = re.compile(rf"[A-Za-z][A-Za-z0-9]{{{_SHORTEST_ACCOUNT - 1}}}")
_BETWEEN_LETTERS = re.compile(r"[\s._-]+")
_NUMBER = re.compile(r"\d{3}|[\d〇零一二三四五六七八九]{4}")
_RULES = JudgementRules(contact_cure="这里只写班次的名字。")


def find_name_fault(name: str) -> str:
    """Return why the name could be an account or a part of a number, in words, or ""."""
    without_times = _CLOCK_TIME.sub("点", unicodedata.normalize("NFKC", name))
    if _ACCOUNT.search(_BETWEEN_LETTERS.sub("", without_times)):
        return NO_ACCOUNT
    has_words = any(char.isalpha() and not char.isascii() for char in without_times)
    is_number = _NUMBER.search(without_times) or sum(map(str.isdigit, without_times)) > MAX_DIGITS
    return NO_NUMBER if is_number or not has_words else ""


def judge_shift_names(names: Iterable[str]) -> str:
    """Return in words what is wrong with the names in this order, or "".

    All names are judged together, and then only those with letters or digits, because the others may be deleted
    later.
    """
    names = list(names)
    marked = [name for name in names if re.search("[A-Za-z0-9]", name)]
    # Each by itself: digits that stand in both would be joined to a number that nobody wrote.
    for words in dict.fromkeys(("\n".join(names), "\n".join(marked))):
        verdict = judge_public_text({"names": words}, _RULES)
        if verdict.outcome != PUBLISH:
            return verdict.words or "换个名字，比如 早班。"
    return DIVIDED_NUMBER if _is_number_divided(names) else ""


def _is_number_divided(names: Iterable[str]) -> bool:
    """Whether the digits of consecutive names form a mobile number: 13号班, 80号班, …. Names without digits are
    skipped. At most one of the names may have a single digit, because the number has eleven digits."""
    pieces = [digits for name in names if (digits := _read_name_digits(name))]
    for first in range(len(pieces)):
        joined, single = "", 0
        for piece in pieces[first:]:
            joined, single = joined + piece, single + (len(piece) == 1)
            if len(joined) >= _MOBILE_DIGITS or single > 1:
                break
        if single <= 1 and _MOBILE.fullmatch(joined):
            return True
    return False


def _read_name_digits(name: str) -> str:
    without_times = unicodedata.normalize("NFKC", name)
    for pattern in (_CLOCK_TIME, _DAY):
        without_times = pattern.sub("点", without_times)
    return "".join(map(read_digits, _DIGITS.findall(without_times)))
