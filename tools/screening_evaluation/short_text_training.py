"""How a model over the runs of short texts is trained (`textkit/ngrams/short_text_model.py`)."""

import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from screening.linear_model.features import ModelText, list_ngrams
from screening.reading.folded_text import FoldedText
from textkit.ngrams.short_text_model import SCALE

MAX_RUNS, FEWEST_TEXTS = 12_000, 3  # that ship, and that a run stands in


class LabelledText(NamedTuple):
    text: str
    is_wanted: bool  # what the model is to find
    weight: float = 1.0


def train_short_text_model(rows: Sequence[LabelledText], softness: float) -> dict[str, Any]:
    """Return a bias, and of each run its weight and its rarity, in thousandths; `softness` is scikit-learn's C."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts = [_list_runs(row.text) for row in rows]
    labels, weights = [row.is_wanted for row in rows], [row.weight for row in rows]
    options: dict[str, Any] = {"analyzer": lambda runs: runs, "binary": True}

    def fit(**vectorizer_options: Any) -> tuple[TfidfVectorizer, LogisticRegression, np.ndarray]:
        vectorizer = TfidfVectorizer(**options, **vectorizer_options)
        vectors = vectorizer.fit_transform(texts)
        learner = LogisticRegression(C=softness, max_iter=300, solver="liblinear")
        learner.fit(vectors, labels, weights)
        return vectorizer, learner, np.asarray((vectors > 0).sum(axis=0)).ravel()

    vectorizer, learner, counts = fit(min_df=FEWEST_TEXTS)
    # Those stay that move the scores of all texts most; how they add up is fitted anew without the others.
    moves = np.abs(learner.coef_[0]) * np.sqrt(counts)
    chosen_columns = np.sort(np.argsort(-moves, kind="stable")[:MAX_RUNS])
    vectorizer, learner, _counts = fit(
        vocabulary=list(vectorizer.get_feature_names_out()[chosen_columns])
    )
    columns = zip(
        vectorizer.get_feature_names_out(), learner.coef_[0], vectorizer.idf_, strict=True
    )
    return {
        "bias": round(learner.intercept_[0] * SCALE),
        "runs": {
            str(run): [round(weight * SCALE), round(rarity * SCALE)]
            for run, weight, rarity in columns
        },
    }


def write_short_text_model(path: Path, content: dict[str, Any]) -> None:
    """Write the content with a run a line."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
    path.write_text(text.replace("],", "],\n"), encoding="utf-8")


def _list_runs(text: str) -> list[str]:
    return list(chain(*list_ngrams(ModelText(FoldedText(text).text).text)))
