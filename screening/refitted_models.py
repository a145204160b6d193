"""Models that were fitted anew with moderators' decisions: the one that is switched on judges in
place of the shipped one, and the one in its shadow period is asked beside it."""

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from screening import engine
from screening.linear_model.model import ScreeningModel
from screening.linear_model.model_arrays import ModelArrays
from screening.models import TrainedModel
from screening.reading.folded_text import FoldedText


def load_active_model() -> ScreeningModel | None:
    """Return the model that is switched on; None if the shipped model judges."""
    number = _find_model(TrainedModel.State.ACTIVE)
    return _load_model(number) if number else None


class ShadowModel:
    """The model in its shadow period, if there is one: looked up once, for any number of texts."""

    def __init__(self) -> None:
        self._number = _find_model(TrainedModel.State.SHADOW)

    def judge_text(self, text: str | FoldedText) -> dict | None:
        """Return the judgement of the shadow model, as it is stored beside an assessment; None without one."""
        if not self._number:
            return None
        assessment = engine.assess_offer(text, model=_load_model(self._number))
        return {
            "model": self._number,
            "fraud_type": assessment.fraud_type,
            "score": assessment.score,
            "level": assessment.level,
        }


def _find_model(state: str) -> int | None:
    return TrainedModel.objects.filter(state=state).values_list("pk", flat=True).first()


@lru_cache(maxsize=3)
def _load_model(number: int) -> ScreeningModel:
    terms = TrainedModel.objects.values_list("terms", flat=True).get(pk=number)
    return ScreeningModel(ModelArrays.unpack(base64.b64decode(terms["packed"])))


def pack_terms(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the row of a model holds: its kinds to be looked at, all of it packed."""
    packed = base64.b64encode(ModelArrays.make(content).pack()).decode()
    return {"kinds": content["kinds"], "packed": packed}
