"""What the model sees of a text: runs of one to three characters, in the whole and in windows; and of the
whole the pairs of characters that stand in one clause with others between them."""

import re
from bisect import bisect_right
from functools import cached_property
from itertools import pairwise
from operator import add, itemgetter

import numpy as np

from textkit.ngrams.ngram_codes import CHARACTER_BITS, encode_characters

WINDOW = 48  # characters of a window
REPEATED = 2  # characters of a clause that counts once only
SHORTEST_PARAGRAPH = 6  # with two gaps
LONGEST_CLAUSE = 24  # an unpunctuated text is cut after so many
LONGEST_SENTENCE = 48  # one of commas only is cut behind a clause
SENTENCE_ENDS = frozenset("\n。!?;")
NEAREST, FARTHEST = 2, 11  # places from the first to the second character of a pair
CONTACT, DIGIT, GAP = "※", "#", " "
BETWEEN = "\x01"  # stands for the characters between those of a pair; no text has it
# Ids and addresses of people differ each time, so they are one sign: a mask, an ASCII token with a
# digit or a sign in it, a long number. First what most tokens are.
_TOKEN = re.compile(
    r"[^\W\d_a-z]+|(?P<tag></?[a-z][^<>]{0,120}>|&[a-z]{2,6};)"
    r"|(?P<contact><[^<>\n]{1,8}>|[a-z]+[0-9_@.\-/:+][a-z0-9_@.\-/:+]{3,200}|\d{7,})"
    r"|(?P<number>\d+(?:[.,:]\d+)*)|[a-z_]+"
)


