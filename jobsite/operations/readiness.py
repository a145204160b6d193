"""Whether the site can do its work: for probes, for `manage.py doctor`, and for the page of its state."""

from collections.abc import Sequence
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from sitekit.messages.backlog import list_late_channels

# A worker gives a sign of life every ten seconds, and cron a minute or ten later.
LATE_SECONDS = 60
_FACTS = """
SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool,
       EXISTS (SELECT FROM cities_region),
       (SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers)
"""


def check_readiness() -> tuple[bool, list[str]]:
    """Return whether the site can do its work, and a line for each fact.

    A silent worker and late messages are reported, but the site counts as able to work: taking web processes out of
    service as well would help nobody.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(_FACTS)
            is_read_only, has_places, silence = cursor.fetchone()
        is_migrated = are_migrations_applied()
        are_late = is_migrated and bool(list_late_channels())
    except DatabaseError:
        return False, ["database: away"]
    has_worker = silence is not None and silence <= LATE_SECONDS
    facts = [
        "database: answers",
        f"writes: {'refused' if is_read_only else 'taken'}",
        f"migrations: {'applied' if is_migrated else 'missing'}",
        f"places: {'loaded' if has_places else 'missing'}",
        f"worker: {'alive' if has_worker else 'silent'}",
        f"messages: {'waiting' if are_late else 'leaving'}",
    ]
    return is_migrated and has_places and not is_read_only, facts


def are_migrations_applied() -> bool:
    """Return whether no migration is missing. Once this was true it is not looked up again in this process."""
    if not _list_missing_migrations():
        return True
    _list_missing_migrations.cache_clear()
    return False


@cache
def _list_missing_migrations() -> Sequence[object]:
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())
