"""Several at the same time, each in a thread with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import OperationalError, connection, connections


def at_once(*acts):
    """What each act gave, or raised; all begin together. Needs the fixture `committed`."""
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


def has_to_wait(act):
    """Whether the act waits for a lock that this transaction holds; it is not done then."""

    def hurry():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '500ms'")
        act()

    (answer,) = at_once(hurry)
    return isinstance(answer, OperationalError)
