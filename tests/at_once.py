"""Several at the same time, each in a thread with a connection of its own."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from django.db import OperationalError, connection, connections, transaction


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


def act_before_commit(change, act):
    """What `act` gave, or raised, that begins after `change` was made and before it is committed: it waits for a lock
    of the change, or is done before. Needs the fixture `committed`."""
    changed = Event()

    def hold():
        with transaction.atomic():
            change()
            changed.set()
            _wait_for_waiting_process()

    def follow():
        assert changed.wait(timeout=30)
        return act()

    held, answer = at_once(hold, follow)
    assert held is None, held
    return answer


def _wait_for_waiting_process(seconds=3):
    """Until somebody waits for a lock; at most some seconds."""
    for _ in range(seconds * 50):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
