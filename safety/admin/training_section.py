"""The section above the list of models: whether a model can be trained, what runs now, how the last runs ended."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from safety.learning.training_process import NEEDED_MEGABYTES
from safety.learning.training_runs import (
    find_running_trial,
    list_newest_runs,
    measure_readiness,
)
from screening.models import TrainedModel, TrainingRun

_FIGURES = (("骗局找到", "recall"), ("没问题的被标出", "accused"))


@dataclass(frozen=True)
class EndedRun:
    run: TrainingRun
    asked_by: str
    figures: str


def build_training_context() -> dict[str, Any]:
    runs = list(list_newest_runs())
    open_run = next((run for run in runs if run.ended_at is None), None)
    names = _list_askers(runs)
    readiness = measure_readiness()
    return {
        "readiness": readiness,
        "trial": find_running_trial() if readiness.has_enough else None,
        "open_run": open_run,
        "open_run_by": names.get(str(open_run.pk), "") if open_run else "",
        "ended_runs": [
            EndedRun(run, names.get(str(run.pk), ""), describe_figures(run.model))
            for run in runs
            if run.ended_at
        ],
        "needed_gigabytes": NEEDED_MEGABYTES // 1000,
    }


def describe_figures(model: TrainedModel | None) -> str:
    """Return the shares of the model beside those of the shipped model; empty if nothing was measured."""
    refitted = model.figures.get("refitted") if model else None
    shipped = model.figures.get("shipped") if model else None
    if not refitted or not shipped:
        return ""
    return "，".join(
        f"{word} {refitted[key]:.0%}（自带的 {shipped[key]:.0%}）" for word, key in _FIGURES
    )


def _list_askers(runs: list[TrainingRun]) -> dict[str, str]:
    """Return who asked for each training, by the number of the run."""
    if not runs:
        return {}
    kind = ContentType.objects.get_for_model(TrainingRun)
    entries = LogEntry.objects.filter(
        content_type=kind, object_id__in=[str(run.pk) for run in runs]
    )
    return {str(entry.object_id): str(entry.user) for entry in entries.select_related("user")}
