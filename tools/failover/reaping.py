"""Runs a command and takes note of every process of it that ends, at once, as systemd does.

Where the machine's first process does so once a second, Patroni takes a killed postmaster for a running one, and looks
again three seconds later.
"""

import ctypes
import os
import signal
import sys

_SET_CHILD_SUBREAPER, _SET_PARENT_DEATH_SIGNAL = 36, 1  # of linux/prctl.h


def run_command(command: list[str]) -> int:
    """Return its exit code; it ends with this process."""
    library = ctypes.CDLL(None)
    library.prctl(_SET_CHILD_SUBREAPER, 1)
    child = os.fork()
    if not child:
        library.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        os.execvp(command[0], command)  # noqa: S606 - whoever starts this says what
    while True:
        pid, status = os.wait()
        if pid == child:
            return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(run_command(sys.argv[1:]))
