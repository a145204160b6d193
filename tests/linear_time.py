"""Whether work grows with the length of a text, and not with its square."""

import gc
from collections.abc import Callable
from time import thread_time

LENGTH = 15_000
LONGER = 4
MOST = 8  # times as long for the longer text: linear work takes 4 times, quadratic 16
FEWEST, REPEATS = 3, 10


def is_linear(work: Callable[[str], object], piece: str) -> bool:
    """Whether `work` takes about four times as long over four times as many repetitions of `piece`.

    In processor time, the least of the repeats so far: other programs only ever add to it. The
    short and the long text take turns, since the speed of a busy machine changes by the second.
    """
    text = piece * (LENGTH // len(piece))
    short: list[float] = []
    long: list[float] = []
    for repeat in range(REPEATS):
        short.append(measure_cpu_seconds(work, text))
        long.append(measure_cpu_seconds(work, text * LONGER))
        if repeat >= FEWEST - 1 and min(long) <= MOST * min(short):
            return True
    return False


def measure_cpu_seconds(work: Callable[[str], object], text: str) -> float:
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
