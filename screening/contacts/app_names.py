"""Names of messengers and platforms in a folded text, also sounded out, spelled in pinyin, misspelled
or described."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from screening.reading.word_file import Scanner, find_heads, find_starts

_FILE = tomllib.loads((Path(__file__).parent / "apps.toml").read_text(encoding="utf-8"))
_LOOKS = {"l": "[l1i|]", "i": "[i1l!]", "e": "[e3]", "o": "[o0]", "a": "[a4]", "s": "[s5$]"}
_COLOURS = "红橙黄绿青蓝紫黑白粉灰"
_LONGEST_SOUNDED = 24  # characters: three syllables in pinyin, and what may stand between
_MIN_LOOSE, _MIN_MISSPELLED = 4, 6  # letters; shorter names are loose already
_LATIN_WORD = Scanner(
    rf"(?<![a-z0-9_])[a-z]{{{_MIN_MISSPELLED - 1},14}}(?![a-z_])",
    "[a-z]",
)
_PICTURES = "\u2600-\u27bf\U0001f000-\U0001faff"
SURE, SOUND, WEAK = 3, 2, 1  # how much a name says; a weak one only with a word such as 号

# Each syllable is one private-use character, so that all characters of this sound are matched at once.
_SYLLABLES = {syllable: chr(0xE000 + at) for at, syllable in enumerate(_FILE["homophones"])}
_SOUNDS = {
    char: _SYLLABLES[syllable]
    for syllable, chars in reversed(_FILE["homophones"].items())
    for char in chars
}
_TO_SYLLABLES = str.maketrans(_SOUNDS)


class AppName(NamedTuple):
    start: int
    end: int
    name: str  # of the finding: wechat, qq or app
    prefix: str  # of the contact's value
    weight: int


type _Spelling = tuple[str, str, int]  # name, prefix and weight of an `AppName`


def find_app_names(text: str) -> list[AppName]:
    """Return the names in reading order. Of names that overlap the first counts, or the surest that begins there."""
    candidates = [*_BY_LOOK.find_names(text)]
    sure = {place for name in candidates if name.weight == SURE for place in range(*name[:2])}
    candidates += _find_sounding(text, (at for at in _list_sounding_places(text) if at not in sure))
    candidates += _find_misspelled(text)
    names, done = [], 0
    for name in sorted(candidates, key=lambda name: (name.start, -name.weight)):
        if name.start >= done:
            names.append(name)
            done = name.end
    return names


def _list_sounding_places(text: str) -> Iterator[int]:
    """Yield where a name that is spelled by its sound may begin, in reading order: at a character that sounds like
    its first syllable, before one like its second or a letter; or at letters before Chinese or a picture."""
    for match in _MAY_SOUND.finditer(text):
        first, second = match.groups()
        if not second or (_SOUNDS[first], _SOUNDS[second]) in _NEIGHBOURS:
            yield match.start()


def _find_sounding(text: str, places: Iterable[int]) -> Iterator[AppName]:
    done = 0
    for place in places:
        if place < done:
            continue
        first = max(place - 1, 0)  # a pattern looks at the character before it
        sounds = text[first : place + _LONGEST_SOUNDED].translate(_TO_SYLLABLES)
        if name := _BY_SOUND.match_name(sounds, place - first):
            done = first + name.end
            yield name._replace(start=place, end=done)


def _find_misspelled(text: str) -> Iterator[AppName]:
    """Find names with one letter too many, too few or wrong, or with two letters exchanged: telegarm, signaal."""
    for match in _LATIN_WORD.finditer(text):
        for part in _leave_one_out(match.group()):
            if spelling := _MISSPELLED.get(part):
                yield AppName._make((*match.span(), *spelling))


def _leave_one_out(word: str) -> list[str]:
    return [word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]


def _loosen_latin(name: str) -> str:
    """Return a pattern that also finds t.e.l.e.g.r.a.m and te1egram, but not momo_2931."""
    letters = [name[0], *(_LOOKS.get(letter, letter) for letter in name[1:])]
    inner = r"[ .\-_*·]?".join(letters) if len(name) >= _MIN_LOOSE else name
    return rf"(?<![a-z0-9]){inner}(?![a-z]|[_.\-]\d|_)"


def _sound_out(syllables: str) -> str:
    """Return a pattern of syllables by any character of the sound or in pinyin; at most one by its first letter."""
    parts = syllables.split()
    patterns = [f"(?:{_SYLLABLES[part]}|{part})" for part in parts]
    spelled = [rf"[ !-/{_PICTURES}]?".join(patterns)]
    for at, part in enumerate(parts):
        if len(part) > 1:
            spelled.append(" ?".join((*patterns[:at], rf"{part[0]}(?![a-z])", *patterns[at + 1 :])))
    heads = _SYLLABLES[parts[0]] + syllables[0]
    return rf"(?=[{heads}])(?<![a-z0-9])(?=[a-z]{{0,6}} ?[^\x00-\x7f])(?:{'|'.join(spelled)})"


def _compile_sounding(names: Iterable[list[str]]) -> re.Pattern[str]:
    """Return a pattern with two groups: what sounds like a first syllable, and like a later one, if it is next."""
    first_syllables: set[str] = set()
    later_syllables: set[str] = set()
    for first, *later in names:
        first_syllables.add(_SYLLABLES[first])
        later_syllables.update(_SYLLABLES[syllable] for syllable in later)
    first, second = (
        "".join(re.escape(char) for char, sound in _SOUNDS.items() if sound in syllables)
        for syllables in (first_syllables, later_syllables)
    )
    # Begun by one set, since `re` finds that faster than either of two.
    return re.compile(
        rf"[{first}a-z](?:(?<=([{first}]))(?=[ !-/{_PICTURES}]?(?:[a-z]|([{second}])))"
        r"|(?<![a-z0-9][a-z])(?<=[a-z])[a-z]{0,5}(?= ?[^\x00-\x7f]))"
    )


def _build_sign_pattern(sign: dict[str, str]) -> str:
    """Return a pattern of the colour and the picture of the app's logo: 蓝底白色纸飞机, 黑色音符的软件."""
    shows = f"(?:{sign['shows']})"
    coloured = rf"[{sign.get('colours', _COLOURS)}](?:色|油油|底|底[白黑蓝红]|幽幽|皮)?的?[小大白黑蓝纸]?色?{shows}"
    sized = f"|[小胖大]{shows}" if sign.get("sized") else ""
    behind = r"(?:图标|标志|头像|logo)?的?(?:那个|这个)?(?:聊天)?(?:软件|app|应用|平台)?"
    return f"(?=[{_COLOURS}小胖大])(?:{coloured}{sized}){behind}"


