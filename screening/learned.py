"""A linear model that was fitted on moderators' decisions, applied: words in, one opinion a type.

How it is fitted stands in `safety.learning`; here is what the site needs of it, without the library.
"""

import math
import re
from dataclasses import dataclass
from itertools import pairwise

from textkit.segmentation import segment_words

from .context import Context
from .fraud_types import FraudType
from .models import TrainedModel
from .reading import Reading

_NUMBER = re.compile(r"\d+")
SHOWN = 3
_cache: dict[int, dict] = {}


@dataclass(frozen=True)
class Opinion:
    """That a text speaks like those of a fraud type; `terms` are what led to it, the weightiest first."""

    fraud_type: str
    probability: float
    threshold: float
    terms: tuple[str, ...]


def tokens(text: str) -> set[str]:
    """Words and pairs of neighbouring words of the folded text; every number is the same number."""
    words = [_NUMBER.sub("#", word) for word in segment_words(Reading(text).text)]
    return {*words, *(f"{one} {other}" for one, other in pairwise(words))}


def opinions(models: dict, text: str) -> list[Opinion]:
    """Of every type whose threshold is reached, the surest first. `models` as `TrainedModel.terms`."""
    there = tokens(text)
    found = []
    for kind, model in models.items():
        if kind not in FraudType.values:
            continue  # of a type that a later version dropped
        weights = {term: model["terms"][term] for term in there & model["terms"].keys()}
        probability = sigmoid(model["bias"] + sum(weights.values()))
        if probability >= model["threshold"]:
            led = sorted((t for t in weights if weights[t] > 0), key=lambda t: -weights[t])
            found.append(Opinion(kind, probability, model["threshold"], tuple(led[:SHOWN])))
    return sorted(found, key=lambda opinion: -opinion.probability)


def with_learned(text: str, context: Context) -> Context:
    """What the model says that is switched on, if one is."""
    if context.learned:
        return context
    pk, models = _latest(TrainedModel.State.ACTIVE)
    return context.having(learned=tuple(opinions(models, text))) if pk else context


def shadow(text: str) -> dict | None:
    """What the model in its shadow period would say; as it is stored beside an assessment."""
    pk, models = _latest(TrainedModel.State.SHADOW)
    if not pk:
        return None
    said = opinions(models, text)
    best = {"fraud_type": said[0].fraud_type, "p": round(said[0].probability, 3)} if said else {}
    return {"model": pk} | best


def _latest(state: str) -> tuple[int | None, dict]:
    pk = TrainedModel.objects.filter(state=state).values_list("pk", flat=True).first()
    if pk and pk not in _cache:
        if len(_cache) > 3:
            _cache.clear()
        _cache[pk] = TrainedModel.objects.values_list("terms", flat=True).get(pk=pk)
    return pk, _cache.get(pk, {}) if pk else {}


def sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
