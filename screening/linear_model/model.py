"""The trained model: weights of character runs, applied with numpy.

Two judgements (fraud, and work that may not be offered) each look at the whole text and at its
windows; a third part tells the kinds apart. A run counts as often as it stands there, times its
rarity, a pair of characters once, in whole texts and paragraphs only; the vector of a text is divided by
its length.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np

from screening.linear_model.features import (
    ModelText,
    encode_pairs,
    list_ngrams,
    list_pairs,
)
from screening.linear_model.model_arrays import (
    FORBIDDEN,
    FRAUD,
    LONGEST_NGRAM,
    PARTS,
    WHOLE,
    WINDOW,
    ModelArrays,
)
from screening.reading.folding import is_han
from textkit.ngrams.ngram_codes import CodeIndex, encode_ngrams, sort_once

ARTIFACT = Path(__file__).parent / "model.bin"
FEWEST_SIGNS = 5  # different ones: a text with fewer is not judged
FEWEST_HAN = 3  # different ones: the corpus is Chinese, and the model knows no other language
SHORT, LONG = 60, 600  # characters: of one or two windows, and of the longest texts of the corpus
COMMON = 8  # a run that speaks for so many kinds is kept as a whole row
_LENGTHS = np.arange(1, LONGEST_NGRAM + 1)[:, np.newaxis]


class Judgement(NamedTuple):
    """What is added up of a text or a paragraph, and the place of the window that speaks most in the model text."""

    values: dict[str, float]
    span: tuple[int, int]
    length: int

    @property
    def whole(self) -> float:
        return self.values[WHOLE]

    @property
    def window(self) -> float:
        return self.values[WINDOW]


class ScreeningModel:
    def __init__(self, arrays: ModelArrays) -> None:
        self.kinds, self.combination = arrays.kinds, arrays.combination
        self.biases = arrays.biases
        self._index = CodeIndex(arrays.codes)
        # For each run: the square of its rarity, then what it adds to each part. The last row is for any
        # other run. In 32 bits, since the rows of a text lie far apart: the fewer bytes the table has, the
        # more of it stays in the processor's cache. Sums are made in 64 bits.
        rarity = np.append(arrays.rarity, 0)
        self.table = np.zeros((len(rarity), 1 + len(PARTS)), np.float32)
        self.table[:, 0] = rarity**2
        self.table[:-1, 1:] = arrays.weights * arrays.rarity[:, np.newaxis]
        self.kind_weights = KindWeights(arrays, rarity)

    @classmethod
    def make(cls, content: Mapping[str, Any]) -> Self:
        """`content` is as `screening.linear_model.training` makes it."""
        return cls(ModelArrays.make(content))

    def measure(self, text: ModelText) -> "MeasuredText":
        return MeasuredText(self, text)

    def find_rows(self, codes: np.ndarray) -> np.ndarray:
        """Return the row of each run of a text, from its code."""
        return self._index.find_rows(codes)


class KindWeights:
    """What each run adds to each kind: most speak for one or two, the commonest for nearly all."""

    def __init__(self, arrays: ModelArrays, rarity: np.ndarray) -> None:
        self._count = len(arrays.kinds)
        weights = (arrays.kind_weights * rarity[arrays.kind_rows]).astype(np.float32)
        by_row = np.bincount(arrays.kind_rows, minlength=len(rarity))
        # A run that speaks for many kinds has a row with all kinds; the first row is for all other runs.
        common = np.flatnonzero(by_row >= COMMON)
        self._numbers = np.zeros(len(rarity), np.uint16)
        self._numbers[common] = np.arange(1, len(common) + 1)
        self._of_common = np.zeros((len(common) + 1, self._count), np.float32)
        is_common = by_row[arrays.kind_rows] >= COMMON
        numbers = self._numbers[arrays.kind_rows[is_common]]
        self._of_common[numbers, arrays.kind_columns[is_common]] = weights[is_common]
        # Each other run has entries, from its `_firsts` to that of the next run.
        others = np.flatnonzero(~is_common)
        others = others[np.argsort(arrays.kind_rows[others], kind="stable")]
        rows = np.arange(len(rarity) + 1)
        self._firsts = np.searchsorted(arrays.kind_rows[others], rows).astype(np.int32)
        self._columns, self._weights = arrays.kind_columns[others], weights[others]

    def add_up(self, rows: np.ndarray) -> np.ndarray:
        """Return what these runs, as often as they are named, add to each kind."""
        numbers = self._numbers.take(rows)
        totals = add_up_rows(self._of_common.take(numbers[numbers > 0], axis=0))
        firsts = self._firsts.take(rows)
        counts = self._firsts.take(rows + 1) - firsts
        # The places of all entries of all rows, one after another.
        behind = np.cumsum(counts)
        entries = np.repeat(firsts - behind + counts, counts) + np.arange(behind[-1])
        weights = self._weights.take(entries)
        return totals + np.bincount(self._columns.take(entries), weights, self._count)


class MeasuredText:
    """A text and what one model says of it: running sums over its places are made once, so that a piece
    is measured by subtraction and time grows with the text only."""

    def __init__(self, model: ScreeningModel, text: ModelText) -> None:
        self.model, self.text = model, text
        by_length = encode_ngrams(text.characters)
        pairs, self._pair_places = encode_pairs(text.characters)
        rows = model.find_rows(np.concatenate([*by_length, pairs]))
        of_pairs = len(rows) - len(pairs)
        self._rows, self._rows_of_pairs = rows[:of_pairs], rows[of_pairs:]
        # The sums over the runs of all lengths, one length after another; a short text has no long runs.
        self._counts = np.array([[len(codes)] for codes in by_length])
        self._firsts = np.cumsum(self._counts, axis=0) - self._counts
        self._running = np.zeros((len(self._rows) + 1, model.table.shape[1]))
        of_runs = model.table.take(self._rows, axis=0)
        np.cumsum(of_runs, axis=0, dtype=float, out=self._running[1:])

    def judge(self) -> dict[str, list[Judgement]]:
        """Return, by subject, the judgements of the whole text and, if there are several, of each paragraph; none for a
        text that says nothing."""
        if not self._says_something:
            return {}
        spans = np.array([(0, len(self.text.text)), *self.text.list_paragraphs()])
        of_pairs = np.concatenate([[self._pair_totals], self._add_up_pairs(spans[1:])])
        scores = self._score_pieces(spans, of_pairs)
        return {subject: scores.list_judgements(subject) for subject in (FRAUD, FORBIDDEN)}

    @cached_property
    def sentence_values(self) -> dict[str, np.ndarray]:
        """The values of each sentence by itself, as `Judgement.values`; empty if no sentence is long enough."""
        sentences = self.text.list_sentences() if self._says_something else []
        if not sentences:
            return {}
        spans = np.array(sentences)
        return self._score_pieces(spans, self._add_up_pairs(spans)).compute_values(FRAUD)

    @cached_property
    def _says_something(self) -> bool:
        return len(self.text.windows[0]) > 0 and _has_signs(self.text.text)

    def _score_pieces(self, spans: np.ndarray, of_pairs: np.ndarray) -> "_PieceScores":
        starts, ends = spans.T
        owners, window_starts, window_ends = _clip_windows(self.text.windows, starts, ends)
        totals = self._add_up_runs(
            np.concatenate([starts, window_starts]), np.concatenate([ends, window_ends])
        )
        totals[: len(spans)] += of_pairs
        scores = self._score(totals)
        # Not by `clip`, which takes four times as long for so few.
        lengths = np.log(np.maximum(np.minimum(ends - starts, LONG), SHORT) / SHORT)
        firsts = np.searchsorted(owners, np.arange(len(spans)))
        of_windows = window_starts, window_ends, scores[len(spans) :]
        return _PieceScores(spans, lengths, scores[: len(spans)], owners, firsts, *of_windows)

    def score_clauses(self) -> list[tuple[float, tuple[int, int]]]:
        """Return how far each clause of the text speaks for fraud, and where it stands."""
        starts, ends = self.text.clauses
        scores = self._score(self._add_up_runs(starts, ends))[:, PARTS.index((FRAUD, WINDOW))]
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        return list(zip(scores.tolist(), spans, strict=True))

    def _add_up_runs(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Return the sum of the rows of the runs in each piece of the text."""
        firsts = np.minimum(starts, self._counts)
        lasts = np.maximum(ends - _LENGTHS + 1, firsts)
        running = self._running
        of_lengths = running.take(lasts + self._firsts, axis=0)
        of_lengths -= running.take(firsts + self._firsts, axis=0)
        return of_lengths[0] + of_lengths[1] + of_lengths[2]

    @cached_property
    def _pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """The rows of the pairs that the model knows, and the place of each."""
        pairs = np.flatnonzero(self._rows_of_pairs < len(self.model.table) - 1)
        return self._rows_of_pairs[pairs], self._pair_places[pairs]

    @cached_property
    def _pair_rows(self) -> np.ndarray:
        """The rows of the pairs of the whole text, each once."""
        return sort_once(self._pairs[0])

    @cached_property
    def _pair_totals(self) -> np.ndarray:
        return add_up_rows(self.model.table.take(self._pair_rows, axis=0))

    def _add_up_pairs(self, spans: np.ndarray) -> np.ndarray:
        """Return the sum of the rows of the pairs in each of some pieces, which stand one after another. Each pair
        counts once in each."""
        table = self.model.table
        if not len(spans):
            return np.zeros((0, table.shape[1]))
        rows, places = self._pairs
        starts, ends = spans.T
        numbers = np.searchsorted(starts, places, side="right") - 1  # -1: before the first
        is_inside = (numbers >= 0) & (places < ends[numbers])
        keys = sort_once(numbers[is_inside] * len(table) + rows[is_inside])
        of_spans = np.searchsorted(keys, np.arange(len(spans) + 1) * len(table))
        running = np.zeros((len(keys) + 1, table.shape[1]))
        of_keys = table.take(keys % len(table), axis=0)
        np.cumsum(of_keys, axis=0, dtype=float, out=running[1:])
        return np.diff(running[of_spans], axis=0)

    def _score(self, totals: np.ndarray) -> np.ndarray:
        """Return the score of each part for each piece of the text."""
        sizes = np.sqrt(totals[:, :1])
        return self.model.biases + totals[:, 1:] / np.where(sizes > 0, sizes, 1.0)

    def rank_kinds(self, among: Iterable[str]) -> list[tuple[str, float]]:
        """Return (kind, share of the probability), the likeliest first."""
        scores = self._kind_scores
        kind_scores = {kind: scores[kind] for kind in among if kind in scores}
        highest = max(kind_scores.values(), default=0.0)
        shares = {kind: math.exp(score - highest) for kind, score in kind_scores.items()}
        total = sum(shares.values())
        return sorted(((k, s / total) for k, s in shares.items()), key=lambda pair: -pair[1])

    @cached_property
    def _kind_scores(self) -> dict[str, float]:
        model = self.model
        rows = np.concatenate([self._rows, self._pair_rows])
        size = math.sqrt(self._running[-1, 0] + self._pair_totals[0]) or 1.0
        totals = model.kind_weights.add_up(rows)
        scores = totals / size + list(model.kinds.values())
        return dict(zip(model.kinds, scores.tolist(), strict=True))


