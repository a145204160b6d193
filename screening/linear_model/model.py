"""The trained model: weights of character runs, applied with numpy.

Two judgements (fraud, and work that may not be offered) each look at the whole text and at its
windows; a third part tells the kinds apart. A run counts as often as it stands there, times its
rarity; the vector of a text is divided by its length.
"""

import gzip
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from screening.linear_model.features import NGRAM_LENGTHS, ModelText, list_ngrams

ARTIFACT = Path(__file__).parent / "model.json.gz"
SCALE = 1000  # weights and rarities are kept as whole thousandths
FRAUD, FORBIDDEN = "fraud", "forbidden"
WHOLE, WINDOW = "whole", "window"
FEWEST_SIGNS = 5  # different ones: a text of fewer says nothing
SHORT, LONG = 60, 600  # characters: of one or two windows, and of the longest texts of the corpus
PARTS = ((FRAUD, WHOLE), (FRAUD, WINDOW), (FORBIDDEN, WHOLE), (FORBIDDEN, WINDOW))


@dataclass(frozen=True)
class Judgement:
    """`windows` are scores with places in the model text, `window` is the one that speaks most for it."""

    whole: float
    windows: tuple[tuple[float, tuple[int, int]], ...]
    length: int

    @property
    def window(self) -> float:
        return max(self.windows)[0]

    @property
    def span(self) -> tuple[int, int]:
        return max(self.windows)[1]

    @property
    def values(self) -> dict[str, float]:
        """What is added up. The more windows a text has, the worse is the worst one by chance, so both
        weigh otherwise in a long text."""
        extra = math.log(min(max(self.length, SHORT), LONG) / SHORT)
        return {
            WHOLE: self.whole,
            WINDOW: self.window,
            "lower": min(self.whole, self.window),
            "length": extra,
            "whole_by_length": self.whole * extra,
            "window_by_length": self.window * extra,
        }


class ScreeningModel:
    """`content` as `screening.linear_model.training` makes it."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.rarity: Mapping[str, int] = content["rarity"]
        self.kinds: dict[str, float] = {k: part["bias"] for k, part in content["kinds"].items()}
        self.combination: Mapping[str, Mapping[str, float]] = content["combination"]
        parts = [content[subject][piece] for subject, piece in PARTS]
        self._biases = np.array([part["bias"] for part in parts])
        self._rows = {ngram: row for row, ngram in enumerate(self.rarity, 1)}
        self._of_kinds = np.zeros((len(self.rarity) + 1, len(self.kinds)))
        for column, part in enumerate(content["kinds"].values()):
            for ngram, weight in part["weights"].items():
                self._of_kinds[self._rows[ngram], column] = weight / SCALE
        # Of each run: the square of its rarity, then what it adds to each part. Row 0: of any other run.
        columns = [[rarity / SCALE for rarity in self.rarity.values()]] + [
            [part["weights"].get(ngram, 0) / SCALE for ngram in self.rarity] for part in parts
        ]
        table = np.array(columns).T * np.array(columns[0])[:, np.newaxis]
        self._table = np.vstack([np.zeros(len(columns)), table])

    def judge(self, text: ModelText) -> dict[str, list[Judgement]]:
        """Return by subject the judgements of the whole text and of each of its paragraphs, if there are
        several; none for a text that says nothing."""
        windows = text.list_windows()
        if not windows or len(set(text.text)) < FEWEST_SIGNS:
            return {}
        spans = [(0, len(text.text)), *text.list_paragraphs()]
        clipped = [_clip(windows, span) for span in spans]
        scores = iter(self._measure(text.text, [*spans, *chain.from_iterable(clipped)]))
        of_spans = [next(scores) for _span in spans]
        judgements: dict[str, list[Judgement]] = {FRAUD: [], FORBIDDEN: []}
        for span, of_span, own in zip(spans, of_spans, clipped, strict=True):
            of_windows = [next(scores) for _window in own]
            for subject, of_subject in judgements.items():
                whole, window = PARTS.index((subject, WHOLE)), PARTS.index((subject, WINDOW))
                scored = zip((row[window] for row in of_windows), own, strict=True)
                judgement = Judgement(of_span[whole], tuple(scored), span[1] - span[0])
                of_subject.append(judgement)
        return judgements

    def score_pieces(self, text: ModelText, spans: Sequence[tuple[int, int]]) -> list[float]:
        """Return how far each piece of a text speaks for fraud."""
        window = PARTS.index((FRAUD, WINDOW))
        return [row[window] for row in self._measure(text.text, spans)]

    def _measure(self, text: str, spans: Sequence[tuple[int, int]]) -> list[list[float]]:
        """Return of each piece of a text what each part says. Running sums over the places of the text
        are made once, so that a piece is measured by subtraction and time grows with the text only."""
        starts, ends = np.array(spans).T
        totals = np.zeros((len(spans), self._table.shape[1]))
        for length in NGRAM_LENGTHS:
            rows = [
                self._rows.get(text[start : start + length], 0)
                for start in range(len(text) - length + 1)
            ]
            running = np.vstack([self._table[:1], np.cumsum(self._table[rows], axis=0)])
            firsts = np.minimum(starts, len(rows))
            totals += running[np.maximum(ends - length + 1, firsts)] - running[firsts]
        sizes = np.sqrt(totals[:, :1])
        return (self._biases + totals[:, 1:] / np.where(sizes > 0, sizes, 1.0)).tolist()

    def rank_kinds(self, text: str, among: Iterable[str]) -> list[tuple[str, float]]:
        """Return (kind, share of the probability), the likeliest first. Of a model text."""
        numbers = Counter(self._rows.get(ngram, 0) for ngram in list_ngrams(text))
        rows = np.array(list(numbers))
        values = np.array(list(numbers.values())) * np.sqrt(self._table[rows, 0])
        size = math.sqrt(values @ np.sqrt(self._table[rows, 0])) or 1.0
        totals = list(self.kinds.values()) + values / size @ self._of_kinds[rows]
        scores = dict(zip(self.kinds, totals.tolist(), strict=True))
        own = {kind: scores[kind] for kind in among if kind in scores}
        highest = max(own.values(), default=0.0)
        shares = {kind: math.exp(score - highest) for kind, score in own.items()}
        total = sum(shares.values())
        return sorted(((k, s / total) for k, s in shares.items()), key=lambda pair: -pair[1])


def _clip(windows: Iterable[tuple[int, int]], span: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the parts of the windows that lie in the span."""
    clipped = [(max(first, span[0]), min(last, span[1])) for first, last in windows]
    return [(first, last) for first, last in clipped if last - first > 2]


def build_vector(text: str, rarity: Mapping[str, int]) -> dict[str, float]:
    """Return the vector of a model text or a piece of it, of length 1."""
    counts = Counter(ngram for ngram in list_ngrams(text) if ngram in rarity)
    size = math.sqrt(sum(number * rarity[ngram] ** 2 for ngram, number in counts.items())) or 1.0
    return {ngram: number * rarity[ngram] / size for ngram, number in counts.items()}


def combine_log_odds(coefficients: Mapping[str, float], values: Mapping[str, float]) -> float:
    """Return the log-odds of all parts together."""
    return coefficients["bias"] + sum(coefficients[name] * value for name, value in values.items())


@cache
def load_shipped_model() -> ScreeningModel:
    return ScreeningModel(json.loads(gzip.decompress(ARTIFACT.read_bytes())))
