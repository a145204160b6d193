"""Trains the scheme model from articles. Needs scikit-learn, which the site itself does not need."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any

from news.analysis.scheme_corpus import CorpusArticle
from news.analysis.schemes import fold_opening
from screening.linear_model.features import DIGIT, ModelText, list_ngrams
from screening.linear_model.model import build_vector
from screening.linear_model.model_arrays import FORBIDDEN, FRAUD, SCALE, WHOLE, WINDOW
from screening.linear_model.training import fit_machine, train_kinds
from screening.linear_model.vector_rows import VectorRows

LONGEST_RUN = 2  # characters
VOCABULARY = 40_000
KEPT_OF_KIND = 3000
STRENGTH_OF_KIND = 30.0
NOTHING: dict[str, Any] = {"bias": 0.0, "weights": {}}


def train_scheme_parts(articles: Sequence[CorpusArticle]) -> dict[str, Any]:
    """Return the content of a `ScreeningModel` whose fraud is "warns of fraud"; it has no forbidden work."""
    texts = [ModelText(fold_opening(row.title, row.text).text).text for row in articles]
    rarity = _choose_vocabulary(texts, [row.warns for row in articles])
    vectors = [build_vector(text, rarity) for text in texts]
    warns = fit_machine(VectorRows(vectors), [row.warns for row in articles])
    labelled = [
        (_drop_figures(vector), row.subject)
        for vector, row in zip(vectors, articles, strict=True)
        if row.warns
    ]
    kinds = train_kinds(
        VectorRows(vector for vector, _subject in labelled),
        [subject for _vector, subject in labelled],
        most_kept=KEPT_OF_KIND,
        strength=STRENGTH_OF_KIND,
    )
    return {
        "rarity": rarity,
        FRAUD: {WHOLE: warns, WINDOW: warns},
        FORBIDDEN: {WHOLE: NOTHING, WINDOW: NOTHING},
        "kinds": kinds,
        "combination": {},
    }


def _drop_figures(vector: dict[str, float]) -> dict[str, float]:
    """Return the vector without figures: a writer's habit of writing sums in figures says nothing of the type."""
    return {run: value for run, value in vector.items() if DIGIT not in run}


def _choose_vocabulary(texts: Sequence[str], truth: Sequence[bool]) -> dict[str, int]:
    """Return the most telling runs, each with its rarity in thousandths."""
    in_texts = Counter(chain.from_iterable(set(_list_runs(text)) for text in texts))
    rarity = {
        run: round(SCALE * (1 + math.log((1 + len(texts)) / (1 + number))))
        for run, number in in_texts.items()
        if run != " "
    }
    vectors = VectorRows(build_vector(text, rarity) for text in texts)
    weights = fit_machine(vectors, truth)["weights"]
    strength = {run: abs(weights.get(run, 0)) * math.sqrt(in_texts[run]) for run in rarity}
    chosen_runs = sorted(rarity, key=lambda run: (-strength[run], run))[:VOCABULARY]
    return {run: rarity[run] for run in sorted(chosen_runs)}


def _list_runs(text: str) -> list[str]:
    return list(chain(*list_ngrams(text)[:LONGEST_RUN]))