class ModelText:
    """A folded text as the model reads it: figures as #, contacts as one sign, and a gap for everything that is
    neither letter nor figure, such as HTML tags, and at both ends."""

    def __init__(self, folded: str) -> None:
        pieces = [GAP]
        # Place, start and end in the folded text; is it one sign, as contacts and the gaps at both ends are.
        self._tokens = [(0, 0, 0, True)]
        self._breaks = [0]  # places of the gaps between paragraphs
        self._ends = [0]  # and between sentences
        # The places of the original text that are left if some were dropped.
        self._kept: np.ndarray | None = None
        last, length = 0, 1
        for token in _TOKEN.finditer(folded):
            kind = token.lastgroup
            if kind == "tag":
                continue
            start, end = token.span()
            if start > last and last:
                between = folded[last:start]
                if not SENTENCE_ENDS.isdisjoint(between):
                    self._ends.append(length)
                    if "\n" in between:
                        self._breaks.append(length)
                pieces.append(GAP)
                length += 1
            is_contact = kind == "contact"
            size = 1 if is_contact else end - start
            pieces.append(CONTACT if is_contact else DIGIT * size if kind else folded[start:end])
            self._tokens.append((length, start, end, is_contact))
            last, length = end, length + size
        pieces.append(GAP)
        self._tokens.append((length, last, last, True))
        self.text = "".join(pieces)
        self._breaks.append(length)
        self._ends.append(length)
        self._drop_repeated_clauses()

    def _drop_repeated_clauses(self) -> None:
        """Drop repeated clauses: they say nothing new, but would weigh more."""
        clauses = self.text.split(GAP)[1:-1]
        long = [clause for clause in clauses if len(clause) >= REPEATED]
        if long and len(set(long)) == len(long):
            return
        distinct, clauses_read = [], set()
        is_kept = np.ones(len(self.text), bool)
        start = 1  # behind the gap before the text; then clauses with the gap behind each
        for clause in clauses:
            end = start + len(clause) + 1
            if clause in clauses_read or not clause:
                is_kept[start:end] = False
            else:
                distinct.append(clause)
                if len(clause) >= REPEATED:
                    clauses_read.add(clause)
            start = end
        self._kept = np.flatnonzero(is_kept)
        self.text = GAP.join(["", *distinct, ""])
        places = np.cumsum(is_kept) - 1
        self._breaks, self._ends = places[self._breaks].tolist(), places[self._ends].tolist()

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """Return where a piece of `text` stands in the folded text, without gaps at its ends."""
        while end - start > 1 and self.text[start] == GAP:
            start += 1
        while end - start > 1 and self.text[end - 1] == GAP:
            end -= 1
        return self._find_place(start)[0], self._find_place(end - 1)[1]

    def _find_place(self, place: int) -> tuple[int, int]:
        """Return where the character there begins and ends in the folded text."""
        if self._kept is not None:
            place = int(self._kept[place])
        number = bisect_right(self._tokens, place, key=itemgetter(0))
        first, start, end, is_sign = self._tokens[number - 1]
        if place - first >= (1 if is_sign else end - start):  # the gap behind it
            return end, self._tokens[number][1]
        return (start, end) if is_sign else (start + place - first, start + place - first + 1)

    def list_paragraphs(self) -> list[tuple[int, int]]:
        """Return the spans of paragraphs that say something, with the gaps at their ends; none if the text is
        one paragraph."""
        spans = [(start, end + 1) for start, end in pairwise(self._breaks)]
        if len(spans) == 1:
            return []
        return [(start, end) for start, end in spans if end - start >= SHORTEST_PARAGRAPH]

    def list_sentences(self) -> list[tuple[int, int]]:
        """Return the spans of sentences that say something, with the gaps at their ends; a long sentence is cut into
        pieces of whole clauses."""
        spans: list[tuple[int, int]] = []
        for first, end in pairwise(self._ends):
            start = first
            while end - start > LONGEST_SENTENCE:
                cut = self.text.rfind(GAP, start + 1, start + LONGEST_SENTENCE)
                if cut < 0:
                    break
                spans.append((start, cut + 1))
                start = cut
            spans.append((start, end + 1))
        return [(start, end) for start, end in spans if end - start >= SHORTEST_PARAGRAPH]

    @cached_property
    def characters(self) -> np.ndarray:
        """The codes of its characters."""
        return encode_characters(self.text)

    @cached_property
    def clauses(self) -> tuple[np.ndarray, np.ndarray]:
        """Where the clauses start and end in `text`, none longer than `LONGEST_CLAUSE`."""
        gaps = np.flatnonzero(self.characters == ord(GAP))
        starts, ends = gaps[:-1] + 1, gaps[1:]
        lengths = ends - starts
        if len(lengths) and lengths.min() > 0 and lengths.max() <= LONGEST_CLAUSE:  # as nearly all
            return starts, ends
        pieces = (lengths + LONGEST_CLAUSE - 1) // LONGEST_CLAUSE
        behind = np.cumsum(pieces)
        offsets = np.arange(pieces.sum()) - np.repeat(behind - pieces, pieces)
        starts = np.repeat(starts, pieces) + offsets * LONGEST_CLAUSE
        return starts, np.minimum(np.repeat(ends, pieces), starts + LONGEST_CLAUSE)

    @cached_property
    def windows(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the starts and ends of the longest runs of whole clauses that fit into `WINDOW`, one from each clause
        on, with the gaps around them; a run inside the one before is left out."""
        starts, ends = self.clauses
        lasts = np.searchsorted(ends, starts + WINDOW, side="right") - 1
        is_longer = np.ones(len(lasts), bool)
        np.greater(lasts[1:], lasts[:-1], out=is_longer[1:])
        starts, ends = starts[is_longer], ends[lasts[is_longer]]
        is_gap = self.characters == ord(GAP)
        return starts - is_gap[starts - 1], ends + is_gap[ends]


def list_ngrams(text: str) -> tuple[list[str], list[str], list[str]]:
    """Return all runs of a model text or a piece of it, as often as they stand there, by length."""
    pairs = list(map(add, text, text[1:]))
    return list(text), pairs, list(map(add, pairs, text[2:]))


def list_pairs(text: str) -> set[str]:
    """Return the pairs of characters in one clause with one to ten others between them ("先…交"), written
    as a run of three. Each counts once in a text, however often it stands there."""
    return {
        first + BETWEEN + second
        for clause in text.split(GAP)
        for distance in range(NEAREST, min(FARTHEST + 1, len(clause)))
        for first, second in zip(clause, clause[distance:], strict=False)
    }


def encode_pairs(characters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of `list_pairs` as numbers, as `encode_ngrams` encodes runs of three, as often as
    they stand there; and the place of the first character of each."""
    places = np.arange(len(characters))
    edges = np.concatenate([[-1], np.flatnonzero(characters == ord(GAP)), [len(characters)]])
    # Where the clause of each character ends; for a gap its own place.
    ends = np.repeat(edges[1:], edges[1:] - edges[:-1])[:-1]
    counts = np.minimum(np.maximum(ends - places - NEAREST, 0), FARTHEST - NEAREST + 1)
    behind = np.cumsum(counts)
    owners = np.repeat(places, counts)
    firsts = (characters << CHARACTER_BITS | np.uint64(ord(BETWEEN))).take(owners)
    seconds = np.arange(len(owners)) + (places + NEAREST - behind + counts).take(owners)
    return firsts << CHARACTER_BITS | characters.take(seconds), owners
