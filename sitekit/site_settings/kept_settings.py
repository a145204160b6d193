"""What the operator set in the admin, as every process knows it: kept until the database tells of a change."""

from collections.abc import Callable

from sitekit.kept_pages.changes import Dependency
from sitekit.kept_pages.store import forget_value, keep_value


class KeptSetting[T]:
    """`read` asks the database; `shipped` is what holds as long as nobody set anything.

    The table tells of its changes under `topic` (`jobsite/change_triggers.py`). A process that hears of them asks
    again at the next use; one that does not listen asks again after half a second.
    """

    def __init__(self, topic: str, name: str, read: Callable[[], T], shipped: T) -> None:
        self.name, self.shipped = name, shipped
        self._dependencies = [Dependency(topic)]
        self._read = read

    def get(self) -> T:
        return keep_value(("setting", self.name), self._dependencies, self._read)

    def forget(self) -> None:
        """Forget the value in this process at once, without waiting for the announcement of the change."""
        forget_value(("setting", self.name))
