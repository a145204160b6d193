"""How far a text tells of a fraud in somebody's own words: 他们说我流水不够，要我再刷五万.

A linear model over runs of one to three characters, which `manage.py train_story_model` trains on
`screening/corpus/stories/`. The engine judges offers; who tells what happened to them makes none.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from screening.assessment import Signal
from screening.engine import choose_types
from screening.fraud_types import RiskLevel
from screening.linear_model.features import ModelText
from screening.linear_model.model import load_shipped_model
from screening.reading.folded_text import FoldedText
from screening.reading.ngram_codes import (
    CodeIndex,
    encode_characters,
    encode_ngrams,
    sort_once,
)

ARTIFACT = Path(__file__).with_suffix(".json")
STORY_SIGNAL = "told.story"
LONGEST_PIECE = 160  # characters; the texts that it was trained on have 8 to 150
SCALE = 1000  # weights and rarities are whole thousandths
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


class StoryModel:
    def __init__(self, content: Mapping[str, Any]) -> None:
        """As the artifact: a bias, and of each run its weight and its rarity."""
        runs = sorted(content["runs"].items(), key=lambda row: len(row[0]))
        self._bias = content["bias"] / SCALE
        self._index = CodeIndex(_encode_runs([run for run, _row in runs]))
        # The last row is of runs that the model does not know.
        table = np.array([*(row for _run, row in runs), (0, 0)]) / SCALE
        self._weights, self._rarity = table[:, 0] * table[:, 1], table[:, 1]

    def score_text(self, text: ModelText) -> float:
        """Return the log-odds that it tells of a fraud; each run counts once."""
        rows = sort_once(self._find_rows(text.characters))
        return self._bias + float(self._weights[rows].sum()) / self._measure_length(rows)

    def score_clauses(self, text: ModelText) -> list[tuple[float, tuple[int, int]]]:
        """Return what each clause adds, and where it stands in the model text."""
        spans = [(int(start), int(end)) for start, end in zip(*text.clauses, strict=True)]
        rows = [self._find_rows(text.characters[start:end]) for start, end in spans]
        return [
            (float(self._weights[own].sum()), span) for own, span in zip(rows, spans, strict=True)
        ]

    def _find_rows(self, characters: np.ndarray) -> np.ndarray:
        return self._index.find_rows(np.concatenate(encode_ngrams(characters)))

    def _measure_length(self, rows: np.ndarray) -> float:
        return float(np.sqrt((self._rarity[rows] ** 2).sum())) or 1.0


def _encode_runs(runs: Sequence[str]) -> np.ndarray:
    """Return the numbers of runs of one to three characters, the shorter ones first."""
    by_length = [[run for run in runs if len(run) == length] for length in (1, 2, 3)]
    return np.concatenate(
        [
            encode_ngrams(encode_characters("".join(own)))[length][:: length + 1]
            for length, own in enumerate(by_length)
        ]
    )


def find_fraud_story(text: str) -> FraudStory | None:
    """Return what the piece of the text tells that speaks most for a fraud; None where none does."""
    pieces = [(start, FoldedText(text[start:end])) for start, end in cut_pieces(text)]
    texts = [ModelText(folded.text) for _start, folded in pieces]
    scores = [_MODEL.score_text(own) for own in texts]
    # By chance one of many pieces sounds like a story.
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
    """Return start and end of the text if it is short; else of each sentence, and from each on of as many as fit into
    `LONGEST_PIECE`. A longer sentence is cut."""
    if len(text) <= LONGEST_PIECE:
        return [(0, len(text))] if text else []
    sentences = [
        (start, min(start + LONGEST_PIECE, match.end()))
        for match in _SENTENCE.finditer(text)
        for start in range(*match.span(), LONGEST_PIECE)
    ]
    pieces = dict.fromkeys(sentences)
    last = 0
    for number, (start, _end) in enumerate(sentences):
        last = max(last, number)
        while last + 1 < len(sentences) and sentences[last + 1][1] - start <= LONGEST_PIECE:
            last += 1
        pieces[start, sentences[last][1]] = None
    return list(pieces)


def _mark_clauses(
    start: int, folded: FoldedText, text: ModelText, weight: int, fraud_type: str
) -> Iterator[Signal]:
    """Yield the heaviest clauses, each a point lighter than the one before."""
    heaviest = sorted(_MODEL.score_clauses(text), reverse=True)[:SHOWN_CLAUSES]
    for place, (score, clause) in enumerate(heaviest):
        if score > 0:
            first, last = folded.span(*text.locate(*clause))
            yield Signal(
                STORY_SIGNAL, weight - place, start + first, start + last, STORY_REASON, fraud_type
            )


# Made with the module, so that web processes share it.
_MODEL = StoryModel(json.loads(ARTIFACT.read_text("utf-8")))
