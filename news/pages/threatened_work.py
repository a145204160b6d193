"""Honest listings of the work that a kind of fraud pretends to offer. The app that has listings finds them."""

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest

from cities.models import Region


class ThreatenedWork(NamedTuple):
    """A list of honest listings; it shows at least `number`."""

    kind: str
    place: str
    href: str
    number: int
    is_more: bool
    is_of_reader: bool  # listings that this reader does not want to see are left out


class WorkFinder:
    """`find` returns the list of the place for a fraud type, None where there is none."""

    def __init__(self) -> None:
        self.find: Callable[[HttpRequest, str, Region | None], ThreatenedWork | None] = (
            lambda _request, _fraud_type, _city: None
        )


WORK_FINDER = WorkFinder()
