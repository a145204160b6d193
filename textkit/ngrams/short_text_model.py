"""A linear model over the runs of one to three characters of short texts, small enough to ship as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from textkit.ngrams.ngram_codes import CodeIndex, encode_characters, encode_ngrams, sort_once

SCALE = 1000  # weights and rarities of a content are whole thousandths


class ShortTextModel:
    """Each run counts once in a text. A text is the unit vector of the rarities of its runs, so its length does not
    matter."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        """`content`: a bias, and of each run its weight and its rarity."""
        runs = sorted(content["runs"].items(), key=lambda row: len(row[0]))
        self._bias = content["bias"] / SCALE
        self._index = CodeIndex(_encode_runs([run for run, _row in runs]))
        # The last row is of runs that the model does not know.
        table = np.array([*(row for _run, row in runs), (0, 0)]) / SCALE
        self._weights, self._rarity = table[:, 0] * table[:, 1], table[:, 1]

    def score_pieces(self, characters: np.ndarray, pieces: Sequence[tuple[int, int]]) -> np.ndarray:
        """Return the log-odds of pieces of a text, given by their starts and ends. The pieces are in order and share
        at most the character at their edge."""
        starts, ends = np.array(pieces, np.int64).reshape(-1, 2).T
        of_lengths = encode_ngrams(characters)
        counts = [len(codes) for codes in of_lengths]
        rows = self._index.find_rows(np.concatenate(of_lengths))
        known_rows = np.flatnonzero(rows < len(self._weights) - 1)  # the others add nothing
        firsts = np.concatenate([np.arange(count) for count in counts])[known_rows]
        lasts = firsts + np.repeat([0, 1, 2], counts)[known_rows]
        of_run = np.searchsorted(starts, firsts, side="right") - 1
        is_inside = (of_run >= 0) & (lasts < ends[of_run])
        keys = sort_once((of_run * len(self._weights) + rows[known_rows])[is_inside])
        of_piece, rows = np.divmod(keys, len(self._weights))
        sums = np.bincount(of_piece, self._weights[rows], len(starts))
        lengths = np.sqrt(np.bincount(of_piece, self._rarity[rows] ** 2, len(starts)))
        return self._bias + sums / np.where(lengths > 0, lengths, 1.0)

    def weigh_piece(self, characters: np.ndarray) -> float:
        """Return what the runs of a piece add, each as often as it stands there."""
        rows = self._index.find_rows(np.concatenate(encode_ngrams(characters)))
        return float(self._weights[rows].sum())


def _encode_runs(runs: Sequence[str]) -> np.ndarray:
    """Return the numbers of runs of one to three characters, the shorter ones first."""
    by_length = [[run for run in runs if len(run) == length] for length in (1, 2, 3)]
    return np.concatenate(
        [
            encode_ngrams(encode_characters("".join(same_length)))[length][:: length + 1]
            for length, same_length in enumerate(by_length)
        ]
    )
