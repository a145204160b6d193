"""The web processes of a machine count into one folder, so that any of them tells the sum.

Each counts into files of its own, named by its place among those that live. A process that takes the place of
one that ended goes on counting in its files: no count falls, and there are no more files than places.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from typing import Any

from prometheus_client import values

# Where prometheus_client looks for the folder.
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_shared = {"folder": "", "place": "none"}


def share_counters() -> None:
    """To be called before a process is forked; the first time makes the folder."""
    if not _shared["folder"]:
        _shared["folder"] = os.environ[_VARIABLE] = tempfile.mkdtemp(prefix="jobsite-metrics-")
        values.ValueClass = values.MultiProcessValue(lambda: _shared["place"])


def get_shared_folder() -> str:
    """Return the folder; empty in a process that counts for itself."""
    return _shared["folder"]


def find_free_place(processes: Iterable[Any]) -> int:
    """Return the lowest number that none of the processes has as its `counter_place`."""
    taken = {getattr(process, "counter_place", None) for process in processes}
    return next(number for number in range(len(taken) + 1) if number not in taken)


def take_place(number: int) -> None:
    """To be called in the new process."""
    _shared["place"] = str(number)


def forget_counters() -> None:
    """To be called when the last process has ended."""
    if folder := get_shared_folder():
        shutil.rmtree(folder, ignore_errors=True)
