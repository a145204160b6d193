"""How the model of hidden contacts is trained, and how it does on lines of an author that it has not read."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from screening.contacts.extraction import search_by_patterns
from screening.contacts.hidden_contacts import (
    ENOUGH,
    SCALE,
    HiddenContactModel,
    list_runs,
    read_windows,
)
from screening.linear_model.corpus import FOLDER, HONEST, read_corpus
from screening.reading.folded_text import FoldedText

CONTACT_FOLDER = FOLDER / "contacts"
MAX_NGRAMS, FEWEST_TEXTS = 4000, 2  # that ship, and that an n-gram stands in
LOOK_ALIKE_WEIGHT = 4
WINDOWS_OF_A_TEXT = 3  # of each honest text of the corpus, evenly


class ContactLine(NamedTuple):
    text: str  # folded
    has_contact: bool
    author: str


def read_contact_lines(folder: Path = CONTACT_FOLDER) -> list[ContactLine]:
    """Of `spellings_NAME.txt` each line has a contact, of `look_alikes_NAME.txt` none."""
    return [
        ContactLine(FoldedText(line).text, path.stem.startswith("spellings"), _name_author(path))
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text("utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]


def _name_author(path: Path) -> str:
    return path.stem.removeprefix("spellings").removeprefix("look_alikes").strip("_") or "first"


def list_honest_windows(every: int = 1) -> list[str]:
    """Return pieces of the corpus' honest texts (of each second, third … one) in which no pattern finds a contact."""
    texts = [text.text for text in read_corpus() if text.label == HONEST][::every]
    return [
        folded.text[start:end]
        for folded in map(FoldedText, texts)
        if not search_by_patterns(folded)
        for start, end in _choose_windows(folded.text)
    ]


def _choose_windows(text: str) -> Iterator[tuple[int, int]]:
    _characters, starts, ends = read_windows(text)
    step = max(1, len(starts) // WINDOWS_OF_A_TEXT)
    yield from zip(starts[::step].tolist(), ends[::step].tolist(), strict=True)


def train_contact_model(lines: Iterable[ContactLine], honest: Iterable[str]) -> dict[str, Any]:
    """Return bias and weights in thousandths, as `hidden_contacts.json` holds them. Needs scikit-learn."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    labelled = [(line.text, line.has_contact) for line in lines]
    lines_count = len(labelled)
    labelled += [(text, False) for text in honest]
    vectorizer = CountVectorizer(analyzer=list_runs, min_df=FEWEST_TEXTS)
    counts = vectorizer.fit_transform([text for text, _label in labelled])
    # Lines that look alike teach more than other honest ones.
    weights_of_texts = [
        1 if label or at >= lines_count else LOOK_ALIKE_WEIGHT
        for at, (_text, label) in enumerate(labelled)
    ]
    learner = LogisticRegression(max_iter=300)
    learner.fit(counts, [label for _text, label in labelled], weights_of_texts)
    # Those stay that move the scores of all texts most.
    moves = np.abs(learner.coef_[0]) * np.sqrt(counts.sum(axis=0).A1)
    chosen_columns = np.sort(np.argsort(-moves, kind="stable")[:MAX_NGRAMS])
    names = vectorizer.get_feature_names_out()
    weights = {str(names[at]): round(learner.coef_[0][at] * SCALE) for at in chosen_columns}
    return {
        "bias": round(learner.intercept_[0] * SCALE),
        "weights": {name: weight for name, weight in sorted(weights.items()) if weight},
    }


class AuthorResult(NamedTuple):
    contacts: int
    found: int
    found_by_patterns: int
    others: int
    accused: int


def measure_unread_author(author: str, lines: list[ContactLine], honest: list[str]) -> AuthorResult:
    """Return what patterns and a model find that has not read this author."""
    read = [line for line in lines if line.author != author]
    model = HiddenContactModel(train_contact_model(read, honest))
    author_lines = [line for line in lines if line.author == author]
    by_patterns = {line: bool(search_by_patterns(FoldedText(line.text))) for line in author_lines}
    is_found = {
        line: bool(by_patterns[line] or model.score_windows(line.text)[2].max() >= ENOUGH)
        for line in author_lines
    }
    contacts = [line for line in author_lines if line.has_contact]
    others = [line for line in author_lines if not line.has_contact]
    return AuthorResult(
        len(contacts),
        sum(is_found[line] for line in contacts),
        sum(by_patterns[line] for line in contacts),
        len(others),
        sum(is_found[line] for line in others),
    )
