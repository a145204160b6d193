"""The background worker that is killed, frozen, doubled, or loses the database."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

from django.utils import timezone

from accounts.models import Employer, EmployerEvent
from listings.models import Listing, ListingSearch
from sitekit.maintenance.backfills import ROWS_PER_TRANSACTION
from sitekit.messages.outbox import enqueue_messages
from sitekit.models import BackfillProgress, Mail
from tools.cluster.databases import signal_server
from tools.demo.factories import make_employer
from tools.faults.rows.database import stop_database
from tools.faults.site import Site, kill_process, stop_processes
from tools.faults.table import add_fault, require_that, wait_for

MAILS = 30
SOON = 20  # seconds
JOB_SECONDS = 90  # a job whose tick is missed is due again at the next minute
# As if the job had not been asked for yet: the worker asks for the last tick when it starts.
FORGET_TICK = "DELETE FROM procrastinate_periodic_defers WHERE task_name = %(name)s"


def put_mails(mark: str, count: int = MAILS) -> list[str]:
    """Return the addresses, one for each mail."""
    addresses = [f"{mark}{number}@example.com" for number in range(count)]
    enqueue_messages(
        Mail(key=f"{mark} {number}", to=address, subject=f"第 {number} 封", text="好了。")
        for number, address in enumerate(addresses)
    )
    return addresses


def require_delivered(site: Site, addresses: list[str], doubled: int = 0) -> str:
    """That each mail came, so many of them twice at most, and then with the same Message-ID."""
    expected = set(addresses)
    wait_for(lambda: expected <= {to for to, _ in site.mail.messages}, "all mails", SOON)
    waiting = Mail.objects.filter(sent_at=None, key__startswith=addresses[0].split("0@")[0])
    wait_for(lambda: not waiting.exists(), "that they are noted as sent", SOON)
    mails = [(to, number) for to, number in site.mail.messages if to in expected]
    again = len(mails) - len(set(mails))
    twice = [to for to, count in Counter(to for to, _ in set(mails)).items() if count > 1]
    require_that(not twice, f"sent again under another Message-ID: {twice[:3]}")
    require_that(again <= doubled, f"{again} mails came twice")
    return f"{len(expected)} mails, {again} twice"


@add_fault(
    "worker-killed-sending",
    "the worker gets kill -9 after the mail server took a mail and before it said so",
    "the next one sends the rest; only that mail comes twice, with the same Message-ID",
)
def kill_sending_worker(site: Site) -> str:
    worker = site.start_worker()
    site.mail.mode = "hold"
    addresses = put_mails("held")
    require_that(site.mail.is_held.wait(SOON), "nothing was sent")
    kill_process(worker)
    site.mail.mode = ""
    site.mail.release.set()
    site.start_worker()
    return require_delivered(site, addresses, doubled=1)


@add_fault(
    "worker-ended-sending",
    "the worker is ended (SIGTERM) in the middle of many mails",
    "it ends within seconds, the next one sends the rest; each comes once",
)
def end_sending_worker(site: Site) -> str:
    worker = site.start_worker()
    site.mail.mode = "slow"
    addresses = put_mails("ended")
    wait_for(lambda: len(site.mail.messages) > 2, "the first mails", SOON)
    worker.terminate()
    seconds = wait_for(lambda: worker.poll() is not None, "its end", 20)
    site.mail.mode = ""
    site.start_worker()
    return f"ended after {seconds:.1f} s; {require_delivered(site, addresses)}"


@add_fault(
    "worker-killed-in-job",
    "the worker gets kill -9 in the middle of a periodic job, which lets an employer's check lapse",
    "nothing half done; the next one does the job, once",
    seconds=200,
)
def kill_worker_in_job(site: Site) -> str:
    site.stop_worker()
    yesterday = timezone.localdate() - timedelta(days=1)
    employer = make_employer(recheck_due=yesterday)
    hang_on(site, "accounts_employer", "UPDATE", f"NEW.id = {employer.pk}")
    make_due(site, "单位到期待复核")
    try:
        worker = site.start_worker()
        wait_for(lambda: is_hanging(site), "the job", JOB_SECONDS)
        kill_process(worker)
    finally:
        let_go(site)
    require_that(Employer.objects.get(pk=employer.pk).status == "verified", "it is half done")
    make_due(site, "单位到期待复核")
    site.ask_database("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 s'")
    site.start_worker()
    seconds = wait_for(
        lambda: Employer.objects.get(pk=employer.pk).status == "lapsed",
        "the job again",
        JOB_SECONDS,
    )
    events = EmployerEvent.objects.filter(employer=employer, after="lapsed").count()
    require_that(events == 1, f"{events} events")
    return f"done {seconds:.1f} s after the next start"


def make_due(site: Site, name: str) -> None:
    """Let the next worker that starts do this periodic job, and as few others as may be."""
    site.ask_database(FORGET_TICK, {"name": name})
    site.ask_database("DELETE FROM sitekit_chore WHERE name = %(name)s", {"name": name})
    site.ask_database("DELETE FROM procrastinate_jobs WHERE status = 'todo'")


def hang_on(site: Site, table: str, deed: str, when: str) -> None:
    """Whoever does this to such a row hangs in the middle of a transaction."""
    site.ask_database(
        "CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END'"
    )
    site.ask_database(
        f"CREATE TRIGGER hang BEFORE {deed} ON {table} FOR EACH ROW WHEN ({when})"
        " EXECUTE FUNCTION hang()"
    )


def is_hanging(site: Site) -> bool:
    return bool(site.ask_database("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"))


def let_go(site: Site) -> None:
    site.end_sessions("wait_event = 'PgSleep'")
    site.ask_database("DROP FUNCTION hang CASCADE")


@add_fault(
    "worker-killed-in-backfill",
    "the worker gets kill -9 in the second batch of a backfill",
    "whole batches stay, the rest follows; each row is filled",
    seconds=200,
)
def kill_worker_in_backfill(site: Site) -> str:
    site.stop_worker()
    numbers = copy_listings(site, 2 * ROWS_PER_TRANSACTION)
    ListingSearch.objects.filter(pk__in=numbers).delete()
    BackfillProgress.objects.all().delete()
    hang_on(site, "listings_listingsearch", "INSERT", f"NEW.listing_id = {numbers[-20]}")
    make_due(site, "补写旧数据")
    try:
        worker = site.start_worker()
        wait_for(lambda: is_hanging(site), "the second batch", JOB_SECONDS)
        kill_process(worker)
    finally:
        let_go(site)
    progress = BackfillProgress.objects.get()
    require_that(progress.row_count > 0 and not progress.finished_at, "no whole batch stayed")
    filled = ListingSearch.objects.filter(pk__in=numbers).count()
    require_that(filled < len(numbers), "nothing was left to do")
    done = site.run_command("housekeeping", "--all")
    require_that(done.returncode == 0, done.stderr[-200:])
    left = len(numbers) - ListingSearch.objects.filter(pk__in=numbers).count()
    progress.refresh_from_db()
    require_that(not left and progress.finished_at, f"{left} rows are not filled")
    return f"{progress.row_count} rows, {filled} of the copies before the kill"


def copy_listings(site: Site, count: int) -> list[int]:
    """Published ones, behind all others; some batches of them are there already from the second time on."""
    first = Listing.objects.get(pk=site.scene.listings[0])
    fields = [field for field in Listing._meta.local_fields if not field.primary_key]
    values = {field.attname: getattr(first, field.attname) for field in fields}
    rows = Listing.objects.bulk_create(Listing(**values) for _ in range(count))
    return [row.pk for row in rows]


@add_fault(
    "two-workers",
    "two workers run at once, and many mails are put",
    "each mail comes once",
)
def run_two_workers(site: Site) -> str:
    site.start_worker()
    second = site.begin("second-worker", [sys.executable, "manage.py", "worker"])
    try:
        query = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN %procrastinate%'"
        wait_for(lambda: len(site.ask_database(query)) >= 2, "both", SOON)
        return require_delivered(site, put_mails("double"))
    finally:
        second.terminate()
        second.wait(20)


@add_fault(
    "cron-beside-worker",
    "housekeeping is begun twice from cron beside the worker while many mails are put",
    "each mail comes once, all end well",
)
def run_cron_beside_worker(site: Site) -> str:
    site.start_worker()
    command = [sys.executable, "manage.py", "housekeeping", "--all"]
    runs = [site.begin("cron", command) for _ in range(2)]
    addresses = put_mails("cron")
    codes = [process.wait(40) for process in runs]
    require_that(codes == [0, 0], f"exit codes {codes}")
    return require_delivered(site, addresses)


@add_fault(
    "worker-frozen",
    "the worker is stopped (SIGSTOP) for four seconds while mails are put",
    "they leave when it goes on, each once",
)
def freeze_worker(site: Site) -> str:
    worker = site.start_worker()
    with stop_processes([worker.pid]):
        addresses = put_mails("frozen")
        time.sleep(4)
        require_that(not site.mail.messages, "somebody sent them")
    return require_delivered(site, addresses)


@add_fault(
    "worker-loses-database",
    "all processes of PostgreSQL get kill -9 beside the worker, and it is started after three seconds",
    "the worker begins anew by itself; what is put then leaves, each once",
)
def take_database_from_worker(site: Site) -> str:
    worker = site.start_worker()
    signal_server(site.server, signal.SIGKILL)
    time.sleep(3)
    site.server.start()
    forget_own_connection()
    begun = time.monotonic()
    words = require_delivered(site, put_mails("returned"))
    require_that(worker.poll() is None, "the worker ended")
    return f"{words}, {time.monotonic() - begun:.1f} s after"


def forget_own_connection() -> None:
    from django.db import connections

    connections.close_all()


@add_fault(
    "worker-sending-loses-database",
    "PostgreSQL is stopped for two seconds in the middle of many mails",
    "each mail comes; the one that could not be noted twice at most, with the same Message-ID",
)
def take_database_in_the_middle_of_sending(site: Site) -> str:
    site.start_worker()
    site.mail.mode = "slow"
    addresses = put_mails("middle")
    wait_for(lambda: len(site.mail.messages) > 2, "the first mails", SOON)
    with stop_database(site):
        time.sleep(2)
    site.mail.mode = ""
    forget_own_connection()
    put_mails("waking", 1)
    return require_delivered(site, addresses, doubled=1)


@add_fault(
    "queue-listener-cut",
    "the session on which the worker hears of new jobs is ended",
    "what is put then leaves all the same, within seconds",
)
def cut_queue_listener(site: Site) -> str:
    site.start_worker()
    count = site.end_sessions("query LIKE 'LISTEN %procrastinate%'")
    begun = time.monotonic()
    words = require_delivered(site, put_mails("unheard", 5))
    return f"{count} session; {words}, {time.monotonic() - begun:.1f} s after"


@add_fault(
    "parent-killed",
    "the process that began a worker (as `make run` does) gets kill -9",
    "the worker ends by itself within seconds",
)
def kill_parent(site: Site) -> str:
    code = (
        "import os, subprocess, sys, time;"
        "child = subprocess.Popen([sys.executable, 'manage.py', 'worker', f'--with-parent={os.getpid()}']);"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        env=site.env,
        cwd=os.getcwd(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        child = int(parent.stdout.readline()) if parent.stdout else 0
        wait_for(lambda: site.ask_database("SELECT 1 FROM procrastinate_workers"), "a worker", SOON)
        time.sleep(2)
        parent.kill()
        seconds = wait_for(
            lambda: not os.path.exists(f"/proc/{child}/cmdline") or not read_command(child),
            "its end",
            25,
        )
    finally:
        os.killpg(parent.pid, signal.SIGKILL) if parent.poll() is None else None
        parent.wait()
        if parent.stdout:
            parent.stdout.close()
    return f"ended after {seconds:.1f} s"


def read_command(pid: int) -> bytes:
    """Empty for a process that ended and nobody waited for."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""
