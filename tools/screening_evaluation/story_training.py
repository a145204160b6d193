"""How the model of stories told to the checker is trained, and how it does on an author that it has not read."""

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from safety.checker.fraud_stories import SCALE, StoryModel
from screening.linear_model.corpus import FOLDER, HONEST, read_corpus
from screening.linear_model.features import ModelText, list_ngrams
from screening.reading.folded_text import FoldedText

STORY_FOLDER = FOLDER / "stories"
FRAUD, FINE = "fraud", "fine"
MOST_RUNS, FEWEST_TEXTS = 12_000, 3  # that ship, and that a run stands in
SOFTNESS = 20  # scikit-learn's C
# Ordinary offers and everyday remarks of the corpus, so that these are no stories; none of its accounts and warnings.
ORDINARY_AUTHORS = frozenset(
    "everyday_honest daily_life board_listings plain_ads lively_honest terse_honest second_honest third_honest".split()
)
MOST_ORDINARY, ORDINARY_WEIGHT = 3000, 0.15


class Story(NamedTuple):
    text: str
    is_fraud: bool
    kind: str  # its fraud type, or the one that it resembles
    author: str


def read_stories(folder: Path = STORY_FOLDER) -> list[Story]:
    """Each line is LABEL, KIND and text with tabs between them, a file an author."""
    lines = (
        (path.stem, line.split("\t"))
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text("utf-8").splitlines()
    )
    return [Story(text, label == FRAUD, kind, author) for author, (label, kind, text) in lines]


def list_ordinary_texts() -> list[str]:
    texts = [
        text.text
        for text in read_corpus()
        if text.label == HONEST and text.author in ORDINARY_AUTHORS
    ]
    return texts[:: max(1, len(texts) // MOST_ORDINARY)]


def train_story_model(stories: Sequence[Story], ordinary: Sequence[str]) -> dict[str, Any]:
    """Return what `fraud_stories.json` holds. Needs scikit-learn."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts = [*map(_list_runs, (story.text for story in stories)), *map(_list_runs, ordinary)]
    labels = [story.is_fraud for story in stories] + [False] * len(ordinary)
    weights = [1.0] * len(stories) + [ORDINARY_WEIGHT] * len(ordinary)
    options: dict[str, Any] = {"analyzer": lambda runs: runs, "binary": True}

    def fit(**more: Any) -> tuple[TfidfVectorizer, LogisticRegression, np.ndarray]:
        vectorizer = TfidfVectorizer(**options, **more)
        vectors = vectorizer.fit_transform(texts)
        learner = LogisticRegression(C=SOFTNESS, max_iter=300, solver="liblinear")
        learner.fit(vectors, labels, weights)
        return vectorizer, learner, np.asarray((vectors > 0).sum(axis=0)).ravel()

    vectorizer, learner, counts = fit(min_df=FEWEST_TEXTS)
    # Those stay that move the scores of all texts most; how they add up is fitted anew without the others.
    moves = np.abs(learner.coef_[0]) * np.sqrt(counts)
    kept = np.sort(np.argsort(-moves, kind="stable")[:MOST_RUNS])
    vectorizer, learner, _counts = fit(vocabulary=list(vectorizer.get_feature_names_out()[kept]))
    rows = zip(vectorizer.get_feature_names_out(), learner.coef_[0], vectorizer.idf_, strict=True)
    return {
        "bias": round(learner.intercept_[0] * SCALE),
        "runs": {
            str(run): [round(weight * SCALE), round(rarity * SCALE)] for run, weight, rarity in rows
        },
    }


def _list_runs(text: str) -> list[str]:
    return list(chain(*list_ngrams(ModelText(FoldedText(text).text).text)))


def score_unread_author(
    author: str, stories: Iterable[Story], ordinary: Sequence[str]
) -> list[tuple[bool, float]]:
    """Return (is a fraud, log-odds) of the author's stories by a model that has not read them."""
    stories = list(stories)
    others = [story for story in stories if story.author != author]
    model = StoryModel(train_story_model(others, ordinary))
    return [
        (story.is_fraud, model.score_text(ModelText(FoldedText(story.text).text)))
        for story in stories
        if story.author == author
    ]
