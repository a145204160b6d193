"""How similar two texts are, from short sketches of them that are stored and indexed.

One-permutation MinHash: every shingle falls into one slot, each slot keeps its least hash, and the
share of equal slots estimates the share of equal shingles. Texts with an equal band of slots are
candidates; `compute_similarity` returns the exact share if both texts are at hand.
"""

import re
import zlib
from collections.abc import Sequence
from operator import eq

from textkit.segmentation import normalise_text

SHINGLE_LENGTH = 5  # characters
SKETCH_SLOTS = 48
IN_BAND = 4
# The values are random: 32 bits suffice, and fit a signed integer column.
_MASK = 0xFFFFFFFF
_BORROWED = 0x9E3779B1
_NOT_WORD = re.compile(r"[\W_]+")


def cut_shingles(text: str) -> set[str]:
    """Return all runs of five characters, without punctuation, in one width, case and script."""
    plain = _NOT_WORD.sub("", normalise_text(text))
    if not plain:
        return set()
    return {
        plain[at : at + SHINGLE_LENGTH] for at in range(max(1, len(plain) - SHINGLE_LENGTH + 1))
    }


def sketch_text(text: str) -> list[int]:
    """Return 48 signed numbers of 32 bits; an empty list for a text without words."""
    least: list[int | None] = [None] * SKETCH_SLOTS
    for shingle in cut_shingles(text):
        number = _mix_bits(zlib.crc32(shingle.encode()))
        slot, value = number % SKETCH_SLOTS, number // SKETCH_SLOTS
        held = least[slot]
        if held is None or value < held:
            least[slot] = value
    if not any(value is not None for value in least):
        return []
    return [_make_signed(value, 32) for value in _fill_empty_slots(least)]


def split_sketch_bands(numbers: list[int]) -> list[int]:
    """Return 12 signed hashes of 64 bits, each of four neighbouring slots."""
    bands = []
    for band in range(len(numbers) // IN_BAND):
        value = band + 1
        for number in numbers[band * IN_BAND : (band + 1) * IN_BAND]:
            value = (value * 0x100000001B3 ^ (number & _MASK)) & 0xFFFFFFFFFFFFFFFF
            value ^= value >> 29
        bands.append(_make_signed(value, 64))
    return bands


def estimate_similarity(sketch_a: list[int], sketch_b: list[int]) -> float:
    """Return the estimated share of equal shingles; 0 if either sketch is empty."""
    if not sketch_a or len(sketch_a) != len(sketch_b):
        return 0.0
    # Written for speed: called thousands of times for a page.
    return sum(map(eq, sketch_a, sketch_b)) / len(sketch_a)


def compute_similarity(text_a: str, text_b: str) -> float:
    """Return the exact share of equal shingles of two texts."""
    a, b = cut_shingles(text_a), cut_shingles(text_b)
    return len(a & b) / len(a | b) if a and b else 0.0


def _mix_bits(number: int) -> int:
    """Mix the bits of a hash. crc32 is linear, so the hashes of neighbouring shingles are not independent."""
    number = (number ^ number >> 16) * 0x7FEB352D & _MASK
    number = (number ^ number >> 15) * 0x846CA68B & _MASK
    return number ^ number >> 16


def _fill_empty_slots(least: Sequence[int | None]) -> list[int]:
    """Return the slots; an empty one gets the value of the next filled slot, changed by the distance to it."""
    filled = []
    for slot in range(SKETCH_SLOTS):
        step = 0
        while (value := least[(slot + step) % SKETCH_SLOTS]) is None:
            step += 1
        filled.append((value + step * _BORROWED) & _MASK)
    return filled


def _make_signed(number: int, bits: int) -> int:
    return number - (1 << bits) if number >> (bits - 1) else number
