"""Contacts that no pattern knows: 前三位五一六，中间四位0230，球球见; 公种号“岭头夜班站”; 我签名第二行.

A linear model over runs of one and two characters weighs each window of a text. `manage.py train_contact_model` trains
it on lines with and without a contact (`screening/corpus/contacts/`).
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from screening.contacts.mentions import ContactMention
from screening.contacts.numbers import WRITTEN_DIGITS
from screening.reading.folding import is_han
from textkit.ngrams.ngram_codes import CodeIndex, encode_characters, join_neighbours

ARTIFACT = Path(__file__).with_suffix(".json")
WINDOW = 60  # characters of whole clauses; twice as many of one that is longer
ENOUGH = 0.75  # log-odds: chosen so that of unread authors two in a hundred look-alikes are taken for contacts
SCALE = 1000  # weights are whole thousandths
# Skills with programs are no contacts, unless the reader is asked to come there.
_SKILL = re.compile(
    r"(?:熟悉|熟练|会使?用|精通|掌握|使用)(?!.*[加搜找])[^,。;\n]{0,20}(?:软件|工具|办公|平台|聊天)"
)
FEWEST_HAN = 3  # characters of a window
_BEFORE = 12  # characters before a window that may say so
HIDDEN = "※"  # stands for each character of what may be an id
# The marks before an id are limited, because a long row would be read again from each mark. The pattern begins with a
# set, which `re` finds quickly; a lookahead within a lookbehind tries the first character again.
_ID = re.compile(
    r"[a-z0-9_.\-/](?<![a-z0-9_].)"
    r"(?<=(?=[_.\-/]{0,12}[a-z0-9]*?(?:[a-z][_.\-/]*\d|\d[_.\-/]*[a-z])).)[a-z0-9_.\-/]{3,}"
)
# Pay, hours and sizes are full of figures and marks.
_SAYS_NOTHING = re.compile(r"[\d\s!-/:-@\[-`{-~、…—※]+")
_CLAUSE_ENDS = ",。;:!?\n"
_PLANE = 1 << 16  # all characters but pictures


def _flag_characters(characters: str) -> np.ndarray:
    """Return for each code of a character whether it is one of these; the last stands for all pictures."""
    flags = np.zeros(_PLANE, bool)
    flags[encode_characters(characters)] = True
    return flags


_IS_CLAUSE_END = _flag_characters(_CLAUSE_ENDS)
_IS_DIGIT = _flag_characters(f"0123456789{WRITTEN_DIGITS}")


class HiddenContactModel:
    def __init__(self, content: Mapping[str, Any]) -> None:
        """`content` is the artifact: a bias, and the weights of runs of one or two characters; each digit is 0."""
        self._bias, weights = content["bias"] / SCALE, content["weights"]
        single = [run for run in weights if len(run) == 1]
        pairs = [run for run in weights if len(run) == 2]
        own_codes, joined = (encode_characters("".join(runs)) for runs in (single, pairs))
        self._index = CodeIndex(np.concatenate([own_codes, join_neighbours(joined)[::2]]))
        # The last one is of runs that the model does not know.
        self._weights = np.array([*(weights[run] for run in (*single, *pairs)), 0]) / SCALE

    def score_windows(self, text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return start, end and log-odds of each window of a folded text."""
        characters, starts, ends = read_windows(text)
        rows = self._index.find_rows(_list_codes(characters))
        running = np.zeros(len(characters) + 1)
        of_runs = self._weights.take(rows).reshape(2, -1).sum(axis=0)
        np.cumsum(of_runs, out=running[1:])
        return starts, ends, self._bias + running[ends] - running[starts]


def _list_codes(characters: np.ndarray) -> np.ndarray:
    """Return the runs of one character, then of two, in order; 0 for a run that only repeats the one before, as in a
    long number."""
    codes = np.zeros((2, len(characters)), np.uint64)
    codes[0], codes[1, :-1] = characters, join_neighbours(characters)
    codes[:, 1:][codes[:, 1:] == codes[:, :-1]] = 0
    return codes.ravel()


def _hide_id(match: re.Match[str]) -> str:
    """Replace an id by the sign `HIDDEN`, because `messenger_ids` weighs ids."""
    return HIDDEN * len(match.group())


def read_windows(text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the codes of the characters of a folded text, with 0 for each digit and one sign for ids; and the starts
    and ends of the runs of whole clauses in one line that fit into `WINDOW`. Longer clauses are cut."""
    characters = encode_characters(_ID.sub(_hide_id, text))
    of_plane = np.minimum(characters, np.uint64(_PLANE - 1)).view(np.int64)
    is_end = _IS_CLAUSE_END.take(of_plane)
    cuts = np.flatnonzero(is_end[:-1] > is_end[1:]) + 1
    cuts = np.concatenate([[0], cuts, [len(text)]])
    # For each clause that begins a window, how many clauses fit in: at least one, none of the next line.
    first_of_lines = np.searchsorted(cuts, np.flatnonzero(characters == ord("\n")) + 1)
    clauses = np.arange(len(cuts) - 1)
    next_lines = np.append(first_of_lines, len(clauses))
    lasts = np.searchsorted(cuts, cuts[:-1] + WINDOW, side="right") - 1
    lasts = np.minimum(lasts, next_lines[np.searchsorted(first_of_lines, clauses, side="right")])
    counts = np.maximum(lasts - clauses, 1)
    firsts = np.repeat(clauses, counts)
    offsets = np.arange(len(firsts)) - np.repeat(np.cumsum(counts) - counts, counts)
    starts, ends = cuts[firsts], cuts[firsts + offsets + 1]
    characters[_IS_DIGIT.take(of_plane)] = ord("0")
    return characters, starts, np.minimum(ends, starts + 2 * WINDOW)


def list_runs(text: str) -> list[str]:
    """Return the runs of a window that the model counts: those with a character that says something."""
    characters = read_windows(text)[0].astype("<u4").tobytes().decode("utf-32-le")
    singles, pairs = list(characters), list(map("".join, pairwise(characters)))
    changing = [b for runs in (singles, pairs) for a, b in pairwise(["", *runs]) if a != b]
    return [run for run in changing if not _SAYS_NOTHING.fullmatch(run)]


def find_hidden_contacts(text: str) -> Iterator[ContactMention]:
    """Yield the windows that tell how to reach somebody, the surest first. The contact itself is not put together."""
    if not text:
        return
    starts, ends, scores = _MODEL.score_windows(text)
    for window in np.argsort(-scores, kind="stable") if scores.max() >= ENOUGH else ():
        if scores[window] < ENOUGH:
            return
        start = int(starts[window])
        end = start + len(text[start : ends[window]].rstrip(_CLAUSE_ENDS))
        if _may_tell_contact(text, start, end):
            yield ContactMention("call", start, end)


def _may_tell_contact(text: str, start: int, end: int) -> bool:
    """Whether the window has enough Chinese: the model knows no other language."""
    is_chinese = sum(map(is_han, text[start:end])) >= FEWEST_HAN
    return is_chinese and not _SKILL.search(text, max(0, start - _BEFORE), end)


_MODEL = HiddenContactModel(json.loads(ARTIFACT.read_text("utf-8")))
