"""Fits the weights of `news.related.same_matter` over judged pages; needs scikit-learn (requirements-train.txt)."""

import numpy as np

from news.related.related_articles import collect_ranking_facts
from news.related.same_matter import WEIGHTS, list_signs
from screening.fraud_types import FraudType
from tools.evaluation.metrics import USEFUL
from tools.evaluation.rankers import load_page


def list_examples(queries, documents):
    """(signs, whether it is the same matter, weight) of each candidate of each page; a page weighs 1."""
    by_number = {document.pk: document for document in documents.values()}
    for query in queries:
        _rows, page, candidates = collect_ranking_facts(load_page(query.document.pk), query.city)
        others = [by_number[row.pk] for row in candidates if row.pk in by_number]
        others = [candidate for candidate in others if candidate.case != query.document.case]
        facts = {row.pk: row for row in candidates}
        for candidate in others:
            signs = list_signs(page, facts[candidate.pk])
            yield [signs[name] for name in WEIGHTS], _is_same(query, candidate), 1 / len(others)


def _is_same(query, candidate):
    if query.by_hand:
        return query.grades[candidate.pk] >= USEFUL
    return candidate.about == query.document.about != FraudType.OTHER


def fit_weights(examples):
    """{sign: weight} and the bias."""
    from sklearn.linear_model import LogisticRegression

    signs, truth, weights = map(np.array, zip(*examples, strict=True))
    model = LogisticRegression(max_iter=2000)
    model.fit(signs * SCALES, truth, sample_weight=weights * len(weights) / weights.sum())
    fitted = model.coef_[0] * SCALES
    return dict(zip(WEIGHTS, fitted.round(2).tolist(), strict=True)), float(model.intercept_[0])


# The likeness of characters is a tenth where other signs are 1; the penalty must not see that.
SCALES = np.array([10.0 if name == "characters" else 1.0 for name in WEIGHTS])
