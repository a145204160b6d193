"""How much there is to see in each place; the app that has it says how it is counted."""

from collections.abc import Callable, Mapping


class PlaceCounter:
    """`count` returns a number for each code of a place that has any; a place has what those inside have."""

    def __init__(self) -> None:
        self.count: Callable[[], Mapping[int, int]] = dict


PLACE_COUNTER = PlaceCounter()
