"""Text and what stands around it in, explained findings out. Pure: it asks nothing of anybody."""

import re

from . import signals
from .assessment import Assessment, assessment
from .context import Context
from .reading import Reading

NAME = "rules-2"  # stored with what it said; a change that changes answers changes it
NOTHING = Context()
# "谨防刷单" in an advertisement is advice, not the scheme.
_WARNED_OF = re.compile(
    r"(?:谨防|警惕|防止|防范|切勿|不要相信|勿信|拒绝|抵制|举报|杜绝|并非|不是)[^，。；！？,.;!?\n]{0,8}$"
)


def assess(text: str, context: Context = NOTHING) -> Assessment:
    """What speaks for fraud, and what else is wrong with an offer: all in one list of signals."""
    reading = Reading(text)
    found = signals.find(reading)
    kept = [signal for signal in found if not _is_advice(text, signal)]
    return assessment([*kept, *signals.find_in_offer(reading, context)])


def _is_advice(text, signal):
    return bool(_WARNED_OF.search(text[max(0, signal.start - 14) : signal.start]))
