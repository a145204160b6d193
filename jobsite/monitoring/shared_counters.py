"""The web processes of a machine count into one folder, so that any of them tells the sum.

Each counts into files of its own, named by its place among those that live. A process that takes the place of
one that ended goes on counting in its files: no count falls, and there are no more files than places.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from prometheus_client import values

from sitekit.telemetry.counters import KEPT_PAGES, SCREENING_SECONDS

# Where prometheus_client looks for the folder.
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_PREFIX = "jobsite-metrics-"
_FILE_SIZE = 2**21  # bytes; all routes with three statuses each take half of it
_shared = {"folder": "", "place": "none"}


def share_counters() -> None:
    """Create the folder of the counters, unless this was done already. Call it before a process is forked."""
    if not _shared["folder"]:
        _remove_left_folders()
        _shared["folder"] = os.environ[_VARIABLE] = tempfile.mkdtemp(prefix=_PREFIX)
        _lock_folder(_shared["folder"])
        values.ValueClass = values.MultiProcessValue(lambda: _shared["place"])


def get_shared_folder() -> str:
    """Return the folder; "" in a process that counts only for itself."""
    return _shared["folder"]


def find_free_slot(processes: Iterable[Any]) -> int:
    """Return the lowest number that none of the processes has as its `counter_place`."""
    taken = {getattr(process, "counter_place", None) for process in processes}
    return next(number for number in range(len(taken) + 1) if number not in taken)


def claim_slot(number: int) -> None:
    """Count into the files of this slot from now on. Call it in the new process. If the disk has no room for the files,
    the process serves without counting."""
    _shared["place"] = str(number)
    with suppress(OSError):  # without room the process serves, and does not count
        for kind in ("counter", "histogram"):
            _reserve_room(Path(get_shared_folder()) / f"{kind}_{number}.db")
        KEPT_PAGES.labels("hit"), SCREENING_SECONDS.labels("low")


def forget_counters() -> None:
    """Delete the folder. Call it when the last process has ended."""
    if folder := get_shared_folder():
        shutil.rmtree(folder, ignore_errors=True)


def _reserve_room(path: Path) -> None:
    """Give the file its full size. It is mapped into memory, and a write to it on a full disk would end the process
    (SIGBUS)."""
    with path.open("ab") as file:
        os.posix_fallocate(file.fileno(), 0, _FILE_SIZE)


def _lock_folder(folder: str) -> int:
    """Lock the folder and return the descriptor. The lock holds until the descriptor is closed, also in each forked
    process. Raise BlockingIOError if another process holds the lock."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor


def _remove_left_folders() -> None:
    """Delete the folders of processes that were killed: those that nobody locks. A folder younger than a minute stays,
    because its process may not have locked it yet."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if folder.stat().st_mtime < time.time() - 60:
                descriptor = _lock_folder(str(folder))
                shutil.rmtree(folder, ignore_errors=True)
                os.close(descriptor)