class _PieceScores(NamedTuple):
    """Pieces of a text, what each of `PARTS` says of them, and of the windows in them, piece by piece."""

    spans: np.ndarray  # of each piece start and end
    lengths: np.ndarray  # its length as part of the sum
    wholes: np.ndarray
    owners: np.ndarray  # of each window the number of its piece
    firsts: np.ndarray  # of each piece the number of its first window
    window_starts: np.ndarray
    window_ends: np.ndarray
    windows: np.ndarray

    def list_judgements(self, subject: str) -> list[Judgement]:
        worst = self._find_worst(subject)
        values = self._compute_values(subject, worst)
        rows = zip(*(column.tolist() for column in values.values()), strict=True)
        places = zip(
            self.window_starts[worst].tolist(), self.window_ends[worst].tolist(), strict=True
        )
        lengths = (self.spans[:, 1] - self.spans[:, 0]).tolist()
        pieces = zip(rows, places, lengths, strict=True)
        return [Judgement(dict(zip(values, row, strict=True)), *span) for row, *span in pieces]

    def compute_values(self, subject: str) -> dict[str, np.ndarray]:
        """Return the values of each piece. The more windows a text has, the worse is the worst one by chance."""
        return self._compute_values(subject, self._find_worst(subject))

    def _compute_values(self, subject: str, worst: np.ndarray) -> dict[str, np.ndarray]:
        wholes = self.wholes[:, PARTS.index((subject, WHOLE))]
        windows = self.windows[worst, PARTS.index((subject, WINDOW))]
        return {
            WHOLE: wholes,
            WINDOW: windows,
            "lower": np.minimum(wholes, windows),
            "length": self.lengths,
        }

    def _find_worst(self, subject: str) -> np.ndarray:
        """Return, for each piece, the number of the window that speaks most; of equal ones the last."""
        scores = self.windows[:, PARTS.index((subject, WINDOW))]
        worst = np.maximum.reduceat(scores, self.firsts)
        numbers = np.where(scores == worst[self.owners], np.arange(len(scores)), -1)
        return np.maximum.reduceat(numbers, self.firsts)


