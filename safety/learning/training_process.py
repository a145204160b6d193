"""Trains a model in a process of its own, for the worker: it takes long and much memory.

The row of the run says what is to be done, so that one that was interrupted begins again.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from safety.learning.training_runs import find_open_run
from screening.models import TrainingRun
from sitekit.maintenance.free_memory import measure_free_memory
from sitekit.workflow.advisory_lock import TRAINING_LOCK, hold_advisory_lock

Failure = TrainingRun.Failure
NEEDED_MEGABYTES = 5_000  # one fit takes 3.2 GB, and there are four, one after the other
MAX_STARTS = 3
LOOK_SECONDS = 1.0
GRACE_SECONDS = 5.0
# What the exit codes of `manage.py train_screening --run` say.
FEW_CODE, MISSING_CODE, ERROR_CODE, MEMORY_CODE = 1, 2, 3, 4
TRIAL_CODE = 5  # of the command by hand: for a run the admin asked about the trial
_FAILURES = {
    FEW_CODE: Failure.FEW,
    MISSING_CODE: Failure.NOT_INSTALLED,
    MEMORY_CODE: Failure.MEMORY,
}
_KILLED = -9  # by the system because memory ran out; this module ends a process by another signal


def run_requested_training(stopped: Callable[[], bool]) -> int:
    """Train the model that was requested in the admin; return how many models were made. One at a time."""
    if find_open_run() is None:
        return 0
    with hold_advisory_lock(TRAINING_LOCK) as is_mine:
        run = find_open_run() if is_mine else None
        return int(_run_training_process(run, stopped)) if run is not None else 0


def _run_training_process(run: TrainingRun, stopped: Callable[[], bool]) -> bool:
    if run.starts >= MAX_STARTS:
        return _end_run(run, Failure.TOO_OFTEN)
    free = measure_free_memory()
    if free is not None and free < NEEDED_MEGABYTES:
        return _end_run(run, Failure.MEMORY, f"要 {NEEDED_MEGABYTES} MB，空闲 {free} MB")
    rows = TrainingRun.objects.filter(pk=run.pk)
    rows.update(started_at=timezone.now(), starts=F("starts") + 1)
    code = _wait_for_process(subprocess.Popen(build_command(run)), stopped)
    if code is None:  # the worker ends; the next worker starts the training again
        rows.filter(ended_at=None).update(started_at=None)
        return False
    if code == 0:
        return True
    return _end_run(run, Failure.MEMORY if code == _KILLED else _FAILURES.get(code, Failure.ERROR))


def build_command(run: TrainingRun) -> list[str]:
    manage = str(Path(settings.BASE_DIR) / "manage.py")
    return [sys.executable, manage, "train_screening", "--run", str(run.pk)]


def _wait_for_process(process: subprocess.Popen, stopped: Callable[[], bool]) -> int | None:
    """Return its exit code; None if it was ended because the worker ends."""
    while True:
        try:
            return process.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            if not stopped():
                continue
        process.terminate()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return None


def _end_run(run: TrainingRun, failure: str, trouble: str = "") -> bool:
    values = {"ended_at": timezone.now(), "failure": failure} | (
        {"trouble": trouble} if trouble else {}
    )
    TrainingRun.objects.filter(pk=run.pk, ended_at=None).update(**values)
    return False