def _bound_word(word: str) -> str:
    """Return the pattern so that Latin letters at its ends are at the edge of a word."""
    before = r"(?<![a-z0-9])" if re.match(r"\[?[a-z0-9]", word) else ""
    return before + word + (r"(?![a-z])" if re.search("[a-z]$", word) else "")


class _NameTable:
    """Patterns with the name that each spells. Of two that begin at one place the first counts."""

    def __init__(self, patterns: Iterable[tuple[str, _Spelling]]) -> None:
        self._spelled: dict[_Spelling, list[tuple[re.Pattern[str], str]]] = {}
        for pattern, spelling in patterns:
            head = re.compile(find_heads([pattern]))
            self._spelled.setdefault(spelling, []).append((head, pattern))
        words = [word for spelled in self._spelled.values() for _head, word in spelled]
        self._find_heads = re.compile(find_starts(words)).finditer
        self._match_by_head = cache(self._compile_for_head)

    def find_names(self, text: str) -> Iterator[AppName]:
        done = 0
        for head in self._find_heads(text):
            start = head.start()
            if start >= done and (name := self.match_name(text, start)):
                yield name
                done = name.end

    def match_name(self, text: str, start: int) -> AppName | None:
        """Return the name that begins there."""
        match_words, spellings = self._match_by_head(text[start])
        match = match_words(text, start)
        if match is None or match.lastindex is None:
            return None
        return AppName(start, match.end(), *spellings[match.lastindex - 1])

    def _compile_for_head(
        self, head: str
    ) -> tuple[Callable[[str, int], re.Match[str] | None], list[_Spelling]]:
        """Return a matcher for names that may begin with this character, and what each of its groups spells; for each
        spelling the longer words come first."""
        words = {
            spelling: group
            for spelling, spelled in self._spelled.items()
            if (group := [word for heads, word in spelled if heads.match(head)])
        }
        groups = [f"({'|'.join(sorted(group, key=len, reverse=True))})" for group in words.values()]
        return re.compile("|".join(groups) or "(?!)").match, list(words)


def _list_by_look() -> Iterator[tuple[str, _Spelling]]:
    for app, name, prefix in _APPS:
        for word in (*app.get("pictures", ()), *app.get("words", ())):
            yield _bound_word(word), (name, prefix, SURE)
        for latin in app.get("latin", ()):
            yield _loosen_latin(latin), (name, prefix, SURE)
    for sign in _FILE["sign"]:
        yield _build_sign_pattern(sign), (sign.get("name", "app"), sign.get("prefix", ""), SURE)
    for app, name, prefix in _APPS:
        for word in app.get("weak", ()):
            yield _bound_word(word), (name, prefix, WEAK)


_APPS = [(app, app.get("name", "app"), app.get("prefix", "")) for app in _FILE["app"]]
_BY_LOOK = _NameTable(_list_by_look())
_BY_SOUND = _NameTable(
    (_sound_out(syllables), (name, prefix, SOUND))
    for app, name, prefix in _APPS
    for syllables in app.get("sounds", ())
)
_SOUNDED = [syllables.split() for app in _FILE["app"] for syllables in app.get("sounds", ())]
_MAY_SOUND = _compile_sounding(_SOUNDED)
_NEIGHBOURS = {(_SYLLABLES[first], _SYLLABLES[second]) for first, second, *_others in _SOUNDED}
_MISSPELLED = {
    part: (name, prefix, SOUND)
    for app, name, prefix in _APPS
    for latin in app.get("latin", ())
    if len(latin) >= _MIN_MISSPELLED
    for part in _leave_one_out(latin)
}
