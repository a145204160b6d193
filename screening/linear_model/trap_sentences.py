"""Finds a sentence that makes an ordinary offer a trap: 身份证原件放店里保管.

It weighs little in the model of whole texts. This model makes the offer wait for a person, and accuses nobody
(`manage.py train_trap_model`, docs/decisions/0080-trap-sentences.md).
"""

import json
from pathlib import Path

from screening.linear_model.features import ModelText
from textkit.ngrams.short_text_model import ShortTextModel

ARTIFACT = Path(__file__).with_suffix(".json")
# Log-odds, chosen by authors that the model had not read and by ordinary listings.
MIN_ODDS = -1.6
FEWEST_SENTENCES = 2  # the model of whole texts judges a single sentence better


def find_trap_sentences(text: ModelText) -> list[tuple[int, int]]:
    """Return where in the model text those sentences stand, the surest first."""
    spans = text.list_sentences()
    if len(spans) < FEWEST_SENTENCES:
        return []
    scores = _MODEL.score_pieces(text.characters, spans).tolist()
    ranked = sorted(zip(scores, spans, strict=True), reverse=True)
    return [span for score, span in ranked if score >= MIN_ODDS]


# Made with the module, so that web processes share it.
_MODEL = ShortTextModel(json.loads(ARTIFACT.read_text("utf-8")))
