"""/metrics: what all web processes counted, and what the database tells, for nobody outside."""

import os
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from jobsite.backups.backup import BACKUP_CHORE
from jobsite.monitoring import facts
from jobsite.monitoring.exposition import render_metrics
from jobsite.operations.readiness import are_migrations_applied
from sitekit.models import Chore, Mail
from tests.jobsite.web_processes import get_http_response, is_up, run_web_process
from tests.jobsite.workers import PROJECT, wait_for
from tests.safety.desks import make_pending_listing

# Two processes, then one that takes the place of the first.
COUNT_IN_PROCESSES = """
import os
from pathlib import Path
from jobsite.monitoring import shared_counters
from sitekit.telemetry.counters import LIMITS_HIT, REQUEST_SECONDS
shared_counters.share_counters()
for place in (0, 1, 0):
    if not (child := os.fork()):
        shared_counters.claim_slot(place)
        for _ in range(2):
            REQUEST_SECONDS.labels("home", 200).observe(0.02)
        LIMITS_HIT.labels("check").inc()
        os._exit(0)
    os.waitpid(child, 0)
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
folder = shared_counters.get_shared_folder()
registry = CollectorRegistry()
MultiProcessCollector(registry, path=folder)
print(generate_latest(registry).decode())
print("#", *sorted(path.name for path in Path(folder).iterdir()))
shared_counters.forget_counters()
print("#", Path(folder).exists())
"""


def parse_samples(text):
    """{(name, its labels): value}"""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def run_program(program, folder):
    return subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"TMPDIR": str(folder)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


COUNT_WITHOUT_FOLDER = """
import os, shutil
from jobsite.monitoring import shared_counters
from sitekit.telemetry.counters import LIMITS_HIT, REQUEST_SECONDS, add_count, add_seconds
shared_counters.share_counters()
{prepare}
shutil.rmtree(shared_counters.get_shared_folder())
for _ in range(2):
    add_count(LIMITS_HIT, "check")
    add_seconds(REQUEST_SECONDS, "home", 200, seconds=0.02)
print("went on")
"""


@pytest.mark.parametrize(
    "prepare",
    [
        "",
        "shared_counters.claim_slot(0)",
        "LIMITS_HIT.labels('check').inc(); shared_counters._shared['place'] = '1'",
    ],
    ids=["never opened", "opened", "opened for another place"],
)
def test_no_request_fails_because_it_cannot_be_counted(tmp_path, prepare):
    program = COUNT_WITHOUT_FOLDER.format(prepare=prepare)
    done = run_program(program, tmp_path)
    assert done.stdout == "went on\n", done.stderr


def test_processes_count_together_and_no_count_falls_when_one_ends(tmp_path):
    for name in ("jobsite-metrics-left", "jobsite-metrics-new", "others"):
        (tmp_path / name).mkdir()
        if "new" not in name:
            os.utime(tmp_path / name, (0, 0))
    done = run_program(COUNT_IN_PROCESSES, tmp_path)
    samples = parse_samples(done.stdout)
    assert samples["jobsite_request_seconds_count", "home", "200"] == 6
    assert samples["jobsite_limits_hit_total", "check"] == 3
    files, is_left = done.stdout.splitlines()[-2:]
    assert files == "# counter_0.db counter_1.db histogram_0.db histogram_1.db"
    assert is_left == "# False"
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"jobsite-metrics-new", "others"}, "what a killed one left is gone"


def test_any_web_process_tells_the_sum_of_all(committed, tmp_path):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        probes = door.getsockname()[1]
    address = f"127.0.0.1:{probes}"
    with run_web_process(tmp_path, workers=2, PROBE_BIND=address) as port:
        wait_for(lambda: is_up(port), "a web process")
        for _ in range(12):
            answer = get_http_response(port, "/about/")
            assert answer.status == 200
        numbers = {get_http_response(port, "/about/").getheader("X-Request-ID") for _ in range(4)}
        assert len(numbers) == 4, "the number is in no page that is kept"
        wait_for(lambda: is_up(probes), "the server of probes")
        text = get_http_response(probes, "/metrics").text
    samples = parse_samples(text)
    assert samples["jobsite_request_seconds_count", "about", "200"] == 16
    kept = [samples.get(("jobsite_kept_pages_total", how), 0) for how in ("hit", "primary")]
    assert sum(kept) == 16 and min(kept) > 0
    assert samples["jobsite_queries_total", "about"] > 0
    assert samples["jobsite_database_up",] == 1


