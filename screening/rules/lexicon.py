"""Finding thousands of words in one pass: the time grows with the text, not with the words."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import add


class Lexicon[T]:
    """Words of two characters or more, each with what it stands for. `besides`: longer words that
    stand for nothing, and hide those inside them (万象城 is no 万象)."""

    def __init__(self, entries: Iterable[tuple[str, T]], besides: Iterable[str] = ()):
        by_word: dict[str, list[T]] = {word: [] for word in besides}
        for word, meaning in entries:
            if len(word) < 2:
                raise ValueError(f"too short to look for: {word!r}")
            by_word.setdefault(word, []).append(meaning)
        self._by_head: dict[str, list[tuple[str, int, tuple[T, ...]]]] = {}
        for word, meanings in by_word.items():
            entry = word, len(word), tuple(meanings)
            self._by_head.setdefault(word[:2], []).append(entry)
        for words in self._by_head.values():
            words.sort(key=lambda entry: bool(entry[2]))  # first those that hide others

    def hits(self, text: str) -> Iterator[tuple[int, int, T]]:
        """(start, end, meaning) of every word, also of those inside longer ones."""
        heads = map(self._by_head.get, _pair_up(text))
        hidden = 0  # everything before this place
        for start, words in [(start, words) for start, words in enumerate(heads) if words]:
            for word, length, meanings in words:
                if length > 2 and not text.startswith(word, start):
                    continue
                end = start + length
                if end <= hidden:
                    continue
                if not meanings:
                    hidden = end
                for meaning in meanings:
                    yield start, end, meaning


@lru_cache(maxsize=8)
def _pair_up(text: str) -> list[str]:
    """One lexicon after another looks through the same text."""
    return list(map(add, text, text[1:]))
