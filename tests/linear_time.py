"""Whether work grows with the length of a text, and not with its square."""

from collections.abc import Callable
from time import thread_time

LENGTH = 15_000
LONGER = 4
MOST = 8  # times as long for the longer text: linear work takes 4 times, quadratic 16
REPEATS = 3


def is_linear(work: Callable[[str], object], piece: str) -> bool:
    """Whether `work` takes about four times as long over four times as many repetitions of `piece`.

    In processor time, the least of several repeats: other programs only ever add to it.
    """
    text = piece * (LENGTH // len(piece))
    most = MOST * min(seconds(work, text) for _ in range(REPEATS))
    return any(seconds(work, text * LONGER) <= most for _ in range(REPEATS))


def seconds(work: Callable[[str], object], text: str) -> float:
    begin = thread_time()
    work(text)
    return thread_time() - begin
