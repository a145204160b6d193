"""How far a text tells of a fraud in somebody's own words: 他们说我流水不够，要我再刷五万.

A linear model over runs of one to three characters, which `manage.py train_story_model` trains on
`screening/corpus/stories/`. The screening engine judges offers; a person who tells what happened makes no offer.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from screening.assessment import Signal
from screening.engine import choose_types
from screening.fraud_types import RiskLevel
from screening.linear_model.features import ModelText
from screening.linear_model.model import load_shipped_model
from screening.reading.folded_text import FoldedText
from textkit.ngrams.short_text_model import ShortTextModel

ARTIFACT = Path(__file__).with_suffix(".json")
STORY_SIGNAL = "told.story"
LONGEST_PIECE = 160  # characters; the texts that it was trained on have 8 to 150
# Characters. Without a minimum a text of very short sentences would be read eighty times.
SHORTEST_SENTENCE = 8
# Log-odds, chosen by authors that the model had not read (docs/decisions/0079-stories-told-to-the-checker.md).
POSSIBLE, SURE = 0.4, 1.4
SHOWN_CLAUSES = 3  # clauses
STORY_REASON = "被骗的人讲经过，常有这样的话。"
_SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]|[^。！？；!?;\n]+")


class FraudStory(NamedTuple):
    """`signals` mark the clauses that speak most for it, `fraud_type` is "" where it is not plain."""

    is_sure: bool
    fraud_type: str
    signals: tuple[Signal, ...]


def score_story(model: ShortTextModel, text: ModelText) -> float:
    """Return the log-odds that the text tells of a fraud."""
    return float(model.score_pieces(text.characters, [(0, len(text.text))])[0])


def find_fraud_story(text: str) -> FraudStory | None:
    """Return the story in the piece of the text that speaks most for a fraud; None if no piece does."""
    pieces = [(start, FoldedText(text[start:end])) for start, end in cut_pieces(text)]
    texts = [ModelText(folded.text) for _start, folded in pieces]
    scores = [score_story(_MODEL, model_text) for model_text in texts]
    # Of many pieces one sounds like a story by chance, so a long text needs more.
    if max(scores, default=0.0) < (POSSIBLE if len(pieces) == 1 else SURE):
        return None
    worst = int(np.argmax(scores))
    fraud_type, _second = choose_types(
        load_shipped_model().measure(texts[worst]), {}, RiskLevel.MEDIUM
    )
    weight = 60 if scores[worst] < SURE else 80
    signals = _mark_clauses(*pieces[worst], texts[worst], weight, fraud_type)
    return FraudStory(scores[worst] >= SURE, fraud_type, tuple(signals))


def cut_pieces(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of the pieces: the whole text if it is short; else, from each sentence on, that sentence
    and as many as fit into `LONGEST_PIECE`. A longer sentence is cut, and short ones are joined."""
    if len(text) <= LONGEST_PIECE:
        return [(0, len(text))] if text else []
    sentences = _list_sentences(text)
    pieces = dict.fromkeys(sentences)
    last = 0
    for number, (start, _end) in enumerate(sentences):
        last = max(last, number)
        while last + 1 < len(sentences) and sentences[last + 1][1] - start <= LONGEST_PIECE:
            last += 1
        pieces[start, sentences[last][1]] = None
    return list(pieces)


def _list_sentences(text: str) -> list[tuple[int, int]]:
    sentences: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        if sentences and sentences[-1][1] - sentences[-1][0] < SHORTEST_SENTENCE:
            start = sentences.pop()[0]
        sentences += [
            (first, min(first + LONGEST_PIECE, end)) for first in range(start, end, LONGEST_PIECE)
        ]
    return sentences


def _mark_clauses(
    start: int, folded: FoldedText, text: ModelText, weight: int, fraud_type: str
) -> Iterator[Signal]:
    """Yield the heaviest clauses, each a point lighter than the one before."""
    spans = [(int(start), int(end)) for start, end in zip(*text.clauses, strict=True)]
    weighed = [(_MODEL.weigh_piece(text.characters[slice(*span)]), span) for span in spans]
    heaviest = sorted(weighed, reverse=True)[:SHOWN_CLAUSES]
    for place, (score, clause) in enumerate(heaviest):
        if score > 0:
            first, last = folded.span(*text.locate(*clause))
            yield Signal(
                STORY_SIGNAL, weight - place, start + first, start + last, STORY_REASON, fraud_type
            )


# Made with the module, so that web processes share it.
_MODEL = ShortTextModel(json.loads(ARTIFACT.read_text("utf-8")))
