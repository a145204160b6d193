"""How much an id looks like one that a person chose: wangge66, lin_0321, hz88kf."""

import re

from screening.contacts import spelled_ids
from screening.contacts.spelled_ids import SpelledId
from screening.reading.word_file import WordFile

_FILE = WordFile(__file__)
_PLAIN_WORDS, _TITLES = _FILE.list_words("plain_words"), _FILE.list_words("titles")
_GIVEN_NAMES = _FILE.list_words("given_names")
NEVER = -4  # a product, a program, a file
_POINTS = {
    spelled_ids.CUT: 4, spelled_ids.JOINED: 4, spelled_ids.HIDDEN_DIGITS: 3, spelled_ids.MIXED: 2,
    spelled_ids.SPACED: -1,
}  # fmt: skip
_FULL_LENGTH = 5
_LONG_NUMBER = 7
_WORD = re.compile("[a-z]+")
_VOWEL = re.compile("[aeiou]")
_PINYIN = _FILE.compile("pinyin")
_LUCKY = re.compile(r"(?<!\d)0\d{2,}|([1-9])\1|1688")
_OF_LOVE = re.compile("520|521|1314")
_SWITCH = re.compile(r"\d(?=[a-z])|[a-z](?=\d)")
_MODELS = re.compile(r"\d{0,3}(?:[a-z]{1,4}\d{1,4}\.?){2,}[a-z]{0,4}|\d{1,3}[a-z]\d{1,3}[a-z]{1,2}")
_SIZE = re.compile(r"\dx\d")
_SELF_MADE = re.compile(r"_|[a-z]{2}\.[a-z]{2,}\d")
_MARK = re.compile("[_.-]")
_FILE_NAME = _FILE.compile("file_name")
# Circled, squared, double-struck and keycap characters: nobody writes the name of a model with them.
_DRAWN = re.compile(r"[\u2460-\u24ff\u2776-\u2793\u20e3\U0001d400-\U0001d7ff\U0001f130-\U0001f189]")


def score_id_look(spelled: SpelledId, written: str) -> int:
    """Return points for the id, which the text spells as `written`."""
    value, points = spelled.value, _POINTS.get(spelled.form, 0)
    words = _WORD.findall(value)
    if not words:
        return points + (len(value) >= _LONG_NUMBER)
    digits = sum(char.isdigit() for char in value)
    clues = [word for word in words if word not in _PLAIN_WORDS]
    letters = sum(map(len, words))
    is_model = written.isascii() and not written.islower()
    is_size = _SIZE.search(value) and (letters < 4 or value[0].isdigit())
    if is_size or (not written.islower() and _MODELS.fullmatch(value)):
        return NEVER
    if not clues or _FILE_NAME.search(value) or (letters < 2 and digits < _LONG_NUMBER):
        return NEVER
    score = (
        points + _weigh_letters(clues, value) + (0 if is_model else _weigh_switches(value, letters))
    )
    if digits < 2 or len(value) < _FULL_LENGTH:
        score -= 2 if _MARK.search(value) else 3
    score += bool(_SELF_MADE.search(value)) * (2 if digits else 1) + 2 * bool(
        _DRAWN.search(written)
    )
    score += bool(_LUCKY.search(value)) + bool(_OF_LOVE.search(value))
    return score - 2 * (written.isascii() and written.isupper())


def _weigh_switches(value: str, letters: int) -> int:
    """Weigh the changes from letters to figures and back: in small letters only people write so."""
    if len(value) < 7 or letters < 3:
        return 0
    switches = len(_SWITCH.findall(value))
    return min(3, 2 * switches - 3) if switches > 1 else 0


def _weigh_letters(words: list[str], value: str) -> int:
    """Weigh the letters: pinyin and names speak for a person, a title says nothing, other letters hardly more."""
    clues = [word for word in words if word not in _TITLES]
    length = sum(map(len, clues))
    if length < 2:
        return 0
    if clues[0] in _GIVEN_NAMES:
        return 3
    longest = max(clues, key=len)
    if len(longest) > 3 and _PINYIN.fullmatch(longest):
        return 3
    if all(_PINYIN.fullmatch(word) for word in clues):
        return 3 if length > 3 else 2 if length == 3 and len(clues) == 1 else 1
    return 2 if len(clues[0]) >= 3 and not _VOWEL.search(clues[0]) else 1
