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
    return assessment(signal for signal in found if not _says_the_contrary(text, signal))


def _says_the_contrary(text: str, signal: Signal) -> bool:
    """ "谨防刷单" and "不刷单" are no scheme. Clues of more than a name look for denials themselves."""
    if not signal.code.startswith(_OF_WORDS):
        return False
    if signal.code.endswith(".named") and is_denied(text, signal.start, signal.end):
        return True
    return is_warned_of(text, signal.start, signal.end) or forbids(text[signal.start : signal.end])
