"""How much an id looks like one that somebody chose for himself: wangge66, lin_0321, hz88kf."""

import re
import tomllib
from pathlib import Path

from screening.contacts import spelled_ids
from screening.contacts.spelled_ids import SpelledId

_WORDS = tomllib.loads((Path(__file__).parent / "shapes.toml").read_text(encoding="utf-8"))
_PLAIN_WORDS = frozenset(_WORDS["plain_words"].split())
_TITLES = frozenset(_WORDS["titles"].split())
_GIVEN_NAMES = frozenset(_WORDS["given_names"].split())
NEVER = -4  # a product, a program, a file
_POINTS = {
    spelled_ids.CUT: 4,
    spelled_ids.JOINED: 4,
    spelled_ids.MIXED: 2,
    spelled_ids.SPACED: -1,
    spelled_ids.PLAIN: 0,
}
_FULL_LENGTH = 5
_LONG_NUMBER = 7
_WORD = re.compile("[a-z]+")
_VOWEL = re.compile("[aeiou]")
_PINYIN = re.compile(
    "(?:[bpmf](?:a[ino]?|ang|[eo]|e[in]|eng|ou|i[en]?|iao|ian|ing|u)"
    "|[dtnl](?:a[ino]?|ang|e[in]?|eng|ou|ong|i[aenu]?|iao|ian|iang|ing|u[ino]?|uan|v|ve)"
    "|[gkh](?:a[ino]?|ang|e[in]?|eng|ou|ong|u[aino]?|uai|uan|uang)"
    "|[jqx](?:i[aenu]?|iao|ian|iang|ing|iong|u[en]?|uan)"
    "|(?:[zcs]h?|r)(?:a[ino]?|ang|e[in]?|eng|ou|ong|i|u[aino]?|uai|uan|uang)"
    "|y(?:a[no]?|ang|e|ou?|ong|i|in|ing|u[en]?|uan)|w(?:a[in]?|ang|o|e[in]|eng|u)"
    "|a[ino]?|ang|e[inr]?|ou?){1,5}"
)
_LUCKY = re.compile(r"(?<!\d)0\d{2,}|([1-9])\1|1688")
_OF_LOVE = re.compile("520|521|1314")
_BETWEEN_LETTERS = re.compile(r"[a-z]{2}\d{2,}[a-z]{2}")
_MARK = re.compile("[_.-]")
_FILE_NAME = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|zip|rar|txt|csv|exe|apk|mp[34]|py|js)$"
)
# Circled, squared, double-struck and keycap characters: nobody writes a model so.
_DRAWN = re.compile(r"[\u2460-\u24ff\u2776-\u2793\u20e3\U0001d400-\U0001d7ff\U0001f130-\U0001f189]")


def weigh_look(spelled: SpelledId, written: str) -> int:
    """Points for the id, which the text spells as `written`."""
    value = spelled.value
    words = _WORD.findall(value)
    if not words:
        return int(len(value) >= _LONG_NUMBER)
    digits = sum(char.isdigit() for char in value)
    own = [word for word in words if word not in _PLAIN_WORDS]
    letters = sum(map(len, words))
    if not own or _FILE_NAME.search(value) or (letters < 2 and digits < _LONG_NUMBER):
        return NEVER
    score = _POINTS[spelled.form] + _weigh_letters(own, value)
    if digits < 2 or len(value) < _FULL_LENGTH:
        score -= 2 if _MARK.search(value) else 3
    score += ("_" in value) * (2 if digits else 1) + 2 * bool(_DRAWN.search(written))
    score += bool(_LUCKY.search(value)) + bool(_OF_LOVE.search(value))
    return score - 2 * (written.isascii() and written.isupper())


def _weigh_letters(words: list[str], value: str) -> int:
    """Pinyin and names speak for a person; a title says nothing, other letters hardly more."""
    own = [word for word in words if word not in _TITLES]
    length = sum(map(len, own))
    if length < 2:
        return 0
    if own[0] in _GIVEN_NAMES:
        return 3
    if all(_PINYIN.fullmatch(word) for word in own):
        return 3 if length > 3 else 2 if length == 3 and len(own) == 1 else 1
    initials = len(own[0]) >= 3 and not _VOWEL.search(own[0])
    return 2 if initials or _BETWEEN_LETTERS.search(value) else 1
