"""Several at the same time, each in a thread with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connections


@pytest.fixture
def committed(transactional_db):
    """Threads see what is committed only; such a test ends with empty tables: places come anew."""
    call_command("load_regions", verbosity=0)


def at_once(*acts):
    """What each act gave, or raised; all begin together."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(timeout=30)
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts, timeout=300))
