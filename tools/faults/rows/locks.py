"""Rows and tables that somebody holds, statements that take too long, sessions that are cut meanwhile."""

import itertools
import threading
import time

import psycopg

from listings.models import Application, Listing
from tools.faults.rows.answers import APPLICATION, MESSAGE, count_waiting, require_busy_page
from tools.faults.rows.database import fill_kept_pages
from tools.faults.scene import make_seeker
from tools.faults.site import Site
from tools.faults.table import add_fault, require_that, wait_for
from tools.faults.visitors import Answer, Crowd, Visitor

_numbers = itertools.count(1)


def name_seeker() -> str:
    return f"seeker{next(_numbers)}"


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
    with site.connect_database() as connection:
        connection.autocommit = False
        connection.execute("SET deadlock_timeout = '100ms'")
        connection.execute("SELECT 1 FROM listings_listing WHERE id = %s FOR UPDATE", [number])
        sending.start()
        wait_for(lambda: count_waiting(site) > 0, "an application that waits")
        try:  # what it stored and locked before: the profile of the seeker
            connection.execute("LOCK TABLE listings_seekerprofile IN ACCESS EXCLUSIVE MODE")
        except psycopg.errors.DeadlockDetected:
            is_undone = True
        connection.rollback()
    sending.join()
    count = Application.objects.filter(seeker__email=f"{name}@example.com").count()
    status = answers[0].status if answers else 0
    require_that((status, count) in {(302, 1), (503, 0)}, f"{status} and {count} applications")
    return f"{'the other' if is_undone else 'the visitor'} was undone: {status}"
