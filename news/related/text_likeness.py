"""How alike texts are by the characters that they share, each weighed by its rarity.

In Chinese a character is a small word, so that texts that share no whole term (高温停工, 高温津贴) still
share what they are about. The average text is subtracted first, so that 0 is the likeness of two
texts of the corpus on average, whatever their length. The rarities are those of
`character_rarity.txt`, not of the archive: a figure means the same on an empty site and on a full one.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

RARITY = Path(__file__).with_name("character_rarity.txt")
TITLE_COUNTS = 2  # the title counts twice
_CODES = 0x10000
_CHINESE = slice(0x4E00, 0xA000)
_CHINESE_RUN = re.compile("[\u4e00-\u9fff]+")
# The columns of characters that are not compared, and of characters that the file doesn't have.
NOT_COMPARED, UNKNOWN, FIRST = range(3)


def measure_text_likeness(text: tuple[str, str], others: Sequence[tuple[str, str]]) -> list[float]:
    """Return the correlation (0: as any two texts, 1: the same) of a title and text with each of the others."""
    texts = [title * TITLE_COUNTS + opening for title, opening in (text, *others)]
    columns_by_code, rarity, common = _read_characters()
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32)
    columns = columns_by_code[np.minimum(codes, _CODES - 1)]
    rows = np.repeat(np.arange(len(texts)), list(map(len, texts)))
    # One cell for each text and character.
    counts = np.bincount(rows * len(rarity) + columns, minlength=len(texts) * len(rarity))
    cells = np.flatnonzero(counts)
    rows, columns = np.divmod(cells, len(rarity))
    counts = counts[cells]
    weights = np.log1p(counts) * rarity[columns]
    squares = np.where(columns == UNKNOWN, counts * rarity[columns] ** 2, weights**2)
    first_weights = np.zeros(len(rarity))
    first_weights[columns[rows == 0]] = weights[rows == 0]
    first_weights[UNKNOWN] = 0

    def add_up(values: np.ndarray) -> np.ndarray:
        return np.bincount(rows, values, len(texts))

    lengths = np.sqrt(np.maximum(add_up(squares), 1e-9))
    cosines = add_up(weights * first_weights[columns]) / (lengths * lengths[0])
    usual = add_up(weights * common[columns]) / lengths
    unusual = np.sqrt(np.maximum(1 - usual**2, 1e-9))
    correlations = (cosines - usual * usual[0]) / (unusual * unusual[0])
    return [float(correlation) for correlation in correlations[1:]]


def count_shared_pairs(text: str, other_text: str) -> int:
    """Return how many pairs of Chinese characters that stand side by side are in both."""
    return len(_list_pairs(text) & _list_pairs(other_text))


def _list_pairs(text: str) -> set[str]:
    return {pair for run in _CHINESE_RUN.findall(text) for pair in map("".join, pairwise(run))}


@cache
def _read_characters() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the column of each code, 0 for what is not compared; of each column its rarity, and its weight
    in the average text, of length 1."""
    lines = [line.split() for line in RARITY.read_text("utf-8").splitlines() if line[0] != "#"]
    pairs = [(ord(character), float(value)) for value, row in lines for character in row]
    columns = np.full(_CODES, NOT_COMPARED, np.intp)
    columns[_CHINESE] = UNKNOWN
    columns[[code for code, _ in pairs]] = np.arange(FIRST, FIRST + len(pairs))
    named = np.array([value for _, value in pairs])
    rarity = np.concatenate([[0.0, named.max()], named])
    common = np.exp(-rarity) * rarity  # the share of the texts that have it, times its weight
    common[:FIRST] = 0
    return columns, rarity, common / np.linalg.norm(common)
