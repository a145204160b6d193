"""Fits the screening model anew, from the corpus and moderators' decisions, and measures both models.

Needs scikit-learn, which the site itself does not need: requirements-train.txt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from safety.learning.labelled_texts import HONEST, LabelledText
from screening import engine
from screening.assessment import MEDIUM
from screening.linear_model import corpus
from screening.linear_model.corpus import CorpusText
from screening.linear_model.model import ScreeningModel, load_shipped_model
from textkit.text_sketches import estimate_similarity, sketch_text, split_sketch_bands

FOLDS = 3
FEWEST_FRAUD, FEWEST_HONEST = 20, 50
SIMILAR_TEXT_SHARE = 0.6
# A decided text counts as much as two of the corpus: it is what this site really gets.
DECIDED_TEXT_WEIGHT = 2.0


class TooFewExamples(Exception):
    """Says in English what is missing."""


@dataclass(frozen=True)
class FittedModel:
    """`content` as `screening.linear_model.training` makes it; `figures` of both models on decided
    texts that the new one had not seen: {"shipped" or "refitted": {"recall", "accused"}}."""

    content: dict[str, Any]
    figures: dict[str, dict[str, float]]


def fit_with_decisions(examples: Sequence[LabelledText]) -> FittedModel:
    """Raises `TooFewExamples`. How the parts add up, and the thresholds, stay those of the shipped model."""
    truth = [example.fraud_type != HONEST for example in examples]
    if sum(truth) < FEWEST_FRAUD or len(truth) - sum(truth) < FEWEST_HONEST:
        raise TooFewExamples(
            f"{sum(truth)} fraudulent and {len(truth) - sum(truth)} honest texts were decided; at "
            f"least {FEWEST_FRAUD} and {FEWEST_HONEST} are needed."
        )
    refitted = _score_held_out(examples, truth, group_related(examples))
    shipped = [engine.assess_offer(example.text).score for example in examples]
    figures = {
        "shipped": _compute_detection_shares(shipped, truth),
        "refitted": _compute_detection_shares(refitted, truth),
    }
    return FittedModel(_train_on_examples(examples), figures)


def group_related(examples: Sequence[LabelledText]) -> list[int]:
    """Return the group of each text: those of one source, and nearly equal ones, share one, so that
    no fold separates them."""
    parent = list(range(len(examples)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    first: dict[object, int] = {}
    sketches = [sketch_text(example.text) for example in examples]
    for n, example in enumerate(examples):
        parent[root(n)] = root(first.setdefault(example.source, n))
        for band in split_sketch_bands(sketches[n]):
            similar = first.setdefault(band, n)
            if estimate_similarity(sketches[n], sketches[similar]) >= SIMILAR_TEXT_SHARE:
                parent[root(n)] = root(similar)
    return [root(n) for n in range(len(examples))]


def _train_on_examples(examples: Sequence[LabelledText]) -> dict[str, Any]:
    from screening.linear_model.fitting import prepare_texts
    from screening.linear_model.training import TrainingText, train_parts

    filler = corpus.list_filler()
    texts = prepare_texts([*corpus.read_corpus(), *corpus.compose_ads()], filler)
    for row in examples:
        label = corpus.HONEST if row.fraud_type == HONEST else corpus.SCAM
        text = CorpusText(row.text, label, row.fraud_type, "decided", "listing", row.source)
        texts.append(TrainingText.make(text, DECIDED_TEXT_WEIGHT))
    return train_parts(texts) | {"combination": dict(load_shipped_model().combination)}


def _score_held_out(
    examples: Sequence[LabelledText], truth: Sequence[bool], groups: Sequence[int]
) -> list[int]:
    """Return for every text the score by a model that was fitted without its group."""
    from sklearn.model_selection import StratifiedGroupKFold

    scores = [0] * len(examples)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=1)
    for fitted, held_out in folds.split(examples, truth, groups):
        model = ScreeningModel.make(_train_on_examples([examples[n] for n in fitted]))
        for n in held_out:
            scores[n] = engine.assess_offer(examples[n].text, model=model).score
    return scores


def _compute_detection_shares(scores: Sequence[int], truth: Sequence[bool]) -> dict[str, float]:
    """Return the shares of fraudulent and of honest texts at medium or above."""
    suspected = [score >= MEDIUM for score in scores]
    detected = sum(s and t for s, t in zip(suspected, truth, strict=True))
    accused = sum(suspected) - detected
    return {
        "recall": round(detected / sum(truth), 3),
        "accused": round(accused / (len(truth) - sum(truth)), 3),
    }
