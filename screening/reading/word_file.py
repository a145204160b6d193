"""Words and patterns that a module reads from the TOML file of its name beside it.

A string holds words parted by blanks, a table such strings, a list the alternatives of a pattern. `{name}`
in them stands for any of what another entry of the file holds. No alternative holds a bare `|`, nor
begins with a `{name}?`.
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_NAME = re.compile(r"\{([a-z_]+)\}")
# What an alternative begins with, behind a name of its group and what may not stand before it.
_HEAD = re.compile(
    r"(?:\(\?P<\w+>)?(?:\(\?<![^()]+\))?(?:"
    r"(?:(?:\(\?:)?\(\?=)?\[(?P<set>[^\]\\^]+)\]\)?|(?P<one>[^\\.^$*+?{}\[\]|()]))(?![?*{])"
)


class WordFile:
    def __init__(self, module: str, **fragments: str) -> None:
        """`module` is its `__file__`; `fragments` of patterns can be named as well, even inside a set."""
        self._entries = tomllib.loads(Path(module).with_suffix(".toml").read_text("utf-8"))
        self._fragments = fragments

    def __getitem__(self, name: str) -> Any:
        return self._entries[name]

    def list_words(self, name: str) -> frozenset[str]:
        return frozenset(self[name].split())

    def index_words(self, name: str) -> dict[str, str]:
        """Return of each word in a table which key it stands beside."""
        return {word: key for key, words in self[name].items() for word in words.split()}

    def join(self, name: str) -> str:
        """Return a pattern of any of the alternatives; of a table, of any of its words."""
        entry = self[name]
        if isinstance(entry, dict):
            entry = " ".join(entry.values())
        alternatives = entry.split() if isinstance(entry, str) else entry
        patterns = [_NAME.sub(self._expand, own) for own in alternatives]
        return join_patterns(patterns) if len(patterns) > 1 else f"(?:{patterns[0]})"

    def _expand(self, use: re.Match[str]) -> str:
        return self._fragments.get(use[1]) or self.join(use[1])

    def compile(self, name: str) -> re.Pattern[str]:
        return re.compile(self.join(name))


def join_patterns(alternatives: Sequence[str]) -> str:
    """Return a pattern of any of them that is quickly done where none begins."""
    heads = [match for own in alternatives if (match := _HEAD.match(own))]
    pattern = f"(?:{'|'.join(alternatives)})"
    if len(heads) < len(alternatives):
        return pattern
    guard = sorted({head["set"] or re.escape(head["one"]) for head in heads})
    return f"(?:(?=[{''.join(guard)}]){pattern})"
