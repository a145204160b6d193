"""The worker beside the server of `make run`: started again when it has ended, stopped with the server."""

import os
import subprocess
import sys
import time

from tools.development import PROJECT_DIR

END_SECONDS = 5
FIRST_PAUSE, LONGEST_PAUSE = 1, 60  # seconds; each is twice the one before
STEADY_SECONDS = 60  # after so long a run the pause is the first one again


class SupervisedWorker:
    """Runs during a `with` block, in which `look_after` is called every second or so."""

    def __init__(self, command: list[str] | None = None) -> None:
        self.owner = os.getpid()
        self.command = command or [
            *(sys.executable, "manage.py", "worker", f"--with-parent={self.owner}")
        ]
        self.pause = FIRST_PAUSE
        self.due_at: float | None = None  # when it is started again; None while it runs

    def __enter__(self) -> "SupervisedWorker":
        self._begin()
        return self

    def _begin(self) -> None:
        """Start it in its own session: Ctrl-C in the terminal is for the server, which then stops the worker."""
        self.process = subprocess.Popen(self.command, cwd=PROJECT_DIR, start_new_session=True)
        self.began_at, self.due_at = time.monotonic(), None

    def look_after(self) -> None:
        """Start it again after a pause. gunicorn may have reaped it; then poll() returns 0."""
        now = time.monotonic()
        if self.due_at is not None:
            if now >= self.due_at:
                self._begin()
        elif self.process.poll() is not None:
            if now >= self.began_at + STEADY_SECONDS:
                self.pause = FIRST_PAUSE
            print(f"make run: the worker ended; it begins anew in {self.pause} s", flush=True)
            self.due_at = now + self.pause
            self.pause = min(2 * self.pause, LONGEST_PAUSE)

    def __exit__(self, *_: object) -> None:
        if os.getpid() != self.owner:  # gunicorn's workers are forks and leave through here as well
            return
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
