"""Whether the process lives, and whether it can do its work: for whoever starts and watches it.

They are answered before anything else, over HTTP, by IP and under any host. What is told more than "ready"
is for this machine and its network only.
"""

import ipaddress
from collections.abc import Callable, Sequence
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from sitekit.web.pages import page

# A worker gives a sign of life every ten seconds, and cron a minute or ten later.
LATE_SECONDS = 60
_FACTS = """
SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool,
       EXISTS (SELECT FROM cities_region),
       (SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers)
"""


class ProbesMiddleware:
    """The first of all: probes name no host of the site and come without HTTPS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else self.get_response(request)


@page(takes="read", cache="never")
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether requests are answered at all; the database isn't asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@page(takes="read", cache="never")
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether the site can do its work. A worker that is silent is told of and changes nothing: mails
    wait, and taking web processes away as well would help nobody."""
    is_ready, facts = check_readiness()
    lines = ["ready" if is_ready else "not ready", *(facts if comes_from_inside(request) else [])]
    return HttpResponse("\n".join([*lines, ""]), "text/plain", 200 if is_ready else 503)


PROBES = {"/healthz": healthz, "/readyz": readyz}


def check_readiness() -> tuple[bool, list[str]]:
    """Return whether the site can do its work, and a line for each fact."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_FACTS)
            is_read_only, has_places, silence = cursor.fetchone()
        is_migrated = are_migrations_applied()
    except DatabaseError:
        return False, ["database: away"]
    has_worker = silence is not None and silence <= LATE_SECONDS
    facts = [
        "database: answers",
        f"writes: {'refused' if is_read_only else 'taken'}",
        f"migrations: {'applied' if is_migrated else 'missing'}",
        f"places: {'loaded' if has_places else 'missing'}",
        f"worker: {'alive' if has_worker else 'silent'}",
    ]
    return is_migrated and has_places and not is_read_only, facts


def are_migrations_applied() -> bool:
    """Once they are, they are for as long as the process runs."""
    if not _list_missing_migrations():
        return True
    _list_missing_migrations.cache_clear()
    return False


@cache
def _list_missing_migrations() -> Sequence[object]:
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def comes_from_inside(request: HttpRequest) -> bool:
    """Whether the request comes from this machine or its network, and not through a proxy."""
    if "HTTP_X_FORWARDED_FOR" in request.META:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_private
    except ValueError:
        return False
