"""The database that is killed, stopped, full of sessions, read-only; sessions that are cut."""

import itertools
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psycopg

from listings.models import Listing
from tools.cluster.databases import NAME, signal_server
from tools.faults.rows.answers import count_waiting, require_busy_page
from tools.faults.site import Site
from tools.faults.table import add_fault, require_that, wait_for
from tools.faults.visitors import Answer, Crowd, Visitor

BACK_SECONDS = 15
VISITORS_AT_ONCE, VISITS_OF_A_PAGE = (
    4,
    16,
)  # that one of two processes answers none of them: 1 in 30,000
WEB = "application_name = '' AND query NOT LIKE 'LISTEN %'"
LISTENERS = "application_name = 'jobsite kept pages'"
TRIES_TO_FILL = 20  # since a web process may be quicker to take a place that became free
HOLDER = "jobsite faults"  # the name of the sessions that hold the places of others


@contextmanager
def stop_database(site: Site) -> Iterator[None]:
    """An orderly stop; started again at the end of the block."""
    site.server.stop()
    try:
        yield
    finally:
        site.server.start()


@add_fault(
    "database-killed",
    "all processes of PostgreSQL get kill -9 while reports are sent, and it is started again",
    "writes are exact, and go on by themselves within 15 s",
)
def kill_database(site: Site) -> str:
    with site.write_reports() as writers:
        writers.wait_for_more()
        signal_server(site.server, signal.SIGKILL)
        site.server.start()
        writers.wait_for_more("reports again", BACK_SECONDS)
    return f"{writers.require_exact()}; {writers.find_longest_pause():.1f} s without a write"


@add_fault(
    "postmaster-killed",
    "the postmaster alone gets kill -9, its children end by themselves, and it is started again",
    "writes are exact, and go on by themselves",
)
def kill_postmaster(site: Site) -> str:
    with site.write_reports() as writers:
        writers.wait_for_more()
        if pid := site.server.find_postmaster():
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)
        site.server.start()
        writers.wait_for_more("reports again", 25)
    return f"{writers.require_exact()}; {writers.find_longest_pause():.1f} s without a write"


@add_fault(
    "backend-killed",
    "one session's process gets kill -9, so that PostgreSQL ends all sessions and recovers",
    "writes are exact, and go on by themselves",
)
def kill_backend(site: Site) -> str:
    with site.write_reports() as writers:
        writers.wait_for_more()
        pid = site.ask_database(
            f"SELECT pid FROM pg_stat_activity WHERE {WEB} AND backend_type = 'client backend' LIMIT 1"
        )[0][0]
        os.kill(int(str(pid)), signal.SIGKILL)
        writers.wait_for_more("reports again", BACK_SECONDS)
    return f"{writers.require_exact()}; {writers.find_longest_pause():.1f} s without a write"


@add_fault(
    "database-stopped",
    "PostgreSQL is stopped for four seconds while pages are read and a report is sent",
    "kept pages are shown, marked as old; the report gets 503 and its words back, and goes well afterwards",
)
def stop_database_for_seconds(site: Site) -> str:
    visitor, pages = Visitor(site.port), site.scene.pages
    fill_kept_pages(site, pages)
    fields = {"reason": "filled_or_expired", "words": "数据库停了也别丢", "email": ""}
    with stop_database(site):
        time.sleep(1.5)
        answer = visitor.post(site.scene.report_path, fields)
        require_busy_page(answer, "数据库停了也别丢")
        old = [visitor.ask(path) for path in pages]
        time.sleep(2)
    statuses = [answer.status for answer in old]
    require_that(statuses == [200] * len(pages), f"kept pages: {statuses}")
    require_that(all("Warning" in answer.headers for answer in old), "an old page is not marked")
    seconds = wait_for(site.is_ready, "the site")
    require_that(
        visitor.post(site.scene.report_path, fields).status == 302, "it is refused afterwards"
    )
    return f"ready {seconds:.1f} s after the start"


def fill_kept_pages(site: Site, pages: list[str]) -> None:
    """Have each process keep each page: nobody can say which one answers, so several ask at once, again and again."""
    with ThreadPoolExecutor(VISITORS_AT_ONCE) as visitors:
        list(visitors.map(lambda path: Visitor(site.port).ask(path), pages * VISITS_OF_A_PAGE))


@add_fault(
    "database-stopped-writing",
    "PostgreSQL is stopped for three seconds while reports are sent",
    "writes are exact: what was not acknowledged was told so",
)
def stop_database_under_writers(site: Site) -> str:
    with site.write_reports() as writers:
        writers.wait_for_more()
        with stop_database(site):
            time.sleep(3)
        writers.wait_for_more("reports again", BACK_SECONDS)
    require_that({status for _, status in writers.others} <= {"503"}, f"{writers.others[:5]}")
    return f"{writers.require_exact()}; {writers.find_longest_pause():.1f} s without a write"


@add_fault(
    "database-frozen",
    "all processes of PostgreSQL are stopped (SIGSTOP) for four seconds",
    "probes of life answer at once; writes are exact, and go on when it does",
)
def freeze_database(site: Site) -> str:
    with site.write_reports() as writers:
        writers.wait_for_more()
        signal_server(site.server, signal.SIGSTOP)
        try:
            health = Visitor(site.probe_port).ask("/healthz", seconds=3)
            time.sleep(4)
        finally:
            signal_server(site.server, signal.SIGCONT)
        writers.wait_for_more("reports again", BACK_SECONDS)
    return f"{writers.require_exact()}; healthz {health.seconds * 1000:.0f} ms"


