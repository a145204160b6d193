"""Finding thousands of words in one pass: the time grows with the text, not with the words."""

from collections.abc import Iterable, Iterator
from operator import add


class Lexicon[T]:
    """Words of two characters or more, each with what it stands for."""

    def __init__(self, entries: Iterable[tuple[str, T]]):
        by_word: dict[str, list[T]] = {}
        for word, meaning in entries:
            if len(word) < 2:
                raise ValueError(f"too short to look for: {word!r}")
            by_word.setdefault(word, []).append(meaning)
        self._by_head: dict[str, list[tuple[str, tuple[T, ...]]]] = {}
        for word, meanings in by_word.items():
            self._by_head.setdefault(word[:2], []).append((word, tuple(meanings)))

    def hits(self, text: str) -> Iterator[tuple[int, int, T]]:
        """(start, end, meaning) of every word, also of those inside longer ones."""
        heads = self._by_head
        pairs = enumerate(map(add, text, text[1:]))
        for start in [start for start, pair in pairs if pair in heads]:
            for word, meanings in heads[text[start : start + 2]]:
                if text.startswith(word, start):
                    for meaning in meanings:
                        yield start, start + len(word), meaning
