"""Words and patterns that a module reads from the TOML file of its name beside it.

A string holds words parted by blanks, a table such strings, a list the alternatives of a pattern. `{name}`
in them stands for any item of another entry of the file. No alternative contains a bare `|`, or begins
with a `{name}?`.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

_NAME = re.compile(r"\{([a-z_]+)\}")
_CHINESE_WORD, _PICTURE = re.compile("[\u3400-\u9fff]{2,}"), re.compile("[\U00010000-\U0010ffff]")
# What an alternative begins with, behind a name of its group and what may not stand before it.
_HEAD = re.compile(
    r"(?:\(\?P<\w+>)?(?:\(\?<![^()]+\))*(?:"
    r"(?:(?:\(\?:)?\(\?=)?\[(?P<set>[^\]\\^]+)\]\)?|(?P<one>[^\\.^$*+?{}\[\]|()]))(?![?*{])"
)


class WordFile:
    def __init__(self, module: str, **fragments: str) -> None:
        """`module` is the `__file__` of the module; `fragments` can be named like entries, even inside a set."""
        self._entries = tomllib.loads(Path(module).with_suffix(".toml").read_text("utf-8"))
        self._fragments = fragments

    def __getitem__(self, name: str) -> Any:
        return self._entries[name]

    def list_words(self, name: str) -> frozenset[str]:
        return frozenset(self[name].split())

    def index_words(self, name: str) -> dict[str, str]:
        """Return {word: its key} for the words of a table."""
        return {word: key for key, words in self[name].items() for word in words.split()}

    def join(self, name: str) -> str:
        """Return a pattern of any of the alternatives; of a table, of any of its words."""
        patterns = self._list_alternatives(name)
        return join_patterns(patterns) if len(patterns) > 1 else f"(?:{patterns[0]})"

    def _list_alternatives(self, name: str) -> list[str]:
        entry = self[name]
        if isinstance(entry, dict):
            entry = " ".join(entry.values())
        alternatives = entry.split() if isinstance(entry, str) else entry
        return [part for choice in alternatives for part in self._expand_alternative(choice)]

    def _expand_alternative(self, choice: str) -> list[str]:
        if (name := _NAME.fullmatch(choice)) and name[1] not in self._fragments:
            return self._list_alternatives(name[1])
        return [_NAME.sub(self._expand, choice)]

    def _expand(self, use: re.Match[str]) -> str:
        return self._fragments.get(use[1]) or self.join(use[1])

    def compile(self, name: str) -> re.Pattern[str]:
        return re.compile(self.join(name))

    def compile_scanner(self, name: str, heads: str = "") -> "Scanner":
        """Return a scanner for whole texts. `heads` is needed if the alternatives do not show with what they begin."""
        return Scanner(self.join(name), heads or find_starts(self._list_alternatives(name)))

    def find_heads(self, name: str) -> str:
        return find_heads(self._list_alternatives(name))


class Scanner:
    """A pattern that is tried only where `heads` stands: a set of characters, and what must stand beside that one.

    These places are found many times faster than the pattern is tried at every place of a text.
    """

    def __init__(self, pattern: str, heads: str) -> None:
        if not heads:
            raise ValueError(f"nobody knows what begins it: {pattern[:60]}")
        self.pattern = re.compile(pattern)
        # A lookahead within a lookbehind tries the pattern at the head itself, in a third of the time that a call for
        # each head takes. A lookbehind may not hold a group that the pattern names again.
        starts = heads if "(?P=" in pattern else f"{heads}(?<=(?={pattern})(?s:.))"
        self.starts = re.compile(starts)  # matches the first character of what the pattern matches

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self._find_at(text, map(re.Match.start, self.starts.finditer(text)))

    def find_before(
        self, text: str, ends: Iterable[int], between: frozenset[str], heads: Iterable[int] = ()
    ) -> Iterator[re.Match[str]]:
        """Yield the matches that begin at `heads`, or where nothing but characters of `between` leads to one of
        `ends`, which ascend; no other place is tried."""
        places, done = set(heads), 0
        for end in ends:
            start = end
            while start > done and text[start - 1] in between:
                start -= 1
            places.update(range(start, end + 1))
            done = end
        return self._find_at(text, sorted(places))

    def _find_at(self, text: str, heads: Iterable[int]) -> Iterator[re.Match[str]]:
        match, done = self.pattern.match, 0
        for start in heads:
            if start >= done and (hit := match(text, start)):
                yield hit
                done = hit.end()


def join_patterns(alternatives: Sequence[str]) -> str:
    """Return a pattern of any of the alternatives that fails quickly where none begins."""
    pattern = f"(?:{'|'.join(alternatives)})"
    heads = find_heads(alternatives)
    return f"(?:(?={heads}){pattern})" if heads else pattern


def find_heads(alternatives: Sequence[str]) -> str:
    """Return the set of characters with which the alternatives begin, "" if that cannot be seen."""
    heads = [match for choice in alternatives if (match := _HEAD.match(choice))]
    if len(heads) < len(alternatives):
        return ""
    return f"[{''.join(sorted({head['set'] or re.escape(head['one']) for head in heads}))}]"


def find_starts(alternatives: Sequence[str]) -> str:
    """Return a pattern of where one of them may begin: at its head, a word of Chinese only with its second character
    behind that; or nothing if the heads are not plain to see. It begins with one set, which `re` finds quickly."""
    heads = {choice: find_heads([choice]) for choice in alternatives}
    if not all(heads.values()):
        return ""
    words = [choice for choice in alternatives if _CHINESE_WORD.fullmatch(choice)]
    # One range for all pictures: `re` tries those of a set one by one.
    others = {
        _PICTURE.sub("", heads[choice][1:-1]) for choice in set(alternatives).difference(words)
    }
    firsts, seconds = ("".join(sorted({word[at] for word in words})) for at in (0, 1))
    if any(_PICTURE.search(head) for head in heads.values()):
        others.add("\U00010000-\U0010ffff")
    alone = "".join(sorted(others))
    if not words:
        return f"[{alone}]"
    behind = f"(?=[{seconds}])" + (f"|(?<=[{alone}])" if alone else "")
    return f"[{firsts}{alone}](?:{behind})"
