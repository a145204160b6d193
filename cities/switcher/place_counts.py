"""How many listings there are in each place. The app that has them registers how they are counted."""

from collections.abc import Callable, Mapping


class PlaceCounter:
    """`count` returns {code of a place: number}; a place includes the places inside it."""

    def __init__(self) -> None:
        self.count: Callable[[], Mapping[int, int]] = dict


PLACE_COUNTER = PlaceCounter()