@add_fault(
    "database-read-only",
    "the database takes no writes (default_transaction_read_only) for seconds",
    "pages are read; a report gets 503 and its words back; readyz tells; afterwards writes go on",
)
def forbid_writes(site: Site) -> str:
    visitor = Visitor(site.port)
    fields = {"reason": "filled_or_expired", "words": "只读的时候写的", "email": ""}
    set_server_option(site, "default_transaction_read_only = on")
    try:
        wait_for(lambda: not site.is_ready(), "readyz that tells", 5)
        require_busy_page(visitor.post(site.scene.report_path, fields), "只读的时候写的")
        statuses = {visitor.ask(path).status for path in site.scene.pages}
    finally:
        set_server_option(site, "default_transaction_read_only = off")
    require_that(statuses == {200}, f"pages: {statuses}")
    wait_for(site.is_ready, "the site")
    require_that(
        visitor.post(site.scene.report_path, fields).status == 302, "it is refused afterwards"
    )
    return "503 with what was typed"


def set_server_option(site: Site, words: str) -> None:
    with site.connect_database() as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(f"ALTER SYSTEM SET {words}")
        connection.execute("SELECT pg_reload_conf()")


@add_fault(
    "sessions-cut-idle",
    "all sessions of the web processes are ended between requests (pg_terminate_backend)",
    "nobody notices",
)
def cut_idle_sessions(site: Site) -> str:
    for path in site.scene.pages:
        Visitor(site.port).ask(path)
    count = site.end_sessions(WEB)
    with Crowd(site.port, [f"{path}?q=x" for path in site.scene.pages]) as crowd:
        time.sleep(1.5)
    return f"{count} sessions; {crowd.require_answers()}"


@add_fault(
    "session-cut-in-request",
    "the session of a page that is just being drawn is ended",
    "the page is drawn all the same, on a new connection",
)
def cut_session_in_request(site: Site) -> str:
    answers: list[Answer] = []
    path = "/jobs/?q=传单"
    asking = threading.Thread(
        target=lambda: answers.append(Visitor(site.port).ask("/jobs/?q=%E4%BC%A0%E5%8D%95"))
    )
    with site.connect_database() as holder, holder.transaction():
        holder.execute("LOCK TABLE listings_listingsearch IN ACCESS EXCLUSIVE MODE")
        asking.start()
        wait_for(lambda: count_waiting(site) > 0, "a page that waits")
        site.end_sessions("wait_event_type = 'Lock'")
    asking.join()
    require_that(answers and answers[0].status == 200, f"{path}: {answers}")
    return str(answers[0].status)


@add_fault(
    "connections-used-up",
    "others take all connections of the server, and those of the web processes are ended",
    "pages are those that are kept, or 503; a report gets 503 and its words back; it heals when there is room",
)
def use_up_connections(site: Site) -> str:
    visitor, pages = Visitor(site.port), site.scene.pages
    fill_kept_pages(site, pages)
    fields = {"reason": "filled_or_expired", "words": "没有连接了", "email": ""}
    with ExitStack() as stack:
        holders = fill_server(site, stack)
        answer = visitor.post(site.scene.report_path, fields)
        require_busy_page(answer, "没有连接了")
        # A listener that got in between has forgotten what was kept; who asks then waits for ten seconds.
        with ThreadPoolExecutor(len(pages)) as pool:
            for page in pool.map(lambda path: Visitor(site.port).ask(path), pages):
                if page.status != 200:
                    require_busy_page(page, "")
    seconds = wait_for(site.is_ready, "the site")
    require_that(
        visitor.post(site.scene.report_path, fields).status == 302, "it is refused afterwards"
    )
    return f"{holders} held; ready {seconds:.1f} s after"


def fill_server(site: Site, stack: ExitStack) -> int:
    """End the sessions of all others and take their connections, until nobody comes in between; return how many
    are held."""
    killer = stack.enter_context(site.connect_database())
    holders = hold_connections(site, stack)
    for _try in range(TRIES_TO_FILL):
        ended = killer.execute(
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
            " WHERE datname = %s AND application_name <> %s AND pid <> pg_backend_pid()",
            [NAME, HOLDER],
        )
        if not ended.rowcount:
            break
        holders += hold_connections(site, stack)
    return holders


def hold_connections(site: Site, stack: ExitStack) -> int:
    """Take all that are left, and return how many they were."""
    for count in itertools.count():
        try:
            stack.enter_context(psycopg.connect(site.server.conninfo, application_name=HOLDER))
        except psycopg.OperationalError:
            return count
    return 0


@add_fault(
    "listener-cut",
    "the connections on which web processes hear of changes are ended, then a listing is changed",
    "no page is older than a second",
)
def cut_listeners(site: Site) -> str:
    number = site.scene.listings[3]
    path = Listing.objects.get(pk=number).get_absolute_url()
    longest = 0.0
    for turn in range(3):
        fill_kept_pages(site, [path])
        site.end_sessions(LISTENERS)
        title = f"改了第 {turn} 次的标题"
        Listing.objects.filter(pk=number).update(title=title)
        changed = time.monotonic()
        while title not in (answer := Visitor(site.port).ask(path)).text:
            require_that(answer.asked_at < changed + 1, "a page is older than a second")
        longest = max(longest, answer.asked_at - changed)
    return f"new after {longest:.1f} s at most"
