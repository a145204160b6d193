"""The assessment of a text by the site: the engine, with the known facts from the tables.

The checker and `manage.py screen` call `screen_text`; the gate before publication, which judges several texts at once,
calls `add_facts` for all of them and `assess_text` for each.
"""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from screening import engine
from screening.assessment import Assessment
from screening.contacts.known_contacts import add_known_contacts
from screening.context import Context
from screening.facts.blocked_items import find_blocked_signals, is_refused
from screening.facts.pay_norms import add_pay_norms
from screening.linear_model.model import ScreeningModel
from screening.reading.folded_text import FoldedText, fold_text
from screening.refitted_models import load_active_model
from sitekit.telemetry.counters import SCREENING_SECONDS, add_seconds


def screen_text(text: str | FoldedText, context: Context | None = None) -> Assessment:
    """Assess a text with the known facts from the database. `engine.assess_offer` does the same without them."""
    begun = perf_counter()
    folded = fold_text(text)
    (context_of_text,) = add_facts([(folded, context or Context())])
    return assess_text(folded, context_of_text, load_active_model(), begun)


def add_facts(texts: Sequence[tuple[FoldedText, Context]]) -> list[Context]:
    """Look up what the tables know of the pay and of the contacts: two queries, however many texts."""
    with_norms = add_pay_norms([context for _text, context in texts])
    folded = (text for text, _context in texts)
    return add_known_contacts(list(zip(folded, with_norms, strict=True)))


def assess_text(
    text: FoldedText, context: Context, model: ScreeningModel | None, begun: float | None = None
) -> Assessment:
    """Assess a text whose facts and model were looked up before, perhaps for several texts together.

    `begun` is when the look-up for this text began; the counted time includes it.
    """
    begun = perf_counter() if begun is None else begun
    assessment = _add_blocked(engine.assess_offer(text, context, model), text, context)
    outcome = "stopped" if assessment.required_changes else assessment.level
    add_seconds(SCREENING_SECONDS, outcome, seconds=perf_counter() - begun)
    return assessment


def _add_blocked(assessment: Assessment, text: FoldedText, context: Context) -> Assessment:
    """Add the findings of the operator's blocklist, which the engine does not know."""
    blocked = find_blocked_signals(text, context)
    if not blocked:
        return assessment
    signals = sorted([*assessment.signals, *blocked], key=lambda s: (s.start, s.end, s.code))
    refused = tuple(dict.fromkeys(signal.code for signal in blocked if is_refused(signal)))
    required_changes, stops = assessment.required_changes + refused, assessment.stops + refused
    return replace(
        assessment, signals=tuple(signals), required_changes=required_changes, stops=stops
    )
