"""The text of /metrics: what the web processes of this machine count, and what is read when it is asked for.

Facts of the database are the same on each machine: sum up what is counted, and take the maximum of facts.
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from math import inf

from django.db import DatabaseError
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from jobsite.monitoring.facts import (
    ArchiveFacts,
    Disk,
    SystemFacts,
    measure_disks,
    read_facts,
    read_version,
)
from jobsite.monitoring.shared_counters import get_shared_folder
from safety.dashboard.figures import WaitingCases
from sitekit.messages.backlog import Backlog
from sitekit.telemetry.counters import ALL
from sitekit.telemetry.error_places import locate_error

logger = logging.getLogger(__name__)
CONTENT_TYPE = CONTENT_TYPE_LATEST


def render_metrics() -> bytes:
    registry = CollectorRegistry()
    if folder := get_shared_folder():
        MultiProcessCollector(registry, path=folder)
    else:
        for counter in ALL:
            registry.register(counter)
    registry.register(FactsCollector())
    return generate_latest(registry)


class FactsCollector(Collector):
    def describe(self) -> list[GaugeMetricFamily]:
        """Return no metrics, so that registering the collector reads no facts."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _build_labelled_gauges(
            "info", "The commit that runs.", "version", {read_version(): 1}
        )
        yield from _list_disk_gauges(measure_disks())
        try:
            facts = read_facts()
        except DatabaseError as error:
            logger.warning("facts of the database cannot be read: %s", locate_error(error))
            facts = None
        yield _build_gauge("database_up", "Whether the database answers.", facts is not None)
        if facts is not None:
            yield from _list_system_gauges(facts.system, facts.is_migrated)
            yield from _list_archive_gauges(facts.system.archive)
            yield from _list_message_gauges(facts.backlogs)
            yield from _list_queue_gauges(facts.queues)
            if facts.lag is not None:
                words = "How far the replica is behind: in "
                yield _build_gauge("replica_lag_bytes", f"{words}bytes.", facts.lag.octets)
                yield _build_gauge("replica_lag_seconds", f"{words}seconds.", facts.lag.seconds)


def _build_gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"jobsite_{name}", words, value=float(value))


def _build_labelled_gauges(
    name: str, words: str, label: str, values: Mapping[str, float]
) -> GaugeMetricFamily:
    """Return a metric with a value for each label; `values` are by label."""
    gauge = GaugeMetricFamily(f"jobsite_{name}", words, labels=[label])
    for key, value in values.items():
        gauge.add_metric([key], float(value))
    return gauge


def _list_disk_gauges(disks: list[Disk]) -> Iterator[GaugeMetricFamily]:
    free = {disk.folder: disk.free for disk in disks}
    size = {disk.folder: disk.size for disk in disks}
    yield _build_labelled_gauges("disk_free_bytes", "Free on the disk of a folder.", "folder", free)
    yield _build_labelled_gauges("disk_size_bytes", "Size of the disk of a folder.", "folder", size)


def _list_system_gauges(system: SystemFacts, is_migrated: bool) -> Iterator[GaugeMetricFamily]:
    backup_age = _count_seconds_since(system.backup_at)
    for name, words, value in (
        ("database_writable", "Whether the database takes writes.", not system.is_read_only),
        ("migrations_applied", "Whether no migration is missing.", is_migrated),
        ("worker_silence_seconds", "Since the last sign of life of a worker.", system.silence),
        ("jobs_failed", "Jobs that the worker gave up.", system.failed_jobs),
        ("jobs_waiting", "Jobs that wait or are being done.", system.waiting_jobs),
        ("periodic_tasks_late", "Periodic tasks that should be done by now.", system.late_tasks),
        ("periodic_tasks_failed", "Periodic tasks that failed last time.", system.failed_tasks),
        ("backup_age_seconds", "Since the newest backup was begun.", backup_age),
    ):
        yield _build_gauge(name, words, value)


def _list_archive_gauges(archive: ArchiveFacts | None) -> Iterator[GaugeMetricFamily]:
    words = "Whether PostgreSQL archives its log (WAL); the other figures of it are told only then."
    yield _build_gauge("archive_on", words, archive is not None)
    if archive is None:
        return
    archived_age = _count_seconds_since(archive.archived_at)
    backup_age = _count_seconds_since(archive.backup_at)
    for name, words, value in (
        ("archive_age_seconds", "Since the newest segment was archived.", archived_age),
        ("archive_failing", "Whether the last try to archive failed.", archive.is_failing),
        ("archive_failures", "Tries to archive that failed.", archive.failures),
        ("base_backup_age_seconds", "Since pgBackRest made its newest backup.", backup_age),
    ):
        yield _build_gauge(name, words, value)


def _list_message_gauges(backlogs: list[Backlog]) -> Iterator[GaugeMetricFamily]:
    waiting = {row.channel: row.waiting for row in backlogs}
    ages = {row.channel: _count_seconds(row.oldest_at) for row in backlogs}
    refused = {row.channel: row.refused for row in backlogs}
    given_up = {row.channel: row.given_up for row in backlogs}
    yield _build_labelled_gauges(
        "messages_waiting", "Messages that could leave now.", "channel", waiting
    )
    words = "For how long the oldest message that waits could have left."
    yield _build_labelled_gauges("messages_oldest_seconds", words, "channel", ages)
    words = "Messages that were refused and are tried again later."
    yield _build_labelled_gauges("messages_refused", words, "channel", refused)
    words = "Messages that were refused for the last time lately."
    yield _build_labelled_gauges("messages_given_up", words, "channel", given_up)


def _list_queue_gauges(queues: list[WaitingCases]) -> Iterator[GaugeMetricFamily]:
    numbers = {row.queue: row.number for row in queues}
    ages = {row.queue: _count_seconds(row.oldest_at) for row in queues}
    yield _build_labelled_gauges(
        "cases_waiting", "Cases that wait for a moderator.", "queue", numbers
    )
    words = "For how long the oldest case waits."
    yield _build_labelled_gauges("cases_oldest_seconds", words, "queue", ages)


def _count_seconds_since(moment: datetime | None) -> float:
    """Return the seconds since the moment; infinity without a moment."""
    return _count_seconds(moment) if moment else inf


def _count_seconds(since: datetime | None) -> float:
    """Return the seconds since the moment; 0 without a moment, which means that nothing waits."""
    return (timezone.now() - since).total_seconds() if since else 0.0
