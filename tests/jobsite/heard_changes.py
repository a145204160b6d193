"""What this process has heard of the changes of the database."""

from sitekit.kept_pages.changes import CHANGES
from tests.jobsite.workers import wait_for


def wait_until_all_is_heard() -> None:
    """Return once the listener, which must run, knows all that was committed until now."""
    asked = CHANGES.clock()
    wait_for(lambda: CHANGES._all_known_at > asked, "that the database answers")
