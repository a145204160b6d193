"""The work that a kind of fraud poses as, beside its alerts and guides; the app that has listings finds it."""

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest

from cities.models import Region


class ThreatenedWork(NamedTuple):
    """A list of honest listings; `number` is what it shows, at least."""

    kind: str
    place: str
    href: str
    number: int
    is_more: bool
    is_of_reader: bool  # it leaves out what whoever asks does not want to see


class WorkFinder:
    """`find` returns the list of the place for a fraud type, None where there is none."""

    def __init__(self) -> None:
        self.find: Callable[[HttpRequest, str, Region | None], ThreatenedWork | None] = (
            lambda _request, _fraud_type, _city: None
        )


WORK_FINDER = WorkFinder()
