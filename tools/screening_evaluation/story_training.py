"""How the model of stories told to the checker is trained, and how it does on an author that it has not read."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from safety.checker.fraud_stories import score_story
from screening.linear_model.corpus import FOLDER, HONEST, read_corpus
from screening.linear_model.features import ModelText
from screening.reading.folded_text import FoldedText
from textkit.ngrams.short_text_model import ShortTextModel
from tools.screening_evaluation.short_text_training import LabelledText, train_short_text_model

STORY_FOLDER = FOLDER / "stories"
FRAUD, FINE = "fraud", "fine"
SOFTNESS = 20  # scikit-learn's C
# Ordinary offers and everyday remarks of the corpus, so that these are no stories; none of its accounts and warnings.
ORDINARY_AUTHORS = frozenset(
    "everyday_honest daily_life board_listings plain_ads lively_honest terse_honest second_honest third_honest".split()
)
MAX_ORDINARY, ORDINARY_WEIGHT = 3000, 0.15


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
    return texts[:: max(1, len(texts) // MAX_ORDINARY)]


def train_story_model(stories: Sequence[Story], ordinary: Sequence[str]) -> dict[str, Any]:
    """Return what `fraud_stories.json` holds. Needs scikit-learn."""
    rows = [LabelledText(story.text, story.is_fraud) for story in stories]
    rows += [LabelledText(text, is_wanted=False, weight=ORDINARY_WEIGHT) for text in ordinary]
    return train_short_text_model(rows, softness=SOFTNESS)


def score_unread_author(
    author: str, stories: Iterable[Story], ordinary: Sequence[str]
) -> list[tuple[bool, float]]:
    """Return (is a fraud, log-odds) of the author's stories by a model that has not read them."""
    stories = list(stories)
    others = [story for story in stories if story.author != author]
    model = ShortTextModel(train_story_model(others, ordinary))
    return [
        (story.is_fraud, score_story(model, ModelText(FoldedText(story.text).text)))
        for story in stories
        if story.author == author
    ]
