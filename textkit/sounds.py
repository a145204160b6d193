"""Words that sound like others: 家叫 is typed for 家教. Without the tables of pypinyin, which are large."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

_PATH = Path(__file__).with_name("data") / "character_sounds.txt"
# Characters of a word that is put in the place of another.
_SHORTEST, _LONGEST = 2, 6


@cache
def _read_sounds() -> dict[str, str]:
    sounds: dict[str, str] = {}
    for line in _PATH.read_text(encoding="utf-8").splitlines():
        sound, characters = line.split(maxsplit=1)
        if sound != "#":
            sounds.update(dict.fromkeys(characters, sound))
    return sounds


def spell_sound(word: str) -> str:
    """Return the pinyin of the characters one by one; "" if one is not known."""
    sounds = [_read_sounds().get(character, "") for character in word]
    return " ".join(sounds) if all(sounds) else ""


def group_words_by_sound(words: Iterable[str]) -> dict[str, list[str]]:
    """Return the words by their sound, those that sound alike in the order given."""
    by_sound: dict[str, list[str]] = {}
    for word in words:
        if _SHORTEST <= len(word) <= _LONGEST and (sound := spell_sound(word)):
            by_sound.setdefault(sound, []).append(word)
    return by_sound


def replace_by_sound(text: str, by_sound: Mapping[str, Sequence[str]]) -> str:
    """Return the text with its pieces that sound like one of the words written as that word."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        piece = _find_piece(text[at : at + _LONGEST], by_sound)
        pieces.append(piece)
        at += len(piece)
    return "".join(pieces)


def _find_piece(text: str, by_sound: Mapping[str, Sequence[str]]) -> str:
    """Return the longest word that the text begins with by its sound, else its first character."""
    for length in range(len(text), _SHORTEST - 1, -1):
        words = by_sound.get(spell_sound(text[:length]), ())
        if words:
            return text[:length] if text[:length] in words else words[0]
    return text[0]
