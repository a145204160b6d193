"""Whether work grows with the length of a text, and not with its square."""

import gc
from collections.abc import Callable
from time import thread_time

LENGTH = 15_000
LONGER = 4
MOST = 8  # times as long for the longer text: linear work takes 4 times, quadratic 16
REPEATS = 8


def is_linear(work: Callable[[str], object], piece: str) -> bool:
    """Whether `work` takes about four times as long over four times as many repetitions of `piece`.

    In processor time, the least of the repeats so far: other programs only ever add to it. The
    short and the long text take turns, since the speed of a busy machine changes by the second.
    """
    text = piece * (LENGTH // len(piece))
    least_short = least_long = float("inf")
    for _ in range(REPEATS):
        least_short = min(least_short, seconds(work, text))
        least_long = min(least_long, seconds(work, text * LONGER))
        if least_long <= MOST * least_short:
            return True
    return False


def seconds(work: Callable[[str], object], text: str) -> float:
    """The processor seconds of `work(text)`.

    Without garbage collection: it visits everything that the process holds, what other tests left
    included, and comes more often in the longer text.
    """
    gc.collect(1)
    gc.disable()
    try:
        begin = thread_time()
        work(text)
        return thread_time() - begin
    finally:
        gc.enable()
