"""nDCG and precision over graded lists, 0 to 3."""

import math

USEFUL = 2  # the least grade that counts for precision


def compute_ndcg(grades, all_grades, depth=10):
    """Against the best order of everything that could be shown; None if nothing could."""
    best = _compute_discounted_gain(sorted(all_grades, reverse=True)[:depth])
    return _compute_discounted_gain(grades[:depth]) / best if best else None


def compute_precision(grades, all_grades, depth=5):
    """The share of the first five that are useful.

    Where fewer than five useful ones exist, of as many as exist; None where there are none.
    """
    possible = min(depth, sum(grade >= USEFUL for grade in all_grades))
    if not possible:
        return None
    return sum(grade >= USEFUL for grade in grades[:possible]) / possible


def compute_mean(values):
    numbers = [value for value in values if value is not None]
    return sum(numbers) / len(numbers) if numbers else 0.0


def _compute_discounted_gain(grades):
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))
