"""Trains the parts of a model from texts. Needs scikit-learn, which the site itself does not need.

The same texts give the same model: what is drawn is drawn from a fixed seed.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from screening.linear_model.corpus import FORBIDDEN, HONEST, SCAM, CorpusText
from screening.linear_model.features import BETWEEN, ModelText, list_ngrams, list_pairs
from screening.linear_model.model import build_vector
from screening.linear_model.model_arrays import SCALE
from screening.reading.folded_text import FoldedText

IN_TEXTS = 2  # runs in fewer texts are left out
VOCABULARY = 150_000
OF_PAIRS = 0.5  # of the rarity of a pair: there are four times as many of them as of runs
KEPT_OF_KIND = 1500
STRENGTH = 1.0  # C of the support vector machine
STRENGTH_OF_KIND = 3.0  # C of the regression
ROUNDS = 2  # how often the windows that make a text a scam are chosen anew
WINDOWS_OF_HONEST = 14  # of one text: long ones must not outnumber the rest

Vector = dict[str, float]


@dataclass(frozen=True)
class TrainingText:
    """A text made ready: as the model reads it, and its windows."""

    text: str
    windows: tuple[str, ...]
    label: str
    kind: str
    weight: float = 1.0

    @classmethod
    def make(cls, text: CorpusText, weight: float = 1.0) -> "TrainingText":
        model_text = ModelText(FoldedText(text.text).text)
        windows = tuple(model_text.text[start:end] for start, end in model_text.list_windows())
        return cls(model_text.text, windows, text.label, text.kind, weight)


def train_parts(texts: Sequence[TrainingText], *, with_kinds: bool = True) -> dict[str, Any]:
    """Return "rarity", "fraud", "forbidden" and "kinds" of a model's content."""
    rarity = _choose_vocabulary(texts)
    prepared = [_Prepared.make(text, rarity) for text in texts]
    labelled = [p for p in prepared if p.label != HONEST] if with_kinds else []
    return {
        "rarity": rarity,
        "fraud": _train_windowed([p for p in prepared if p.label != FORBIDDEN], SCAM),
        "forbidden": _train_windowed(prepared, FORBIDDEN),
        "kinds": train_kinds(
            [p.whole for p in labelled], [p.kind for p in labelled], [p.weight for p in labelled]
        ),
    }


def _choose_vocabulary(texts: Sequence[TrainingText]) -> dict[str, int]:
    """Return the runs and pairs that tell most, each with its rarity in thousandths."""
    in_texts = Counter(
        ngram for text in texts for ngram in list_pairs(text.text).union(*list_ngrams(text.text))
    )
    rarity = {
        ngram: _compute_rarity(ngram, number, len(texts))
        for ngram, number in in_texts.items()
        if number >= IN_TEXTS and ngram != " "
    }
    vectors = [build_vector(text.text, rarity, with_pairs=True) for text in texts]
    weights = [text.weight for text in texts]
    importance: Counter[str] = Counter()
    for label in (SCAM, FORBIDDEN):
        part = fit_machine(vectors, [text.label == label for text in texts], weights)
        for ngram, weight in part["weights"].items():
            strength = round(abs(weight) * rarity[ngram] * math.sqrt(in_texts[ngram]))
            importance[ngram] = max(importance[ngram], strength)
    kept = sorted(importance, key=lambda ngram: (-importance[ngram], ngram))[:VOCABULARY]
    return {ngram: rarity[ngram] for ngram in sorted(kept)}


def _compute_rarity(ngram: str, number: int, of_texts: int) -> int:
    """Return the rarity, in thousandths, of a run or pair that stands in `number` of the texts."""
    share = OF_PAIRS if BETWEEN in ngram else 1.0
    return round(SCALE * share * (1 + math.log((1 + of_texts) / (1 + number))))


@dataclass(frozen=True)
class _Prepared:
    """The vectors of a text: of the whole and of its windows."""

    label: str
    kind: str
    weight: float
    whole: Vector
    windows: list[Vector]

    @classmethod
    def make(cls, text: TrainingText, rarity: Mapping[str, int]) -> "_Prepared":
        whole = build_vector(text.text, rarity, with_pairs=True)
        windows = [build_vector(window, rarity) for window in text.windows]
        return cls(text.label, text.kind, text.weight, whole, windows or [whole])


