"""What an offer promises, soothes, leads to and asks for, taken together. A role alone is nothing:
honest work is paid by the day, too, and reached by WeChat. Of offers only: reports tell otherwise.
"""

from collections.abc import Iterator

from screening.assessment import Signal
from screening.context import Context
from screening.reading import Reading

from .asks import ASKS
from .deeds import DEEDS, OF_DEEDS
from .lures import LURES
from .pitches import OF_JOBS
from .role import Pitches
from .strangers import OF_STRANGERS, STRANGERS
from .trades import OF_TRADES, TRADES
from .ways import WAYS

ROLES = (*LURES, *WAYS, *ASKS, *STRANGERS, *TRADES, *DEEDS)
PITCHES = (*OF_JOBS, *OF_STRANGERS, *OF_TRADES, *OF_DEEDS)
_ready = Pitches(ROLES, PITCHES)


def find(reading: Reading, context: Context) -> Iterator[Signal]:
    """A role that several pitches of one type use is told once, with its greatest weight."""
    weights: dict[tuple[str, str, int, int], int] = {}
    for pitch, role, first, last in _ready.find(reading):
        key = (pitch.kind.value, role.name, first, last)
        weights[key] = max(pitch.weights.get(role.name, 0), weights.get(key, 0))
    for (kind, name, first, last), weight in weights.items():
        if weight:
            start, end = reading.span(first, last if last > first else len(reading.text))
            reason = _ready.roles[name].reason
            yield Signal(f"pitch.{name}", weight, start, end, reason, kind)
