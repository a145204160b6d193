"""What is traded in an offer: who hands over what, to whom, when and for what. Schemes change their
words, but not their deal. Of offers only: a report tells the same deal as somebody else's.
"""

from collections.abc import Iterator

from screening.assessment import Signal
from screening.context import Context
from screening.reading import Reading

from .common import POST, WARNING
from .crowds import CROWDS
from .deal import Deals
from .fees import FEES
from .handovers import HANDOVERS
from .lures import LURES
from .money import MONEY
from .outlays import OUTLAYS

DEALS = (*FEES, *OUTLAYS, *HANDOVERS, *MONEY, *CROWDS, *LURES)
_ready = Deals(DEALS, POST, WARNING)


def find(reading: Reading, context: Context) -> Iterator[Signal]:
    for deal, count, first, last in _ready.find(reading):
        start, end = reading.span(*_in_one_line(reading.text, first, last))
        weight = deal.weight(count)
        yield Signal(f"deals.{deal.name}", weight, start, end, deal.reason, deal.kind.value)


def _in_one_line(text, first, last):
    """The longest line of a deal: the fields of a form are lines, and a mark stands in one field."""
    lines, start = [], first
    for line in text[first:last].split("\n"):
        lines.append((len(line), start))
        start += len(line) + 1
    length, start = max(lines)
    return start, start + length
