"""The database that is killed, stopped, full of sessions, read-only; sessions that are cut."""

import itertools
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg

from listings.models import Application, Listing
from tools.cluster.databases import NAME, signal_server
from tools.faults.rows.answers import APPLICATION, MESSAGE, count_waiting, require_busy_page
from tools.faults.scene import make_seeker
from tools.faults.site import Site
from tools.faults.table import add_fault, require_that, wait_for
from tools.faults.visitors import Answer, Crowd, Visitor

BACK_SECONDS = 15
WEB = "application_name = '' AND query NOT LIKE 'LISTEN %'"
LISTENERS = "application_name = 'jobsite kept pages'"
_numbers = itertools.count(1)


def name_seeker() -> str:
    return f"seeker{next(_numbers)}"


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
        wait_for(lambda: len(writers.acknowledged) > 5, "reports")
        signal_server(site.server, signal.SIGKILL)
        site.server.start()
        count = len(writers.acknowledged)
        wait_for(lambda: len(writers.acknowledged) > count + 5, "reports again", BACK_SECONDS)
    return f"{writers.require_exact()}; {writers.find_longest_pause():.1f} s without a write"


@add_fault(
    "postmaster-killed",
    "the postmaster alone gets kill -9, its children end by themselves, and it is started again",
    "writes are exact, and go on by themselves",
)
def kill_postmaster(site: Site) -> str:
    with site.write_reports() as writers:
        wait_for(lambda: len(writers.acknowledged) > 5, "reports")
        if pid := site.server.find_postmaster():
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)
        site.server.start()
        count = len(writers.acknowledged)
        wait_for(lambda: len(writers.acknowledged) > count + 5, "reports again", 25)
    return f"{writers.require_exact()}; {writers.find_longest_pause():.1f} s without a write"


@add_fault(
    "backend-killed",
    "one session's process gets kill -9, so that PostgreSQL ends all sessions and recovers",
    "writes are exact, and go on by themselves",
)
def kill_backend(site: Site) -> str:
    with site.write_reports() as writers:
        wait_for(lambda: len(writers.acknowledged) > 5, "reports")
        pid = site.ask_database(
            f"SELECT pid FROM pg_stat_activity WHERE {WEB} AND backend_type = 'client backend' LIMIT 1"
        )[0][0]
        os.kill(int(str(pid)), signal.SIGKILL)
        count = len(writers.acknowledged)
        wait_for(lambda: len(writers.acknowledged) > count + 5, "reports again", BACK_SECONDS)
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
    """Have each process keep each page: nobody can say which one answers."""
    for _ in range(6):
        for path in pages:
            Visitor(site.port).ask(path)


@add_fault(
    "database-stopped-writing",
    "PostgreSQL is stopped for three seconds while reports are sent",
    "writes are exact: what was not acknowledged was told so",
)
def stop_database_under_writers(site: Site) -> str:
    with site.write_reports() as writers:
        wait_for(lambda: len(writers.acknowledged) > 5, "reports")
        with stop_database(site):
            time.sleep(3)
        count = len(writers.acknowledged)
        wait_for(lambda: len(writers.acknowledged) > count + 5, "reports again", BACK_SECONDS)
    require_that({status for _, status in writers.others} <= {"503"}, f"{writers.others[:5]}")
    return f"{writers.require_exact()}; {writers.find_longest_pause():.1f} s without a write"


@add_fault(
    "database-frozen",
    "all processes of PostgreSQL are stopped (SIGSTOP) for four seconds",
    "probes of life answer at once; writes are exact, and go on when it does",
)
def freeze_database(site: Site) -> str:
    with site.write_reports() as writers:
        wait_for(lambda: len(writers.acknowledged) > 5, "reports")
        signal_server(site.server, signal.SIGSTOP)
        try:
            health = Visitor(site.probe_port).ask("/healthz", seconds=3)
            time.sleep(4)
        finally:
            signal_server(site.server, signal.SIGCONT)
        count = len(writers.acknowledged)
        wait_for(lambda: len(writers.acknowledged) > count + 5, "reports again", BACK_SECONDS)
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
    "the page is answered with 503 and Retry-After, or drawn all the same; the next one goes well",
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
    require_that(answers and answers[0].status in (200, 503), f"{path}: {answers}")
    if answers[0].status == 503:
        require_busy_page(answers[0], "")
    require_that(Visitor(site.port).ask("/jobs/").status == 200, "the next page")
    return str(answers[0].status)


@add_fault(
    "session-cut-in-transaction",
    "the session of an application is ended in the middle of its transaction",
    "503 with what was typed, nothing half done; sent again it is there once",
)
def cut_session_in_transaction(site: Site) -> str:
    number = site.scene.listings[0]
    visitor = Visitor(site.port, make_seeker(name_seeker()))
    answer = apply_while_locked(site, visitor, number, end="wait_event_type = 'Lock'")
    require_busy_page(answer, MESSAGE)
    before = Application.objects.filter(listing=number).count()
    path = f"{Listing.objects.get(pk=number).get_absolute_url()}apply/"
    status = visitor.post(path, APPLICATION).status
    after = Application.objects.filter(listing=number).count()
    require_that((status, after - before) == (302, 1), f"{status}, {after - before} rows")
    return "sent again: one application"


def apply_while_locked(site: Site, visitor: Visitor, number: int, end: str = "") -> Answer:
    """Return the answer to an application for a listing whose row somebody holds."""
    answers: list[Answer] = []
    path = f"{Listing.objects.get(pk=number).get_absolute_url()}apply/"
    sending = threading.Thread(target=lambda: answers.append(visitor.post(path, APPLICATION)))
    with site.connect_database() as holder, holder.transaction():
        holder.execute("SELECT 1 FROM listings_listing WHERE id = %s FOR UPDATE", [number])
        sending.start()
        wait_for(lambda: count_waiting(site) > 0, "an application that waits")
        if end:
            site.end_sessions(end)
        sending.join()
    require_that(answers, "no answer")
    return answers[0]


