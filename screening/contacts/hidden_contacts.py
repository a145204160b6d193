"""Contacts that no pattern knows: 前三位五一六，中间四位0230，球球见; 公种号“岭头夜班站”; 我签名第二行.

A linear model over runs of one and two characters weighs each window of a text. `manage.py train_contact_model` trains
it on lines with and without a contact (`screening/corpus/contacts/`).
"""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from screening.contacts.mentions import ContactMention
from screening.contacts.numbers import WRITTEN_DIGITS
from screening.reading.ngram_codes import CHARACTER_BITS, CodeIndex, encode_characters

ARTIFACT = Path(__file__).with_suffix(".json")
WINDOW = 60  # characters of whole clauses; twice as many of one that is longer
ENOUGH = 1.0  # log-odds: chosen so that of unread authors some two in a hundred look-alikes are taken for contacts
SCALE = 1000  # weights are whole thousandths
_CLAUSE_ENDS = ",。;:!?\n "
_PLANE = 1 << 16  # all characters but pictures
_PLACE_BITS = 32  # of a key that has the row of a run, then its place


def _flag_characters(characters: str) -> np.ndarray:
    """Return for each code of a character whether it is one of these; the last stands for all pictures."""
    flags = np.zeros(_PLANE, bool)
    flags[encode_characters(characters)] = True
    return flags


_IS_CLAUSE_END = _flag_characters(_CLAUSE_ENDS)
_IS_DIGIT = _flag_characters(f"0123456789{WRITTEN_DIGITS}")


class HiddenContactModel:
    def __init__(self, bias: float, weights: dict[str, float]) -> None:
        """`weights` are those of runs of one or two characters, in which each digit is 0."""
        self._bias = bias
        single = [ngram for ngram in weights if len(ngram) == 1]
        pairs = [ngram for ngram in weights if len(ngram) == 2]
        own = encode_characters("".join(single))
        codes = _join_pairs(encode_characters("".join(pairs)))[::2]
        self._index = CodeIndex(np.concatenate([own, codes]))
        self._weights = np.array([weights[ngram] for ngram in (*single, *pairs)])

    def score_windows(self, text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return start, end and log-odds of each window of a folded text."""
        characters, starts, ends = read_windows(text)
        length = len(characters)
        rows = self._index.find_rows(np.concatenate([characters, _join_pairs(characters)]))
        known = np.flatnonzero(rows < len(self._weights))
        places = np.where(known < length, known, known - length)
        keys = np.sort(rows[known].astype(np.int64) << _PLACE_BITS | places)
        # Said again in one window, a run says no more.
        is_new = np.ones(len(keys), bool)
        np.greater_equal(np.diff(keys), WINDOW, out=is_new[1:])
        keys = keys[is_new]
        weights = self._weights.take(keys >> _PLACE_BITS)
        of_places = np.bincount(keys & ((1 << _PLACE_BITS) - 1), weights, length)
        running = np.zeros(length + 1)
        np.cumsum(of_places, out=running[1:])
        return starts, ends, self._bias + running[ends] - running[starts]


def _join_pairs(characters: np.ndarray) -> np.ndarray:
    return characters[:-1] << CHARACTER_BITS | characters[1:]


def read_windows(text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the codes of the characters of a folded text, 0 for each digit, since which it is says nothing; and where
    the longest runs of whole clauses start and end that fit into `WINDOW`, one from each clause on. Longer clauses
    are cut."""
    characters = encode_characters(text)
    of_plane = np.minimum(characters, np.uint64(_PLANE - 1)).view(np.int64)
    is_end = _IS_CLAUSE_END.take(of_plane)
    cuts = np.flatnonzero(is_end[:-1] > is_end[1:]) + 1
    cuts = np.concatenate([[0], cuts, [len(text)]])
    lasts = np.searchsorted(cuts, cuts[:-1] + WINDOW, side="right") - 1
    lasts = np.maximum(lasts, np.arange(1, len(cuts)))
    is_longer = np.ones(len(lasts), bool)
    np.greater(lasts[1:], lasts[:-1], out=is_longer[1:])
    starts, ends = cuts[:-1][is_longer], cuts[lasts[is_longer]]
    characters[_IS_DIGIT.take(of_plane)] = ord("0")
    return characters, starts, np.minimum(ends, starts + 2 * WINDOW)


def list_runs(text: str) -> set[str]:
    """Return the runs of one and two characters of a window, as the model knows them."""
    characters = read_windows(text)[0].astype("<u4").tobytes().decode("utf-32-le")
    return {*characters, *map("".join, pairwise(characters))}


def load_contact_model() -> HiddenContactModel:
    content = json.loads(ARTIFACT.read_text("utf-8"))
    weights = {ngram: weight / SCALE for ngram, weight in content["weights"].items()}
    return HiddenContactModel(content["bias"] / SCALE, weights)


def find_hidden_contacts(text: str) -> Iterator[ContactMention]:
    """Yield windows that tell how somebody is reached, without overlaps, the surest first. Nothing is put together."""
    if not text:
        return
    starts, ends, scores = _MODEL.score_windows(text)
    if scores.max() < ENOUGH:
        return
    taken: list[tuple[int, int]] = []
    for window in np.argsort(-scores, kind="stable"):
        if scores[window] < ENOUGH:
            return
        start, end = int(starts[window]), int(ends[window])
        if all(end <= first or start >= last for first, last in taken):
            taken.append((start, end))
            yield ContactMention("call", start, end)


_MODEL = load_contact_model()
