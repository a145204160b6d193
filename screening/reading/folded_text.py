"""A text folded to one spelling, which still knows where each character stood."""

import re
import unicodedata
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, chain

from screening.reading import folding_words
from screening.reading.folding import COMBINING, SPACES, is_han, reads_as
from textkit.segmentation import segment_pieces

_read_as = reads_as.__getitem__
_CLAUSE_MARK = re.compile("[\n ,。;:!?、()]")
_WITHOUT_BLANKS = re.compile(f"[^{re.escape(''.join(SPACES))}]+")


class FoldedText:
    """`text` is what patterns read: NFKC, lower case, simplified, nothing invisible, no blanks
    between Chinese characters, and disguised words (刷*单, 亻言, shua dan) plainly spelled."""

    def __init__(self, written: str):
        self.written = written
        self._word_edges: dict[int, frozenset[int]] = {}  # by the number of the clause
        self.text, self._from, self._to = _by_character(written)
        if edits := folding_words.find_torn_words(self.text):
            self._rewrite(edits)
        # Twice: 薇亻言 is 薇信 is 微信.
        for _again in range(2):
            if not (edits := folding_words.find_spelled_words(self.text)):
                break
            self._rewrite(edits)

    def is_word_edge(self, place: int) -> bool:
        """Whether a word of the dictionary begins or ends at this place."""
        edges = self._clause_edges
        number = bisect_right(edges, place) - 1
        start = edges[number]
        if place == start:
            return True
        if (own := self._word_edges.get(number)) is None:
            lengths = map(len, segment_pieces(self.text[start : edges[number + 1]]))
            own = self._word_edges[number] = frozenset(accumulate(lengths, initial=start))
        return place in own

    @cached_property
    def _clause_edges(self) -> list[int]:
        """Where clauses and the marks between them begin, and the end of the text. No word of the dictionary goes
        over a mark, so a clause is segmented by itself, and only if somebody asks."""
        marks = [match.start() for match in _CLAUSE_MARK.finditer(self.text)]
        return [0, *chain.from_iterable((mark, mark + 1) for mark in marks), len(self.text)]

    def is_accident(self, start: int, end: int) -> bool:
        """Whether the place begins inside one word and ends inside another or the same: there is no
        传销 in 宣传|销售, no 当班 in 担当|班长."""
        return not (self.is_word_edge(start) or self.is_word_edge(end))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of `text` stands in the text as written, without white space at its ends."""
        while end - start > 1 and self.text[end - 1].isspace():
            end -= 1
        while end - start > 1 and self.text[start].isspace():
            start += 1
        return self._from[start], self._to[end - 1]

    def _rewrite(self, edits):
        """Each character of a plain word stands where the whole disguise stood."""
        read: list[str] = []
        came_from: list[int] = []
        goes_to: list[int] = []
        done = 0
        for start, end, plain in edits:
            read += (self.text[done:start], plain)
            came_from += self._from[done:start]
            goes_to += self._to[done:start]
            blank = len(self.text[start:end]) - len(self.text[start:end].lstrip())
            first, last = start + blank, start + len(self.text[start:end].rstrip())
            came_from += [self._from[first]] * len(plain)
            goes_to += [self._to[last - 1]] * len(plain)
            done = end
        read.append(self.text[done:])
        self.text = "".join(read)
        self._from = came_from + self._from[done:]
        self._to = goes_to + self._to[done:]


def fold_text(text: str | FoldedText) -> FoldedText:
    """Whoever asks several parts about one text folds it once and hands that on."""
    return text if isinstance(text, FoldedText) else FoldedText(text)


def _by_character(written: str) -> tuple[str, list[int], list[int]]:
    """Return the text with each character as it reads, and of each where it begins and ends in `written`."""
    read: list[str] = []
    came_from: list[int] = []
    goes_to: list[int] = []
    for run in _WITHOUT_BLANKS.finditer(written):
        start, end = run.span()
        plains = list(map(_read_as, run.group()))
        plain_run = "".join(plains)
        after_gap = bool(read)
        if len(plain_run) == end - start and "" not in plains:  # as nearly all runs
            if after_gap and not _is_joined_without_space(read[-1][-1], plain_run[0]):
                read.append(" ")
                came_from.append(start - 1)
                goes_to.append(start)
            read.append(plain_run)
            came_from += range(start, end)
            goes_to += range(start + 1, end + 1)
            continue
        for place, plain in enumerate(plains, start):
            if not plain:
                # A mark belongs to the letter it stands on; a span ends behind it.
                if goes_to and goes_to[-1] == place and _is_mark(written[place]):
                    goes_to[-1] = place + 1
                continue
            if after_gap and not _is_joined_without_space(read[-1][-1], plain[0]):
                read.append(" ")
                came_from.append(place - 1)
                goes_to.append(place)
            after_gap = False
            read.append(plain)
            came_from += [place] * len(plain)
            goes_to += [place + 1] * len(plain)
    return "".join(read), came_from, goes_to


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in COMBINING


def _is_joined_without_space(before: str, after: str) -> bool:
    return before == "\n" or after == "\n" or (is_han(before) and is_han(after))
