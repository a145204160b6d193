"""Whether work grows with the length of a text, and not with its square."""

from collections.abc import Callable
from time import thread_time

LENGTH = 30_000
MOST = 3  # times as long for twice the text: linear work takes 2 times, quadratic 4
REPEATS = 3


def is_linear(work: Callable[[str], object], piece: str) -> bool:
    """Whether `work` takes about twice as long over twice as many repetitions of `piece`.

    In processor time, the least of several repeats: other programs only ever add to it.
    """
    text = piece * (LENGTH // len(piece))
    most = MOST * min(seconds(work, text) for _ in range(REPEATS))
    return any(seconds(work, text * 2) <= most for _ in range(REPEATS))


def seconds(work: Callable[[str], object], text: str) -> float:
    begin = thread_time()
    work(text)
    return thread_time() - begin
