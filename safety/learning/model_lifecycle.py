"""Training, the shadow period, and switching on: the life of a model."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from listings.models import RevisionAssessment
from safety.learning.labelled_texts import HONEST, LabelledText, list_decided_examples
from safety.learning.model_fitting import FittedModels, fit_models
from screening.models import TrainedModel
from sitekit.workflow.refusals import Refusal

State = TrainedModel.State
SHADOW_FOR = timedelta(days=7)
SHADOW_OF = 30  # decided texts on which it looked on


class ModelNotReady(Refusal):
    """Says in Chinese why a model can't be switched on yet."""


def train_model(since=None, until=None) -> tuple[TrainedModel, FittedModels]:
    """A new model in its shadow period; one that was there before is retired with it."""
    until = until or timezone.now()
    examples = list(list_decided_examples(since, until))
    fitted = fit_models(examples)
    counts = Counter(example.fraud_type or "honest" for example in examples)
    with transaction.atomic():
        _retire(State.SHADOW)
        model = TrainedModel.objects.create(
            terms=fitted.terms,
            figures=fitted.figures,
            counts=dict(counts),
            data_from=min(example.decided_at for example in examples),
            data_to=max(example.decided_at for example in examples),
        )
    return model, fitted


@dataclass(frozen=True)
class Agreement:
    """How often model and moderator said the same of texts decided after it was trained."""

    both_fraud: int = 0
    other_type: int = 0
    only_model: int = 0
    only_moderator: int = 0
    both_honest: int = 0

    @property
    def texts(self):
        return (
            self.both_fraud
            + self.other_type
            + self.only_model
            + self.only_moderator
            + self.both_honest
        )

    @property
    def percent(self):
        """None where nothing was decided."""
        return (
            round(100 * (self.both_fraud + self.both_honest) / self.texts) if self.texts else None
        )


def measure_shadow_agreement(model: TrainedModel) -> Agreement:
    found = Counter(_compared(example, said) for example, said in _seen(model))
    return Agreement(**found)


def _seen(model):
    """Decided texts of which it was written down what the model would have said."""
    examples = {e.revision: e for e in list_decided_examples(model.created_at) if e.revision}
    rows = RevisionAssessment.objects.filter(shadow__model=model.pk, revision__in=list(examples))
    for number, said in rows.values_list("revision_id", "shadow"):
        yield examples[number], said.get("fraud_type", HONEST)


def _compared(example: LabelledText, said: str) -> str:
    if said == example.fraud_type:
        return "both_fraud" if said else "both_honest"
    if said and example.fraud_type:
        return "other_type"
    return "only_model" if said else "only_moderator"


def switch_on(number: int) -> TrainedModel:
    """From its shadow period, which must have been long enough to say something."""
    with transaction.atomic():
        model = TrainedModel.objects.select_for_update().get(pk=number)
        if model.state != State.SHADOW:
            raise ModelNotReady(f"「{model.get_state_display()}」的模型不能启用。")
        if words := count_missing_shadow_cases(model, measure_shadow_agreement(model).texts):
            raise ModelNotReady(words)
        _retire(State.ACTIVE)
        return _become(model, State.ACTIVE)


def count_missing_shadow_cases(model: TrainedModel, texts: int) -> str:
    """What its shadow period lacks still, where moderators decided so many texts in it."""
    looked_on = timezone.now() - model.created_at
    if looked_on < SHADOW_FOR:
        return f"至少要试看 {SHADOW_FOR.days} 天，现在才 {looked_on.days} 天。"
    if texts < SHADOW_OF:
        return f"试看期间审核员要决定过至少 {SHADOW_OF} 条，现在才 {texts} 条。"
    return ""


def switch_off(number: int) -> TrainedModel:
    with transaction.atomic():
        model = TrainedModel.objects.select_for_update().get(pk=number)
        return _become(model, State.RETIRED)


def _retire(state):
    for model in TrainedModel.objects.select_for_update().filter(state=state):
        _become(model, State.RETIRED)


def _become(model, state):
    model.state, model.switched_at = state, timezone.now()
    model.save(update_fields=["state", "switched_at"])
    return model