def _train_windowed(texts: Sequence[_Prepared], positive: str) -> dict[str, Any]:
    truth = [text.label == positive for text in texts]
    whole = fit_machine([t.whole for t in texts], truth, [t.weight for t in texts])
    part = whole
    for _round in range(ROUNDS):
        pieces, labels, weights = [], [], []
        for text, is_positive in zip(texts, truth, strict=True):
            chosen = _choose_windows(text.windows, part, is_positive)
            pieces += chosen
            labels += [is_positive] * len(chosen)
            weights += [text.weight / math.sqrt(len(chosen))] * len(chosen)
        part = fit_machine(pieces, labels, weights)
    return {"whole": whole, "window": part}


def _choose_windows(
    windows: list[Vector], part: Mapping[str, Any], is_positive: bool
) -> list[Vector]:
    """Of a scam the window that speaks most for it; of an honest text those that accuse it most."""
    if len(windows) == 1:
        return windows
    weights = part["weights"]

    def score(vector: Vector) -> float:
        return sum(weights.get(ngram, 0) * value for ngram, value in vector.items())

    ranked = sorted(windows, key=score, reverse=True)
    return ranked[:1] if is_positive else ranked[:WINDOWS_OF_HONEST]


def train_kinds(
    vectors: Sequence[Vector],
    kinds: Sequence[str],
    weights: Sequence[float] | None = None,
    kept: int = KEPT_OF_KIND,
    strength: float = STRENGTH_OF_KIND,
) -> dict[str, Any]:
    """One against all others, for each kind; only its heaviest runs are kept."""
    parts = {}
    matrix, ngrams = _build_matrix(vectors)
    for kind in sorted(set(kinds)):
        regression = LogisticRegression(C=strength, class_weight="balanced", max_iter=200, tol=1e-3)
        part = _fit(regression, matrix, ngrams, [own == kind for own in kinds], weights)
        heaviest = sorted(part["weights"], key=lambda n: (-abs(part["weights"][n]), n))
        own = {n: part["weights"][n] for n in sorted(heaviest[:kept])}
        parts[kind] = {"bias": part["bias"], "weights": own}
    return parts


def fit_machine(
    vectors: Sequence[Vector], truth: Sequence[bool], weights: Sequence[float] | None = None
) -> dict[str, Any]:
    machine = LinearSVC(C=STRENGTH, class_weight="balanced", random_state=0)
    return _fit(machine, *_build_matrix(vectors), truth, weights)


def _build_matrix(vectors: Sequence[Vector]) -> tuple[csr_matrix, list[str]]:
    """Return a row for each vector, and the run that each column belongs to."""
    numbers: dict[str, int] = {}  # columns, in the order of the first texts that have them
    columns = [numbers.setdefault(ngram, len(numbers)) for ngram in chain(*vectors)]
    values = np.fromiter(chain(*(vector.values() for vector in vectors)), float, len(columns))
    ends = np.cumsum([0, *map(len, vectors)], dtype=np.int32)
    # LinearSVC takes no indices longer than 32 bits.
    matrix = csr_matrix(
        (values, np.array(columns, np.int32), ends), shape=(len(vectors), len(numbers))
    )
    matrix.sort_indices()
    return matrix, list(numbers)


def _fit(
    learner: Any,
    matrix: csr_matrix,
    ngrams: Sequence[str],
    truth: Sequence[bool],
    weights: Sequence[float] | None,
) -> dict[str, Any]:
    """Return the bias, and the weights in thousandths."""
    learner.fit(matrix, truth, sample_weight=weights)
    heaviness = zip(ngrams, learner.coef_[0], strict=True)
    scaled = {ngram: round(SCALE * float(weight)) for ngram, weight in heaviness}
    return {
        "bias": round(float(learner.intercept_[0]), 4),
        "weights": {ngram: scaled[ngram] for ngram in sorted(scaled) if scaled[ngram]},
    }
