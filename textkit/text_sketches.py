"""How much two texts say the same, from short sketches of them that are stored and indexed.

One-permutation MinHash: every shingle falls into one slot, each slot keeps its least hash, and the
share of equal slots estimates the share of equal shingles. Texts that agree in a whole band of
slots are candidates; `compute_similarity` is the exact share, for when both texts are at hand.
"""

import re
import zlib
from operator import eq

from textkit.segmentation import normalise_text

SHINGLE = 5  # characters
SLOTS = 48
IN_BAND = 4
# The values are random: 32 bits tell them apart, and fit a signed integer column.
_MASK = 0xFFFFFFFF
_BORROWED = 0x9E3779B1
_NOT_WORD = re.compile(r"[\W_]+")


def cut_shingles(text: str) -> set[str]:
    """All runs of five characters, whatever the punctuation, width, case or script."""
    plain = _NOT_WORD.sub("", normalise_text(text))
    if not plain:
        return set()
    return {plain[at : at + SHINGLE] for at in range(max(1, len(plain) - SHINGLE + 1))}


def sketch_text(text: str) -> list[int]:
    """48 signed numbers of 32 bits, or none for a text without words."""
    least: list[int | None] = [None] * SLOTS
    for shingle in cut_shingles(text):
        number = _mixed(zlib.crc32(shingle.encode()))
        slot, value = number % SLOTS, number // SLOTS
        held = least[slot]
        if held is None or value < held:
            least[slot] = value
    if not any(value is not None for value in least):
        return []
    return [_signed(value, 32) for value in _filled(least)]


def split_sketch_bands(numbers: list[int]) -> list[int]:
    """12 signed hashes of 64 bits, each of four neighbouring slots."""
    found = []
    for band in range(len(numbers) // IN_BAND):
        value = band + 1
        for number in numbers[band * IN_BAND : (band + 1) * IN_BAND]:
            value = (value * 0x100000001B3 ^ (number & _MASK)) & 0xFFFFFFFFFFFFFFFF
            value ^= value >> 29
        found.append(_signed(value, 64))
    return found


def estimate_similarity(one: list[int], other: list[int]) -> float:
    """The estimated share of equal shingles; 0 if either sketch is empty."""
    if not one or len(one) != len(other):
        return 0.0
    return sum(map(eq, one, other)) / len(one)  # thousands of times for a page


def compute_similarity(one: str, other: str) -> float:
    """The exact share of equal shingles of two texts."""
    a, b = cut_shingles(one), cut_shingles(other)
    return len(a & b) / len(a | b) if a and b else 0.0


def _mixed(number):
    """crc32 is linear, which neighbouring shingles would show."""
    number = (number ^ number >> 16) * 0x7FEB352D & _MASK
    number = (number ^ number >> 15) * 0x846CA68B & _MASK
    return number ^ number >> 16


def _filled(least):
    """A slot that got no shingle borrows from the next that did, marked by the distance."""
    filled = []
    for slot in range(SLOTS):
        step = 0
        while (value := least[(slot + step) % SLOTS]) is None:
            step += 1
        filled.append((value + step * _BORROWED) & _MASK)
    return filled


def _signed(number, bits):
    return number - (1 << bits) if number >> (bits - 1) else number
