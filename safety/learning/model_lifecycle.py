"""The life of a trained model: training, the shadow period, switching on and off."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from listings.models import RevisionAssessment
from safety.learning.labelled_texts import HONEST, LabelledText, list_decided_examples
from safety.learning.model_fitting import fit_with_decisions
from screening.fraud_types import FraudType, RiskLevel
from screening.models import TrainedModel
from screening.refitted_models import pack_terms
from sitekit.workflow.refusals import Refusal

State = TrainedModel.State
SHADOW_FOR = timedelta(days=7)
SHADOW_OF = 30  # decided texts in its shadow period


class ModelNotReady(Refusal):
    """Says in Chinese why a model can't be switched on yet."""


def train_model(since: datetime | None = None, until: datetime | None = None) -> TrainedModel:
    """Train a model and start its shadow period; another one in that period is retired. Raises
    `TooFewExamples`."""
    until = until or timezone.now()
    examples = list(list_decided_examples(since, until))
    fitted = fit_with_decisions(examples)
    if not connection.in_atomic_block:
        connection.close()  # it was idle for long, and the database may have restarted since
    counts = Counter(example.fraud_type or "honest" for example in examples)
    with transaction.atomic():
        _retire_trained_models(State.SHADOW)
        return TrainedModel.objects.create(
            terms=pack_terms(fitted.content),
            figures=fitted.figures,
            counts=dict(counts),
            data_from=min(example.decided_at for example in examples),
            data_to=max(example.decided_at for example in examples),
        )


@dataclass(frozen=True)
class ShadowAgreement:
    """How often model and moderator agreed on texts decided after the training."""

    both_fraud: int = 0
    other_type: int = 0
    only_model: int = 0
    only_moderator: int = 0
    both_honest: int = 0

    @property
    def texts(self) -> int:
        return sum(astuple(self))

    @property
    def percent(self) -> int | None:
        """None if nothing was decided."""
        agreed = self.both_fraud + self.both_honest
        return round(100 * agreed / self.texts) if self.texts else None


def measure_shadow_agreement(model: TrainedModel) -> ShadowAgreement:
    outcomes = (
        _get_agreement_field(example, fraud_type) for example, fraud_type in _list_shadowed(model)
    )
    return ShadowAgreement(**Counter(outcomes))


def _list_shadowed(model: TrainedModel) -> Iterator[tuple[LabelledText, str]]:
    """Yield the decided texts, each with the fraud type that the model gave in its shadow period."""
    examples = {e.revision: e for e in list_decided_examples(model.created_at) if e.revision}
    rows = RevisionAssessment.objects.filter(shadow__model=model.pk, revision__in=list(examples))
    for number, shadow in rows.values_list("revision_id", "shadow"):
        is_suspected = (shadow or {}).get("level", RiskLevel.LOW) != RiskLevel.LOW
        fraud_type = (shadow or {}).get("fraud_type") or FraudType.OTHER
        yield examples[number], fraud_type if is_suspected else HONEST


def _get_agreement_field(example: LabelledText, fraud_type: str) -> str:
    """Return the field of `ShadowAgreement` that counts this text."""
    if fraud_type == example.fraud_type:
        return "both_fraud" if fraud_type else "both_honest"
    if fraud_type and example.fraud_type:
        return "other_type"
    return "only_model" if fraud_type else "only_moderator"


def activate_model(number: int) -> TrainedModel:
    """Make the model active and retire the active one. Raises `ModelNotReady`."""
    with transaction.atomic():
        model = TrainedModel.objects.select_for_update().get(pk=number)
        if model.state != State.SHADOW:
            raise ModelNotReady(f"「{model.get_state_display()}」的模型不能启用。")
        if missing := describe_missing_shadow_period(model, measure_shadow_agreement(model).texts):
            raise ModelNotReady(missing)
        _retire_trained_models(State.ACTIVE)
        return _set_state(model, State.ACTIVE)


def describe_missing_shadow_period(model: TrainedModel, texts: int) -> str:
    """Say in Chinese why the shadow period, with so many decided texts, is too short; else empty."""
    elapsed = timezone.now() - model.created_at
    if elapsed < SHADOW_FOR:
        return f"至少要试看 {SHADOW_FOR.days} 天，现在才 {elapsed.days} 天。"
    if texts < SHADOW_OF:
        return f"试看期间审核员要决定过至少 {SHADOW_OF} 条，现在才 {texts} 条。"
    return ""


def retire_model(number: int) -> TrainedModel:
    with transaction.atomic():
        model = TrainedModel.objects.select_for_update().get(pk=number)
        return _set_state(model, State.RETIRED)


def _retire_trained_models(state: str) -> None:
    for model in TrainedModel.objects.select_for_update().filter(state=state):
        _set_state(model, State.RETIRED)


def _set_state(model: TrainedModel, state: str) -> TrainedModel:
    model.state, model.switched_at = state, timezone.now()
    model.save(update_fields=["state", "switched_at"])
    return model
