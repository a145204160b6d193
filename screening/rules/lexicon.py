"""Finding thousands of words in one pass: the time grows with the text, not with the words."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import itemgetter

from ahocorasick_rs import AhoCorasick


class WordSearch:
    """Looks for the words of several lexicons at once. Lexicons may join while another thread searches."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        # What finds the first words, and how many these are.
        self._built: tuple[AhoCorasick, int] | None = None

    def add_word(self, word: str) -> int:
        """Add a word; return its number in the results of `find_words`."""
        return self._numbers.setdefault(word, len(self._numbers))

    def find_words(self, text: str) -> tuple[tuple[int, int, int], ...]:
        """Return (number, start, end) of every word, also of those inside longer ones, in reading order; of those
        that begin together the longest first."""
        built = self._built
        if built is None or built[1] != len(self._numbers):
            words = tuple(self._numbers)
            built = self._built = AhoCorasick(words), len(words)
        return _find_matches(built[0], text)


@lru_cache(maxsize=8)
def _find_matches(automaton: AhoCorasick, text: str) -> tuple[tuple[int, int, int], ...]:
    """Return the matches. Cached, because one lexicon after another searches the same text."""
    matches = automaton.find_matches_as_indexes(text, overlapping=True)
    matches.reverse()  # they came by their ends: of those that begin together the longest is first now
    return tuple(sorted(matches, key=itemgetter(1)))


# Shared by all lexicons with which each text is screened, because one search costs most of the time.
SCREENING_WORDS = WordSearch()


class Lexicon[T]:
    """Words of two characters or more, each with what it stands for. `besides`: longer words that
    stand for nothing, and hide those inside them (万象城 is no 万象)."""

    def __init__(
        self,
        entries: Iterable[tuple[str, T]],
        besides: Iterable[str] = (),
        search: WordSearch | None = None,
    ) -> None:
        by_word: dict[str, list[T]] = {word: [] for word in besides}
        for word, meaning in entries:
            if len(word) < 2:
                raise ValueError(f"too short to look for: {word!r}")
            by_word.setdefault(word, []).append(meaning)
        self._search = search or WordSearch()
        self._meanings = {
            self._search.add_word(word): tuple(meanings) for word, meanings in by_word.items()
        }

    def hits(self, text: str) -> Iterator[tuple[int, int, T]]:
        """(start, end, meaning) of every word, also of those inside longer ones, in reading order."""
        hidden = 0  # everything before this place
        for number, start, end in self._search.find_words(text):
            meanings = self._meanings.get(number)
            if meanings is None or end <= hidden:
                continue
            if not meanings:
                hidden = end
            for meaning in meanings:
                yield start, end, meaning
