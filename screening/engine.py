"""Text and what stands around it in, explained findings out. Pure: it asks nothing of anybody."""

from . import signals
from .assessment import Assessment, Signal, assessment
from .context import Context
from .reading import Reading
from .signals.wording.denial import forbids, is_denied, is_warned_of

NAME = "rules-4"  # stored with what it said; a change that changes answers changes it
NOTHING = Context()
_OF_WORDS = ("wording.", "pitch.", "deals.")  # families whose words can be denied or warned of


def assess(text: str, context: Context = NOTHING) -> Assessment:
    """What speaks for fraud, and what else is wrong with an offer: all in one list of signals."""
    reading = Reading(text)
    found = [*signals.find(reading), *signals.find_in_offer(reading, context)]
    contrary: dict[tuple[int, int], bool] = {}  # many signals stand at one place
    return assessment(signal for signal in found if not _is_denied(text, signal, contrary))


def _is_denied(text: str, signal: Signal, contrary: dict[tuple[int, int], bool]) -> bool:
    """ "谨防刷单" and "不刷单" are no scheme. Clues of more than a name look for denials themselves."""
    if not signal.code.startswith(_OF_WORDS):
        return False
    place = signal.start, signal.end
    if signal.code.endswith(".named") and is_denied(text, *place):
        return True
    if place not in contrary:
        contrary[place] = is_warned_of(text, *place) or forbids(text[slice(*place)])
    return contrary[place]
