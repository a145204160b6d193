"""Text in, explained findings out."""

import re

from . import signals
from .assessment import Assessment, assessment
from .reading import Reading

# "谨防刷单" in an advertisement is advice, not the scheme.
_WARNED_OF = re.compile(
    r"(?:谨防|警惕|防止|防范|切勿|不要相信|勿信|拒绝|抵制|举报|杜绝|并非|不是)[^，。；！？,.;!?\n]{0,8}$"
)


def assess(text: str) -> Assessment:
    found = signals.find(Reading(text))
    return assessment(signal for signal in found if not _is_advice(text, signal))


def _is_advice(text, signal):
    return bool(_WARNED_OF.search(text[max(0, signal.start - 14) : signal.start]))
