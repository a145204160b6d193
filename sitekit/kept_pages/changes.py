"""The changes that the database announced, and up to which moment all of them are known here.

A change has a topic and perhaps a part of it, such as the number of a place. Each gets the next number; what
was made when `number` was n is outdated once one of its dependencies has a later number.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import NamedTuple

# For so long after the last answer of the database the changes known here count as all that there are.
TRUSTED_SECONDS = 1.0
# The last change is remembered for this many parts. A dependency on a forgotten part counts as changed when the
# newest forgotten one was.
MAX_PARTS = 20_000
# A replica that is behind by more changes than this is not used.
_MAX_POSITIONS = 64


class Dependency(NamedTuple):
    topic: str
    part: int | None = None  # None: any part, and the whole


class ChangeLog:
    """Written by the thread that listens, read by those that answer requests."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        # What else changes with a part: a province with its city.
        self.list_enclosing_parts: Callable[[str, int], Sequence[int]] = lambda _topic, part: (
            part,
        )
        # When what is made at a moment is outdated though nothing is changed.
        self.find_due_moment: Callable[[float], float] = lambda _now: inf
        self.number = 0
        self.losses = 0  # how often word of changes was lost
        self._all_known_at = -inf
        self._forgotten = 0
        self._any: dict[str, int] = {}  # the last change of a topic or of a part of it
        self._whole: dict[str, int] = {}
        self._parts: OrderedDict[Dependency, int] = OrderedDict()
        self._last_forgotten_part = 0
        self._positions: tuple[tuple[int, int], ...] = ()

    def note_change(self, topic: str, part: int | None = None) -> None:
        number = self.number + 1
        enclosing = [] if part is None else self.list_enclosing_parts(topic, part)
        if not enclosing:  # nor is there one of a part that is not known here
            self._whole[topic] = number
        for enclosing_part in enclosing:
            self._note_part(Dependency(topic, enclosing_part), number)
        self._any[topic] = number
        self.number = (
            number  # last: whoever reads the former number meanwhile is outdated, not wrong
        )

    def _note_part(self, part: Dependency, number: int) -> None:
        """Note the number of a part, and forget the oldest one beyond `MAX_PARTS`. It is deleted last: other
        threads read meanwhile, and must find its number here or in `_last_forgotten_part`."""
        self._parts[part] = number
        self._parts.move_to_end(part)
        if len(self._parts) > MAX_PARTS:
            oldest = next(iter(self._parts))
            self._last_forgotten_part = self._parts[oldest]
            del self._parts[oldest]

    def forget_everything(self) -> None:
        """Make all that was kept outdated: changes may have been missed."""
        self._forgotten = self.number = self.number + 1

    def confirm(self, moment: float) -> None:
        """Note that all changes which were committed before the moment are known."""
        self._all_known_at = moment

    def note_position(self, number: int, position: int) -> None:
        """Note that the changes up to the number stand before the position in the log of the database."""
        if not self._positions or self._positions[-1][0] < number:
            self._positions = (*self._positions[1 - _MAX_POSITIONS :], (number, position))

    def find_number(self, position: int) -> int | None:
        """Return the number up to which all changes stand before the position, None if it is not known."""
        for number, known_position in reversed(self._positions):
            if known_position <= position:
                return number
        return None

    def distrust(self) -> None:
        """Note that the connection which announces changes is lost."""
        self.losses += not self.is_lost()
        self._all_known_at = -inf

    def is_lost(self) -> bool:
        return self._all_known_at == -inf

    def is_trusted(self) -> bool:
        return self.clock() - self._all_known_at < TRUSTED_SECONDS

    def get_read_moment(self) -> float:
        """Return the moment of which all that is read now is certain to tell: values that are kept, and what a
        replica holds, may lack a change that was committed since the database last answered."""
        return self._all_known_at if self.is_trusted() else self.clock()

    def has_changed(self, dependencies: Iterable[Dependency], number: int) -> bool:
        """Whether one of them changed after the number."""
        return self._forgotten > number or any(
            self._any.get(dependency.topic, 0) > number
            and (
                dependency.part is None
                or self._whole.get(dependency.topic, 0) > number
                or self._parts.get(dependency, self._last_forgotten_part) > number
            )
            for dependency in dependencies
        )


CHANGES = ChangeLog()
