"""Trainings requested in the admin: whether one can start, which one is open, how the last ones ended."""

from dataclasses import dataclass
from importlib.util import find_spec

from django.contrib.admin.models import ADDITION, LogEntry
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import User
from safety.learning.labelled_texts import count_decided_examples
from safety.learning.model_fitting import FEWEST_FRAUD, FEWEST_HONEST
from screening.models import TrainedModel, TrainingRun
from sitekit.workflow.refusals import Refusal

RUNS_SHOWN = 5


class TrainingRefused(Refusal):
    """Says in Chinese why no training begins."""


@dataclass(frozen=True)
class TrainingReadiness:
    """How many decided texts there are, and whether scikit-learn is installed here."""

    fraud: int
    honest: int
    has_packages: bool
    fewest_fraud: int = FEWEST_FRAUD
    fewest_honest: int = FEWEST_HONEST

    @property
    def has_enough(self) -> bool:
        return self.fraud >= self.fewest_fraud and self.honest >= self.fewest_honest


def measure_readiness() -> TrainingReadiness:
    return TrainingReadiness(*count_decided_examples(), has_training_packages())


def has_training_packages() -> bool:
    return find_spec("sklearn") is not None


def find_open_run() -> TrainingRun | None:
    return TrainingRun.objects.filter(ended_at=None).first()


def find_running_trial() -> TrainedModel | None:
    """Return the model in its shadow period. A new training will end that period."""
    return TrainedModel.objects.filter(state=TrainedModel.State.SHADOW).defer("terms").first()


def list_newest_runs() -> QuerySet[TrainingRun]:
    """Return the newest runs. An open run is first, because no other can be requested meanwhile."""
    return TrainingRun.objects.select_related("model").defer("model__terms")[:RUNS_SHOWN]


def request_training(user: User, ended_trial: int | None = None) -> TrainingRun:
    """Request a training from the worker, and store who requested it. Raises `TrainingRefused`, also while a model
    is in its shadow period, unless `ended_trial` is the number of that model."""
    readiness = measure_readiness()
    if not readiness.has_packages:
        raise TrainingRefused("没有装训练用的软件包，不能训练。")
    if not readiness.has_enough:
        raise TrainingRefused(
            f"处理过的还不够：骗局 {readiness.fraud} 条，没问题的 {readiness.honest} 条；"
            f"至少要 {FEWEST_FRAUD} 条和 {FEWEST_HONEST} 条。"
        )
    trial = find_running_trial()
    if trial is not None and trial.pk != ended_trial:
        raise TrainingRefused(
            f"{trial}正在试看，新的训练好了它就停用，试看白做。真要这样，勾上“结束{trial}的试看”再开始。"
        )
    try:
        with transaction.atomic():
            run = TrainingRun.objects.create()
            LogEntry.objects.log_actions(user.pk, [run], ADDITION, "开始训练", single_object=True)
    except IntegrityError:
        raise TrainingRefused("已经有一次在排队或者在训练，等它做完。") from None
    return run
