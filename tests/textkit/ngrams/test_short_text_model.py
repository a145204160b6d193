"""A piece of a text is scored by its runs, each once, whatever stands beside it."""

import math

import numpy as np
import pytest

from textkit.ngrams.ngram_codes import encode_characters
from textkit.ngrams.short_text_model import ShortTextModel

# Of each run its weight and its rarity, in thousandths.
RUNS = {"交": [2000, 1000], "交钱": [3000, 2000], "先交钱": [1000, 3000], "管": [-2000, 1000]}
TOY_MODEL = ShortTextModel({"bias": -500, "runs": RUNS})


def score_by_hand(text):
    known = {run for run in RUNS if run in text}
    length = math.sqrt(sum((RUNS[run][1] / 1000) ** 2 for run in known)) or 1.0
    return -0.5 + sum(RUNS[run][0] * RUNS[run][1] / 1e6 for run in known) / length


@pytest.mark.parametrize(
    "pieces",
    [
        [" 先交钱 "],
        [" 管饭 ", " 先交钱 ", " 没有 "],
        [" 先 ", " 交钱 "],
        [" 先交 ", " 钱管 "],
        [" 交交交交钱交 ", " 管管 "],
    ],
)
def test_pieces_that_share_their_edge_are_scored_as_if_alone(pieces):
    text = pieces[0] + "".join(piece[1:] for piece in pieces[1:])
    ends = np.cumsum([len(piece) - 1 for piece in pieces]) + 1
    spans = [(int(end) - len(piece), int(end)) for end, piece in zip(ends, pieces, strict=True)]
    assert [text[start:end] for start, end in spans] == pieces
    scores = TOY_MODEL.score_pieces(encode_characters(text), spans)
    assert scores.tolist() == pytest.approx(list(map(score_by_hand, pieces)))


def test_what_stands_between_the_pieces_does_not_count():
    scores = TOY_MODEL.score_pieces(encode_characters(" 交钱管饭 "), [(0, 3), (3, 6)])
    assert scores.tolist() == pytest.approx([score_by_hand(" 交钱"), score_by_hand("管饭 ")])


def test_a_clause_weighs_what_its_runs_add():
    assert TOY_MODEL.weigh_piece(encode_characters("交钱交")) == pytest.approx(2 + 2 + 6)
