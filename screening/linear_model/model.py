"""The trained model: weights of character runs, applied with numpy.

Two judgements (fraud, and work that may not be offered) each look at the whole text and at its
windows; a third part tells the kinds apart. A run counts as often as it stands there, times its
rarity, a pair of characters once, in whole texts and paragraphs only; the vector of a text is divided by
its length.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np

from screening.linear_model.features import (
    ModelText,
    encode_ngrams,
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

ARTIFACT = Path(__file__).parent / "model.bin"
FEWEST_SIGNS = 5  # different ones: a text of fewer says nothing
FEWEST_HAN = 3  # different ones: the corpus is Chinese, of other languages the model knows nothing
SHORT, LONG = 60, 600  # characters: of one or two windows, and of the longest texts of the corpus
_LENGTHS = np.arange(1, LONGEST_NGRAM + 1)[:, np.newaxis]
NO_NGRAM = 1 << 63  # a code behind those of all runs


class Judgement(NamedTuple):
    """Scores of the whole text and of the window that speaks most, with its place in the model text."""

    whole: float
    window: float
    span: tuple[int, int]
    length: int

    @property
    def values(self) -> dict[str, float]:
        """What is added up. The more windows a text has, the worse is the worst one by chance."""
        extra = math.log(min(max(self.length, SHORT), LONG) / SHORT)
        return {
            WHOLE: self.whole,
            WINDOW: self.window,
            "lower": min(self.whole, self.window),
            "length": extra,
        }


class ScreeningModel:
    def __init__(self, arrays: ModelArrays) -> None:
        self.kinds, self.combination = arrays.kinds, arrays.combination
        self.biases = arrays.biases
        self._codes = np.append(arrays.codes, np.uint64(NO_NGRAM))
        # Of each run: the square of its rarity, then what it adds to each part. The last row: of any
        # other run. In 32 bits, since the rows of a text lie far apart: the fewer bytes the table has, the
        # more of it stays in the processor's cache. Sums are made in 64 bits.
        rarity = np.append(arrays.rarity, 0)
        self.table = np.zeros((len(rarity), 1 + len(PARTS)), np.float32)
        self.table[:, 0] = rarity**2
        self.table[:-1, 1:] = arrays.weights * arrays.rarity[:, np.newaxis]
        # A run speaks for few kinds: its entries stand from `kind_firsts` of its row to that of the next.
        order = np.argsort(arrays.kind_rows, kind="stable")
        rows = arrays.kind_rows[order]
        self.kind_firsts = np.searchsorted(rows, np.arange(len(rarity) + 1)).astype(np.int32)
        self.kind_columns = arrays.kind_columns[order]
        self.kind_weights = (arrays.kind_weights[order] * rarity[rows]).astype(np.float32)

    @classmethod
    def make(cls, content: Mapping[str, Any]) -> Self:
        """`content` is as `screening.linear_model.training` makes it."""
        return cls(ModelArrays.make(content))

    def measure(self, text: ModelText) -> "MeasuredText":
        return MeasuredText(self, text)

    def find_rows(self, codes: np.ndarray) -> np.ndarray:
        """Return the row of each run of a text, from its code."""
        rows = np.searchsorted(self._codes, codes)
        return np.where(self._codes.take(rows) == codes, rows, len(self._codes) - 1)


class MeasuredText:
    """A text and what one model says of it: running sums over its places are made once, so that a piece
    is measured by subtraction and time grows with the text only."""

    def __init__(self, model: ScreeningModel, text: ModelText) -> None:
        self.model, self.text = model, text
        by_length = encode_ngrams(text.text)
        self._rows = model.find_rows(np.concatenate(by_length))
        # The sums of each length one after another, with one more row for each; a short text has no long runs.
        self._counts = np.array([[len(codes)] for codes in by_length])
        self._firsts = np.cumsum(self._counts + 1, axis=0) - self._counts - 1
        self._running = np.zeros((len(self._rows) + len(by_length), model.table.shape[1]))
        of_runs, done = model.table.take(self._rows, axis=0), 0
        for number, codes in enumerate(by_length):
            behind = done + len(codes)
            np.cumsum(
                of_runs[done:behind],
                axis=0,
                dtype=float,
                out=self._running[done + number + 1 : behind + number + 1],
            )
            done = behind

    def judge(self) -> dict[str, list[Judgement]]:
        """Return by subject the judgements of the whole text and of each of its paragraphs, if there are
        several; none for a text that says nothing."""
        return self._judge(self.text.list_paragraphs(), (FRAUD, FORBIDDEN))

    @cached_property
    def sentence_judgements(self) -> list[Judgement]:
        """How far each sentence by itself speaks for fraud."""
        return self._judge(self.text.list_sentences(), (FRAUD,)).get(FRAUD, [])[1:]

    def _judge(
        self, pieces: list[tuple[int, int]], subjects: Iterable[str]
    ) -> dict[str, list[Judgement]]:
        """By subject the judgements of the whole text and of its pieces, which stand one after another."""
        windows = self._windows
        if not windows or not _says_something(self.text.text):
            return {}
        spans = [(0, len(self.text.text)), *pieces]
        clipped = [_clip_windows(windows, span) for span in spans]
        totals = self._add_up_runs([*spans, *chain.from_iterable(clipped)])
        totals[: len(spans)] += self._add_up_pairs(spans)
        scores = iter(self._score(totals))
        of_spans = list(islice(scores, len(spans)))
        judgements: dict[str, list[Judgement]] = {subject: [] for subject in subjects}
        columns = [
            (PARTS.index((subject, WHOLE)), PARTS.index((subject, WINDOW)), of_subject.append)
            for subject, of_subject in judgements.items()
        ]
        for (start, end), of_span, own in zip(spans, of_spans, clipped, strict=True):
            of_windows = list(islice(scores, len(own)))
            for whole, window, add_judgement in columns:
                worst = max(
                    [(row[window], place) for row, place in zip(of_windows, own, strict=True)]
                )
                add_judgement(Judgement(of_span[whole], *worst, end - start))
        return judgements

    @cached_property
    def _windows(self) -> list[tuple[int, int]]:
        return self.text.list_windows()

    def score_pieces(self, spans: Sequence[tuple[int, int]]) -> list[float]:
        """Return how far each piece of the text speaks for fraud."""
        window = PARTS.index((FRAUD, WINDOW))
        return [row[window] for row in self._score(self._add_up_runs(spans))]

    def _add_up_runs(self, spans: Sequence[tuple[int, int]]) -> np.ndarray:
        """Return the sum of the rows of the runs in each piece of the text."""
        starts, ends = np.array(spans).T
        firsts = np.minimum(starts, self._counts)
        lasts = np.maximum(ends - _LENGTHS + 1, firsts)
        running = self._running
        of_lengths = running.take(lasts + self._firsts, axis=0)
        of_lengths -= running.take(firsts + self._firsts, axis=0)
        return of_lengths[0] + of_lengths[1] + of_lengths[2]

    @cached_property
    def _pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """The rows of the pairs that the model knows, and the place of each."""
        codes, places = encode_pairs(self.text.text)
        rows = self.model.find_rows(codes)
        (known,) = np.nonzero(rows < len(self.model.table) - 1)
        return rows[known], places[known]

    @cached_property
    def _pair_rows(self) -> np.ndarray:
        """The rows of the pairs of the whole text, each once."""
        return _sort_once(self._pairs[0])

    @cached_property
    def _pair_totals(self) -> np.ndarray:
        return self.model.table.take(self._pair_rows, axis=0).sum(axis=0, dtype=float)

    def _add_up_pairs(self, spans: Sequence[tuple[int, int]]) -> np.ndarray:
        """Return the sum of the rows of the pairs in the whole text and in each of its paragraphs, which
        stand one after another. Each pair counts once in each."""
        rows, places = self._pairs
        table = self.model.table
        totals = np.zeros((len(spans), table.shape[1]))
        totals[0] = self._pair_totals
        if len(spans) > 1:
            starts, ends = np.array(spans[1:]).T
            numbers = np.searchsorted(starts, places, side="right")  # 0: before the first
            is_inside = (numbers > 0) & (places < ends[numbers - 1])
            keys = _sort_once(numbers[is_inside] * len(table) + rows[is_inside])
            of_spans = np.searchsorted(keys, np.arange(1, len(spans) + 1) * len(table))
            running = np.zeros((len(keys) + 1, table.shape[1]))
            of_keys = table.take(keys % len(table), axis=0)
            np.cumsum(of_keys, axis=0, dtype=float, out=running[1:])
            totals[1:] = np.diff(running[of_spans], axis=0)
        return totals

    def _score(self, totals: np.ndarray) -> list[list[float]]:
        """Return of each piece of the text what each part says."""
        sizes = np.sqrt(totals[:, :1])
        return (self.model.biases + totals[:, 1:] / np.where(sizes > 0, sizes, 1.0)).tolist()

    def rank_kinds(self, among: Iterable[str]) -> list[tuple[str, float]]:
        """Return (kind, share of the probability), the likeliest first."""
        scores = self._kind_scores
        own = {kind: scores[kind] for kind in among if kind in scores}
        highest = max(own.values(), default=0.0)
        shares = {kind: math.exp(score - highest) for kind, score in own.items()}
        total = sum(shares.values())
        return sorted(((k, s / total) for k, s in shares.items()), key=lambda pair: -pair[1])

    @cached_property
    def _kind_scores(self) -> dict[str, float]:
        model = self.model
        rows = np.concatenate([self._rows, self._pair_rows])
        ends = (self._firsts + self._counts).ravel()
        squares = sum(self._running[ends, 0]) + self._pair_totals[0]
        size = math.sqrt(squares) or 1.0
        firsts = model.kind_firsts.take(rows)
        counts = model.kind_firsts.take(rows + 1) - firsts
        # The places of all entries of all rows, one after another.
        behind = np.cumsum(counts)
        entries = np.repeat(firsts - behind + counts, counts) + np.arange(behind[-1])
        totals = np.bincount(
            model.kind_columns.take(entries), model.kind_weights.take(entries), len(model.kinds)
        )
        scores = totals / size + list(model.kinds.values())
        return dict(zip(model.kinds, scores.tolist(), strict=True))


def _says_something(text: str) -> bool:
    signs = set(text)
    return (
        len(signs) >= FEWEST_SIGNS
        and len([*islice(filter(is_han, signs), FEWEST_HAN)]) == FEWEST_HAN
    )


def _sort_once(numbers: np.ndarray) -> np.ndarray:
    """As `np.unique`, which takes three times as long for so few."""
    ordered = np.sort(numbers)
    is_first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


def _clip_windows(
    windows: Sequence[tuple[int, int]], span: tuple[int, int]
) -> list[tuple[int, int]]:
    """Return the parts of the windows that lie in the span; windows begin and end one after another."""
    start = bisect_right(windows, span[0], key=lambda window: window[1])
    end = bisect_left(windows, span[1], key=lambda window: window[0])
    clipped = [(max(first, span[0]), min(last, span[1])) for first, last in windows[start:end]]
    return [(first, last) for first, last in clipped if last - first > 2]


def build_vector(
    text: str, rarity: Mapping[str, int], *, with_pairs: bool = False
) -> dict[str, float]:
    """Return the vector of a model text or a piece of it, of length 1."""
    counts = Counter(ngram for ngram in chain(*list_ngrams(text)) if ngram in rarity)
    if with_pairs:
        counts.update(pair for pair in list_pairs(text) if pair in rarity)
    size = math.sqrt(sum(number * rarity[ngram] ** 2 for ngram, number in counts.items())) or 1.0
    return {ngram: number * rarity[ngram] / size for ngram, number in counts.items()}


def combine_log_odds(coefficients: Mapping[str, float], values: Mapping[str, float]) -> float:
    """Return the log-odds of all parts together."""
    return coefficients["bias"] + sum(coefficients[name] * value for name, value in values.items())


@cache
def load_shipped_model() -> ScreeningModel:
    return ScreeningModel(ModelArrays.unpack(ARTIFACT.read_bytes()))
