import contextlib
import os
import sys
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.timezone import localtime

from safety.learning.model_fitting import FOLDS, TooFewExamples
from safety.learning.model_lifecycle import train_model
from safety.learning.training_process import (
    ERROR_CODE,
    FEW_CODE,
    MEMORY_CODE,
    MISSING_CODE,
    TRIAL_CODE,
)
from safety.learning.training_runs import find_running_trial
from screening.models import TrainedModel, TrainingRun
from sitekit.telemetry.error_places import locate_error

LOOK_SECONDS = 2


class Command(BaseCommand):
    help = (
        "Fit the screening model on moderators' decisions. It looks on in a shadow period until an "
        "admin switches it on; see docs/screening-model.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=_parse_day, metavar="YYYY-MM-DD", help="decisions from")
        parser.add_argument(
            "--until", type=_parse_day, metavar="YYYY-MM-DD", help="decisions before"
        )
        parser.add_argument(
            "--run", type=int, metavar="N", help="the run asked for in the admin (by the worker)"
        )
        parser.add_argument(
            "--end-trial",
            type=int,
            metavar="N",
            help="the model whose shadow period the new one ends",
        )

    def handle(
        self,
        *,
        since: datetime | None,
        until: datetime | None,
        run: int | None = None,
        end_trial: int | None = None,
        **options: Any,
    ) -> None:
        """Exit code 0: a model was stored; 1: too few decisions; 2: scikit-learn is missing; 5: a model is in its
        shadow period; of a run besides 3: an error, whose place the run keeps; 4: memory."""
        if run is None:
            self._require_no_other_trial(end_trial)
        else:
            _yield_to_others()
            _end_with_parent()
        try:
            model = train_model(since, until)
        except TooFewExamples as lacking:
            self.stderr.write(f"Nothing was stored. {lacking}")
            sys.exit(FEW_CODE)
        except ModuleNotFoundError as missing:
            if not str(missing.name).startswith("sklearn"):
                raise
            self.stderr.write("This needs scikit-learn: pip install -r requirements-train.txt")
            sys.exit(MISSING_CODE)
        except Exception as error:
            if run is None:
                raise
            sys.exit(_note_error(run, error))
        if run is not None:
            rows = TrainingRun.objects.filter(pk=run)
            rows.update(model=model, ended_at=timezone.now(), failure="")
        self._report(model)

    def _require_no_other_trial(self, end_trial: int | None) -> None:
        trial = find_running_trial()
        if trial is None or trial.pk == end_trial:
            return
        self.stderr.write(
            f"Nothing was trained. Model {trial.pk} is in its shadow period since "
            f"{localtime(trial.created_at):%Y-%m-%d}, and a new one ends that: what was looked at would be "
            f"lost. If you want this: --end-trial {trial.pk}"
        )
        sys.exit(TRIAL_CODE)

    def _report(self, model: TrainedModel) -> None:
        window = f"{model.data_from:%Y-%m-%d} to {model.data_to:%Y-%m-%d}"
        self.stdout.write(
            f"Model {model.pk} from the corpus and {sum(model.counts.values())} decided texts, "
            f"{window}, {model.counts.get('honest', 0)} of them honest.\n"
            f"On decided texts that it had not seen ({FOLDS} folds; texts of one source or nearly "
            "the same stay together):"
        )
        for name, figures in model.figures.items():
            self.stdout.write(
                f"{name:10} finds {figures['recall']:.1%}, accuses {figures['accused']:.1%}"
            )
        self.stdout.write("It is in its shadow period: see 识别模型 in the admin.")


def _note_error(run: int, error: Exception) -> int:
    if isinstance(error, MemoryError):
        return MEMORY_CODE
    TrainingRun.objects.filter(pk=run).update(trouble=locate_error(error))
    return ERROR_CODE


def _yield_to_others() -> None:
    """Pages come first: the lowest priority, and the first to be ended where memory runs out."""
    os.nice(19)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _end_with_parent() -> None:
    """A worker that is killed says nothing to its children; nobody would hear of what they do."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        os._exit(ERROR_CODE)

    threading.Thread(target=watch, daemon=True).start()


def _parse_day(text: str) -> datetime:
    day = parse_date(text)
    if day is None:
        raise ValueError(text)
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001