def add_up_rows(rows: np.ndarray) -> np.ndarray:
    """As `rows.sum(axis=0, dtype=float)`, in half the time."""
    return np.einsum("ij->j", rows, dtype=float)


def _has_signs(text: str) -> bool:
    """Whether the text has enough different signs; in most texts the beginning has."""
    return any(
        len(signs) >= FEWEST_SIGNS
        and len([*islice(filter(is_han, signs), FEWEST_HAN)]) == FEWEST_HAN
        for signs in map(set, (text[:SHORT], text))
    )


def _clip_windows(
    windows: tuple[np.ndarray, np.ndarray], starts: np.ndarray, ends: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the parts of the windows that lie in each piece of a text: the number of the piece, start and end;
    windows begin and end one after another."""
    if (
        len(starts) == 1 and starts[0] <= windows[0][0] and windows[1][-1] <= ends[0]
    ):  # the whole text
        return np.zeros(len(windows[0]), np.int64), *windows
    firsts = np.searchsorted(windows[1], starts, side="right")
    counts = np.searchsorted(windows[0], ends) - firsts
    owners = np.repeat(np.arange(len(starts)), counts)
    numbers = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts - firsts, counts)
    clipped_starts = np.maximum(windows[0][numbers], starts[owners])
    clipped_ends = np.minimum(windows[1][numbers], ends[owners])
    long = np.flatnonzero(clipped_ends - clipped_starts > 2)
    return owners[long], clipped_starts[long], clipped_ends[long]


def build_vector(
    text: str, rarity: Mapping[str, int], *, with_pairs: bool = False
) -> dict[str, float]:
    """Return the vector of a model text or a piece of it, of length 1."""
    counts = Counter(ngram for ngram in chain(*list_ngrams(text)) if ngram in rarity)
    if with_pairs:
        counts.update(pair for pair in list_pairs(text) if pair in rarity)
    size = math.sqrt(sum(number * rarity[ngram] ** 2 for ngram, number in counts.items())) or 1.0
    return {ngram: number * rarity[ngram] / size for ngram, number in counts.items()}


def combine_log_odds[Value: (float, np.ndarray)](
    coefficients: Mapping[str, float], values: Mapping[str, Value]
) -> Value:
    """Return the log-odds of all parts together, of one piece of text or of each of several."""
    total: Any = sum(coefficients[name] * value for name, value in values.items())
    return total + coefficients["bias"]


@cache
def load_shipped_model() -> ScreeningModel:
    return ScreeningModel(ModelArrays.unpack(ARTIFACT.read_bytes()))
