"""Names of messengers and platforms in a folded text, also sounded out, spelled in pinyin or described."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FILE = tomllib.loads((Path(__file__).parent / "apps.toml").read_text(encoding="utf-8"))
_LOOKS = {"l": "[l1i|]", "i": "[i1l]", "e": "[e3]", "o": "[o0]", "a": "[a4]", "s": "[s5$]"}
_COLOURS = "红橙黄绿青蓝紫黑白粉灰"
_FIRST = re.compile(r"(\[[^\]]+\]|.)(\?(?!=))?")
_LATIN_FIRST, _LATIN_LAST = re.compile("[a-z0-9]"), re.compile("[a-z]$")
_LEAST_LOOSE = 4  # shorter names are loose already
SURE, SOUND, WEAK = 3, 2, 1  # how much a name says; a weak one only with a word such as 号


class AppName(NamedTuple):
    start: int
    end: int
    name: str  # of the finding: wechat, qq or app
    prefix: str  # of the contact's value
    weight: int


class _Spelling(NamedTuple):
    name: str
    prefix: str
    weight: int


def find_app_names(text: str) -> Iterator[AppName]:
    """In reading order, without overlaps."""
    for match in _ANY_NAME.finditer(text):
        spelling = _SPELLINGS[match.lastgroup or ""]
        yield AppName(match.start(), match.end(), *spelling)


def _loosen_latin(name: str) -> str:
    """Also t.e.l.e.g.r.a.m and te1egram."""
    letters = [_LOOKS.get(letter, letter) for letter in name]
    inner = r"[ .\-_*·]?".join(letters) if len(name) >= _LEAST_LOOSE else name
    return rf"(?<![a-z0-9]){inner}(?![a-z])"


def _sound_out(syllables: str) -> str:
    """Each syllable by any character of its sound or in pinyin; its first letter once at most."""
    parts = syllables.split()
    whole = [rf"(?:[{_FILE['homophones'][part]}]|{part})" for part in parts]
    short = [
        " ?".join((*whole[:at], rf"{part[0]}(?![a-z])", *whole[at + 1 :]))
        for at, part in enumerate(parts)
        if part[0] != part
    ]
    spelled = "|".join((" ?".join(whole), *short))
    return rf"(?<![a-z0-9])(?=[a-z]{{0,6}} ?[^\x00-\x7f])(?:{spelled})"


def _describe(sign: dict[str, str]) -> str:
    """A colour and what the sign of the app shows: 蓝底白色纸飞机, 黑色音符的软件."""
    shows = f"(?:{sign['shows']})"
    coloured = rf"[{sign.get('colours', _COLOURS)}](?:色|油油|底|底[白黑蓝红]|幽幽|皮)?的?[小大白黑蓝纸]?色?{shows}"
    sized = f"|[小胖大]{shows}" if sign.get("sized") else ""
    behind = r"(?:图标|标志|头像|logo)?的?(?:那个|这个)?(?:聊天)?(?:软件|app|应用|平台)?"
    return f"(?:{coloured}{sized}){behind}"


def _list_patterns() -> Iterator[tuple[str, str, _Spelling]]:
    """Each with the characters that it can begin with."""
    apps = [(app, app.get("name", "app"), app.get("prefix", "")) for app in _FILE["app"]]
    for app, name, prefix in apps:
        for word in (*app.get("pictures", ()), *app.get("words", ())):
            yield _bound_word(word), _list_heads(word), _Spelling(name, prefix, SURE)
        for latin in app.get("latin", ()):
            heads = _LOOKS.get(latin[0], latin[0])
            yield _loosen_latin(latin), heads, _Spelling(name, prefix, SURE)
        for syllables in app.get("sounds", ()):
            heads = _FILE["homophones"][syllables.split()[0]] + syllables[0]
            yield _sound_out(syllables), heads, _Spelling(name, prefix, SOUND)
    for sign in _FILE["sign"]:
        spelling = _Spelling(sign.get("name", "app"), sign.get("prefix", ""), SURE)
        yield _describe(sign), f"{_COLOURS}小胖大", spelling
    for app, name, prefix in apps:
        for word in app.get("weak", ()):
            yield _bound_word(word), _list_heads(word), _Spelling(name, prefix, WEAK)


def _bound_word(word: str) -> str:
    """Latin letters at an end of it end a word."""
    before = r"(?<![a-z0-9])" if _LATIN_FIRST.match(word) else ""
    return f"{before}(?:{word})" + (r"(?![a-z])" if _LATIN_LAST.search(word) else "")


def _list_heads(word: str) -> str:
    """Of 小?🍠 both, of [📕📖]号 both pictures."""
    first = _FIRST.match(word)
    if not first:
        return ""
    return first[1].strip("[]") + (_list_heads(word[first.end() :]) if first[2] else "")


def _compile_names() -> tuple[re.Pattern[str], dict[str, _Spelling]]:
    """One pattern with a group for each kind, the longer words first; most characters begin none."""
    groups: dict[_Spelling, list[str]] = {}
    heads: set[str] = set()
    for pattern, beginning, spelling in _list_patterns():
        groups.setdefault(spelling, []).append(pattern)
        heads.update(beginning)
    named = {f"n{at}": spelling for at, spelling in enumerate(groups)}
    parts = (
        f"(?P<{group}>{'|'.join(sorted(groups[spelling], key=len, reverse=True))})"
        for group, spelling in named.items()
    )
    beginnings = re.escape("".join(sorted(heads)))
    return re.compile(f"(?=[{beginnings}])(?:{'|'.join(parts)})"), named


_ANY_NAME, _SPELLINGS = _compile_names()