@pytest.mark.django_db
def test_nobody_outside_is_told(client):
    answer = client.get("/metrics", headers={"host": "10.0.0.9:8000"}, REMOTE_ADDR="10.0.0.7")
    assert answer.status_code == 200 and b"jobsite_database_up 1.0" in answer.content
    for stranger in ({"REMOTE_ADDR": "8.8.8.8"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}):
        answer = client.get("/metrics", **stranger)
        assert (answer.status_code, answer.content) == (404, b"not found\n")


@pytest.mark.django_db
def test_facts_are_read_by_four_queries(employer, django_assert_num_queries):
    are_migrations_applied()
    for number in range(3):
        make_pending_listing(employer, title=f"第 {number} 条")
        Mail.objects.create(key=str(number), to="a@example.com")
    with django_assert_num_queries(4):
        site = facts.read_facts()
    assert [row.number for row in site.queues] == [3, 0, 0, 0, 0]
    assert site.queues[0].oldest_at is not None
    assert [(row.channel, row.waiting) for row in site.backlogs] == [
        ("mails", 3),
        ("text messages", 0),
    ]


@pytest.mark.django_db
def test_what_stands_in_rows_is_told():
    now = timezone.now()
    hour = timedelta(hours=1)
    Chore.objects.create(name="清理计数", due_at=now - hour, trouble="ValueError x.py:1")
    Chore.objects.create(name="没有这项了", due_at=now - hour)
    Chore.objects.create(name=BACKUP_CHORE, due_at=now, done_at=now - 2 * hour)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('default', 'deliver', 'failed'), ('default', 'deliver', 'todo')"
        )
    samples = parse_samples(render_metrics().decode())
    values = {
        name: samples[f"jobsite_{name}",]
        for name in ("jobs_failed", "jobs_waiting", "periodic_tasks_late", "periodic_tasks_failed")
    }
    assert set(values.values()) == {1}
    assert 7200 <= samples["jobsite_backup_age_seconds",] < 7300
    assert samples["jobsite_worker_silence_seconds",] == float("inf")
    assert samples["jobsite_disk_free_bytes", "MEDIA_ROOT"] > 0


@pytest.mark.full
@pytest.mark.django_db
def test_of_an_archive_only_that_it_is_off_is_told_where_it_is_off(monkeypatch):
    def read_archive_samples():
        samples = parse_samples(render_metrics().decode())
        kinds = ("jobsite_archive_", "jobsite_base_")
        return {name: value for (name, *_), value in samples.items() if name.startswith(kinds)}

    assert read_archive_samples() == {"jobsite_archive_on": 0}
    site = facts.read_facts()
    minute_ago = timezone.now() - timedelta(minutes=1)
    archive = facts.ArchiveFacts(minute_ago, 4, is_failing=True, backup_at=None)
    site = site._replace(system=site.system._replace(archive=archive))
    monkeypatch.setattr("jobsite.monitoring.exposition.read_facts", lambda: site)
    archive_samples = read_archive_samples()
    assert 60 <= archive_samples.pop("jobsite_archive_age_seconds") < 90
    assert archive_samples == {
        "jobsite_archive_on": 1,
        "jobsite_archive_failing": 1,
        "jobsite_archive_failures": 4,
        "jobsite_base_backup_age_seconds": float("inf"),
    }


@pytest.mark.django_db
def test_while_the_database_is_away_the_rest_is_told(monkeypatch):
    def fail():
        raise facts.DatabaseError

    monkeypatch.setattr("jobsite.monitoring.exposition.read_facts", fail)
    samples = parse_samples(render_metrics().decode())
    assert samples["jobsite_database_up",] == 0
    assert ("jobsite_jobs_failed",) not in samples
    assert samples["jobsite_disk_size_bytes", "PRIVATE_ROOT"] > 0
