"""What an app keeps of a person: how it is exported, erased, and what must be done before.

`jobsite.me.personal_data` joins the PERSONAL_DATA of each app.
"""

from collections.abc import Callable
from typing import Any, NamedTuple


class StaffWay(NamedTuple):
    """The address of a page of the staff, and the right that opens it."""

    address: str
    right: str


class ClosingObstacle(NamedTuple):
    """What must be done before the account is closed, in Chinese, and the address of where: for the person,
    and for the staff whom the person asked, of whose ways the first is offered that the reader may go. One that
    names what lies in a region is read in full by the staff of that region alone."""

    words: str
    staff_words: str
    staff_ways: tuple[StaffWay, ...]
    address: str = ""
    region: int | None = None


class PersonalData(NamedTuple):
    """`export(user)` returns {name of the file: what goes into it as JSON}."""

    export: Callable[[Any], dict[str, Any]]
    erase: Callable[[Any], None]
    list_obstacles: Callable[[Any], list[ClosingObstacle]] = lambda _user: []
