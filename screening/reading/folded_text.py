"""A text folded to one spelling, which still knows where each character stood."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from screening.reading import folding_words
from screening.reading.folding import COMBINING, SPACES, is_han, read_singly, reads_as
from textkit.segmentation import segment_pieces

_read_as = reads_as.__getitem__
_BLANKS, _OTHER_BLANKS = (re.escape("".join(own)) for own in (SPACES, SPACES - {" "}))
_WITHOUT_BLANKS = re.compile(f"[^{_BLANKS}]+")
# All gaps except a single blank, within a line, that does not stand between Chinese characters: that one stays.
_GAP_TO_CLOSE = re.compile(
    rf"[{_BLANKS}](?:[{_BLANKS}]+|(?=\n|\Z)|(?<=[{_OTHER_BLANKS}])|(?<![^\n].)"
    r"|(?<![\x21-\x7e].)(?=[^\x21-\x7e]))"
)


class FoldedText:
    """`text` is what patterns read: NFKC, lower case, simplified, nothing invisible, no blanks
    between Chinese characters, and disguised words (刷*单, 亻言, shua dan) plainly spelled."""

    def __init__(self, written: str):
        self.written = written
        self.text, self._from, self._to = _read_text(written)
        if edits := folding_words.find_torn_words(self.text):
            self._rewrite(edits)
        # Two passes, because 薇亻言 becomes 薇信 and then 微信.
        for _again in range(2):
            if not (edits := folding_words.find_spelled_words(self.text)):
                break
            self._rewrite(edits)

    def is_word_edge(self, place: int) -> bool:
        """Whether a word of the dictionary begins or ends at this place."""
        return place in self._word_edges

    @cached_property
    def _word_edges(self) -> frozenset[int]:
        return frozenset(accumulate(map(len, segment_pieces(self.text)), initial=0))

    def is_accident(self, start: int, end: int) -> bool:
        """Whether the span begins and ends inside words, so that it is no word itself: 传销 in 宣传|销售, 当班 in
        担当|班长."""
        return not (self.is_word_edge(start) or self.is_word_edge(end))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a piece of `text` is in the text as written, without white space at its ends."""
        while end - start > 1 and self.text[end - 1].isspace():
            end -= 1
        while end - start > 1 and self.text[start].isspace():
            start += 1
        return self._from[start], self._to[end - 1]

    def _rewrite(self, edits):
        """Apply the edits. Each character of a plain word gets the position of the whole disguise."""
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
        self._from = [*came_from, *self._from[done:]]
        self._to = [*goes_to, *self._to[done:]]


def fold_text(text: str | FoldedText) -> FoldedText:
    """Return the text folded. Fold a text once if several parts read it, and pass the folded text on."""
    return text if isinstance(text, FoldedText) else FoldedText(text)


def _read_text(written: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """Return the text with each character as it reads, and where each begins and ends in `written`."""
    text = read_singly(written)
    if text is None:
        return _read_runs(written)
    starts, ends = range(len(text)), range(1, len(text) + 1)
    read: list[str] = []
    came_from: list[int] = []
    goes_to: list[int] = []
    done = 0
    for gap in _GAP_TO_CLOSE.finditer(written):
        start, end = gap.span()
        is_joined = not (start and end < len(text)) or _is_joined_without_space(
            text[start - 1], text[end]
        )
        read += (text[done:start], "" if is_joined else " ")
        came_from += starts[done:start]
        goes_to += ends[done:start]
        if not is_joined:
            came_from.append(end - 1)
            goes_to.append(end)
        done = end
    if not done:
        return text, starts, ends
    return "".join([*read, text[done:]]), [*came_from, *starts[done:]], [*goes_to, *ends[done:]]


def _read_runs(written: str) -> tuple[str, list[int], list[int]]:
    """Do the same as `_read_text` for a text in which some characters read as several, or as none."""
    read: list[str] = []
    came_from: list[int] = []
    goes_to: list[int] = []
    for run in _WITHOUT_BLANKS.finditer(written):
        plains = list(map(_read_as, run.group()))
        after_gap = bool(read)
        for first, last in _list_even_pieces(plains):
            plain = "".join(plains[first:last])
            start, end = run.start() + first, run.start() + last
            if not plain:
                # A mark belongs to the letter it stands on; a span ends behind it.
                if goes_to and goes_to[-1] == start and _is_mark(written[start]):
                    goes_to[-1] = end
                continue
            if after_gap and not _is_joined_without_space(read[-1][-1], plain[0]):
                read.append(" ")
                came_from.append(start - 1)
                goes_to.append(start)
            after_gap = False
            read.append(plain)
            is_even = len(plain) == end - start
            came_from += range(start, end) if is_even else [start] * len(plain)
            goes_to += range(start + 1, end + 1) if is_even else [end] * len(plain)
    return "".join(read), came_from, goes_to


def _list_even_pieces(plains: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the stretches in which each character reads as one, and each other character by itself."""
    done = 0
    for place in [place for place, plain in enumerate(plains) if len(plain) != 1]:
        if place > done:
            yield done, place
        yield place, (done := place + 1)
    if done < len(plains):
        yield done, len(plains)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in COMBINING


def _is_joined_without_space(before: str, after: str) -> bool:
    return before == "\n" or after == "\n" or (is_han(before) and is_han(after))