@add_fault(
    "row-locked",
    "somebody holds a listing's row for long while it and others are read, and applied for",
    "pages are read; the application gets 503 and its words back within 5 s; afterwards it goes well",
)
def lock_row(site: Site) -> str:
    number = site.scene.listings[1]
    visitor = Visitor(site.port, make_seeker(name_seeker()))
    with Crowd(site.port, site.scene.pages) as crowd:
        answer = apply_while_locked(site, visitor, number)
    require_busy_page(answer, MESSAGE)
    require_that(answer.seconds < 5, f"it took {answer.seconds:.1f} s")
    path = f"{Listing.objects.get(pk=number).get_absolute_url()}apply/"
    require_that(visitor.post(path, APPLICATION).status == 302, "it is refused afterwards")
    return f"503 after {answer.seconds:.1f} s; {crowd.require_answers()}"


@add_fault(
    "table-locked",
    "a table that all pages read is locked for five seconds, as by a careless migration",
    "kept pages are shown, others get 503 within 5 s, probes of life answer at once",
)
def lock_table(site: Site) -> str:
    visitor, pages = Visitor(site.port), site.scene.pages
    fill_kept_pages(site, pages)
    with site.connect_database() as holder, holder.transaction():
        holder.execute("LOCK TABLE listings_listing IN ACCESS EXCLUSIVE MODE")
        health = Visitor(site.probe_port).ask("/healthz", seconds=2)
        statuses = [visitor.ask(path).status for path in pages]
        answer = visitor.ask(site.scene.report_path)
        time.sleep(max(0, 5 - answer.seconds))
    require_that(set(statuses) == {200}, f"kept pages: {statuses}")
    require_busy_page(answer, "")
    require_that(answer.seconds < 5 and health.seconds < 1, f"{answer.seconds:.1f} s")
    require_that(visitor.ask(site.scene.report_path).status == 200, "it is not there afterwards")
    return f"503 after {answer.seconds:.1f} s"


@add_fault(
    "statement-too-slow",
    "storing a report takes a minute in the database",
    "503 and its words back after the ten seconds that a statement may take; nothing is stored",
)
def slow_down_statement(site: Site) -> str:
    site.ask_database(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END'"
    )
    site.ask_database(
        "CREATE TRIGGER dawdle BEFORE INSERT ON safety_report FOR EACH ROW EXECUTE FUNCTION dawdle()"
    )
    fields = {"reason": "filled_or_expired", "words": "太慢了的一条", "email": ""}
    try:
        answer = Visitor(site.port).post(site.scene.report_path, fields)
    finally:
        site.ask_database("DROP FUNCTION dawdle CASCADE")
    require_busy_page(answer, "太慢了的一条")
    rows = site.ask_database("SELECT 1 FROM safety_report WHERE words = '太慢了的一条'")
    require_that(not rows and answer.seconds < 13, f"{len(rows)} rows after {answer.seconds:.1f} s")
    return f"503 after {answer.seconds:.1f} s"


@add_fault(
    "deadlock",
    "an application and somebody else wait for each other's rows",
    "one is undone by the database; the visitor has an application, or 503 and the words back",
)
def cause_deadlock(site: Site) -> str:
    name = name_seeker()
    visitor = Visitor(site.port, make_seeker(name))
    number = site.scene.listings[2]
    path = f"{Listing.objects.get(pk=number).get_absolute_url()}apply/"
    answers: list[Answer] = []
    sending = threading.Thread(target=lambda: answers.append(visitor.post(path, APPLICATION)))
    is_undone = False
    with site.connect_database() as other:
        other.autocommit = False
        other.execute("SET deadlock_timeout = '100ms'")
        other.execute("SELECT 1 FROM listings_listing WHERE id = %s FOR UPDATE", [number])
        sending.start()
        wait_for(lambda: count_waiting(site) > 0, "an application that waits")
        try:  # what it stored and locked before: the profile of the seeker
            other.execute("LOCK TABLE listings_seekerprofile IN ACCESS EXCLUSIVE MODE")
        except psycopg.errors.DeadlockDetected:
            is_undone = True
        other.rollback()
    sending.join()
    count = Application.objects.filter(seeker__email=f"{name}@example.com").count()
    status = answers[0].status if answers else 0
    require_that((status, count) in {(302, 1), (503, 0)}, f"{status} and {count} applications")
    return f"{'the other' if is_undone else 'the visitor'} was undone: {status}"


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
        killer = stack.enter_context(site.connect_database())
        holders = hold_connections(site, stack)
        killer.execute(
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid()",
            [NAME],
        )
        holders += hold_connections(site, stack)
        answer = visitor.post(site.scene.report_path, fields)
        require_busy_page(answer, "没有连接了")
        for path in pages:  # a listener that got in between has forgotten what was kept
            if (page := visitor.ask(path)).status != 200:
                require_busy_page(page, "")
    seconds = wait_for(site.is_ready, "the site")
    require_that(
        visitor.post(site.scene.report_path, fields).status == 302, "it is refused afterwards"
    )
    return f"{holders} held; ready {seconds:.1f} s after"


def hold_connections(site: Site, stack: ExitStack) -> int:
    """Take all that are left, and return how many they were."""
    for count in itertools.count():
        try:
            stack.enter_context(psycopg.connect(site.server.conninfo))
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
