"""Pages drawn from a replica: here a second connection to the tests' database, which says how far it is."""

import contextlib
import copy
import math
import time

import psycopg
import pytest
from django.db import connection, connections, router, transaction
from django.test import Client

from jobsite.kept_pages import KEPT_PAGES
from jobsite.monitoring import facts
from listings.figures import view_counts
from listings.models import Listing
from listings.publication.transitions import move_listing
from listings.search_suggestions import search_counts
from news.articles import read_counts
from sitekit.databases.replica_routing import (
    REPLICA,
    ReplicaRouter,
    get_read_alias,
    read_from_replica,
)
from sitekit.kept_pages import replica as replica_module
from sitekit.kept_pages.changes import CHANGES, Dependency
from sitekit.kept_pages.listener import LISTENER
from sitekit.kept_pages.replica import REPLICA_WATCH
from sitekit.models import Operator
from tests.addresses import PAGES, fill_addresses
from tests.jobsite.sweeps.test_kept_pages import name_page
from tests.jobsite.workers import wait_for
from tests.people import make_person, sign_in

NOW = "SELECT pg_current_wal_insert_lsn() - '0/0'"


pytestmark = pytest.mark.django_db(transaction=True, databases=["default", REPLICA])


@pytest.fixture(scope="module", autouse=True)
def replica_alias(django_db_setup):
    with pytest.MonkeyPatch.context() as patch:
        database = copy.deepcopy(connection.settings_dict) | {"TEST": {"MIRROR": "default"}}
        patch.setitem(connections.settings, REPLICA, database)
        yield


@pytest.fixture
def replica(told_changes, settings, monkeypatch):
    """Has replayed everything, unless a test says how far it came.

    Named after the rows of a test: word of those would come while a page is drawn, which then is the primary's.
    """
    settings.KEEP_PAGES = True
    monkeypatch.setattr(router, "routers", [ReplicaRouter()])
    monkeypatch.setattr(replica_module, "_ASK_REPLAYED", NOW)
    never_written = read_counts.ReadCounter(clock=lambda: 0)
    monkeypatch.setattr(read_counts, "READ_COUNTER", never_written)
    monkeypatch.setattr(view_counts, "VIEW_COUNTER", view_counts.ViewCounter(clock=lambda: 0))
    searches = search_counts.SearchCounter(clock=lambda: 0)
    monkeypatch.setattr(search_counts, "SEARCH_COUNTER", searches)
    for thread in (LISTENER, REPLICA_WATCH):
        monkeypatch.setattr(thread, "PAUSE", 0.02)
        thread.ensure_running()
    wait_for(is_ready, "that both databases answer")
    yield monkeypatch
    for thread in (LISTENER, REPLICA_WATCH):
        thread.stop()
    connections[REPLICA].close()
    del connections[REPLICA]


def is_ready():
    return REPLICA_WATCH.find_drawn_number([]) is not None


def read_position():
    with connection.cursor() as cursor:
        cursor.execute(NOW)
        return int(cursor.fetchone()[0])


def count_queries(act):
    """Return what `act` returned and how many queries each database got."""
    counts = {"default": 0, REPLICA: 0}

    def note(alias):
        def execute_noted(execute, sql, params, many, context):
            counts[alias] += 1
            return execute(sql, params, many, context)

        return execute_noted

    with contextlib.ExitStack() as stack:
        for alias in counts:
            stack.enter_context(connections[alias].execute_wrapper(note(alias)))
        return act(), counts


def test_every_kept_page_is_drawn_from_the_replica_alone(stock, replica, settings):
    addresses = [
        address for address in fill_addresses(PAGES, stock) if name_page(address) in KEPT_PAGES
    ]
    client = Client()
    for address in addresses:
        client.get(address)  # what is kept beside pages
    settings.KEEP_PAGES = False
    drawn = {address: Client().get(address).content for address in addresses}
    settings.KEEP_PAGES = True
    for address in addresses:
        wait_for(is_ready)
        answer, counts = count_queries(lambda address=address: Client().get(f"{address}"))
        assert answer.content == drawn[address], address
        assert counts["default"] == 0, address


def test_a_page_behind_a_change_of_it_is_drawn_from_the_primary(stock, replica):
    wait_for(lambda: CHANGES.find_number(read_position()) == CHANGES.number)
    stopped_at = read_position()
    listing = Listing.objects.get(pk=stock["listing"])
    number = CHANGES.number
    replica.setattr(REPLICA_WATCH, "_ask_replayed", lambda: stopped_at)
    with transaction.atomic():
        move_listing(listing.pk, "withdrawn", actor=None)
    wait_for(lambda: CHANGES.number > number, "word of the change")
    answer, counts = count_queries(lambda: Client().get(listing.get_absolute_url()))
    assert "已" in answer.content.decode() and counts["default"] > 0 and counts[REPLICA] == 0
    _, counts = count_queries(lambda: Client().get("/privacy/"))
    assert counts[REPLICA] > 0


def test_who_is_signed_in_reads_the_primary(stock, replica):
    client = sign_in(Client(), make_person("reader"))
    _, counts = count_queries(lambda: client.get("/xiangxi/"))
    assert counts["default"] > 0 and counts[REPLICA] == 0


def test_a_transaction_reads_what_it_wrote(replica):
    with read_from_replica(1):
        assert get_read_alias() == REPLICA
        with transaction.atomic():
            assert get_read_alias() == "default"
    assert get_read_alias() == "default"


def test_nothing_that_was_read_before_a_change_is_in_the_page_that_is_drawn_again(replica):
    number = CHANGES.number
    Operator.objects.update_or_create(pk=1, defaults={"name": "改名以前的公司"})
    wait_for(lambda: CHANGES.number > number, "word of the first name")
    of_site = [Dependency("site")]
    wait_for(lambda: REPLICA_WATCH.find_drawn_number(of_site) is not None, "the replica")
    renamed = []

    def rename_after_reading(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if "sitekit_operator" in sql and not renamed:
            renamed.append(sql)
            number = CHANGES.number
            Operator.objects.filter(pk=1).update(name="改名以后的公司")
            wait_for(lambda: CHANGES.number > number, "word of the change")
        return result

    with connections[REPLICA].execute_wrapper(rename_after_reading):
        page = Client().get("/about/").content.decode()
    assert renamed
    assert "改名以后的公司" in page and "改名以前的公司" not in page


def test_nobody_notices_that_the_replica_ends_while_a_page_is_drawn(stock, replica):
    asked = []

    def end_replica(execute, sql, params, many, context):
        asked.append(sql)
        if len(asked) == 3:
            pid = connections[REPLICA].connection.info.backend_pid
            with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        return execute(sql, params, many, context)

    with connections[REPLICA].execute_wrapper(end_replica):
        answer, counts = count_queries(lambda: Client().get("/xiangxi/jobs/"))
    assert answer.status_code == 200 and len(asked) == 3 and counts["default"] > 0


def test_a_replica_that_falls_silent_holds_nobody(stock, replica):
    asked = []

    def fall_silent(execute, sql, params, many, context):
        asked.append(sql)
        if len(asked) != 3:
            return execute(sql, params, many, context)
        replica.setattr(REPLICA_WATCH, "_ask_in_time", refuse_to_answer)
        return execute("SELECT pg_sleep(100)", (), many, context)

    began = time.monotonic()
    with connections[REPLICA].execute_wrapper(fall_silent):
        answer, counts = count_queries(lambda: Client().get("/xiangxi/jobs/"))
    assert answer.status_code == 200 and len(asked) == 3 and counts["default"] > 0
    assert time.monotonic() - began < 90


def refuse_to_answer(pgconn):
    raise OSError("it does not answer")


def test_without_the_replica_pages_come_from_the_primary(stock, replica):
    REPLICA_WATCH.stop()
    connections[REPLICA].close()
    replica.setitem(connections.settings[REPLICA], "HOST", "/nowhere")
    answer, counts = count_queries(lambda: Client().get("/xiangxi/"))
    assert answer.status_code == 200 and counts == {"default": counts["default"], REPLICA: 0}
    assert not REPLICA_WATCH.is_near()


def test_how_far_it_is_behind_is_measured(monkeypatch):
    assert facts.read_facts().lag == (math.inf, math.inf), "one that follows nobody is no replica"
    behind = "SELECT pg_current_wal_lsn() - '0/0' - %d, 40"
    for octets, seconds in ((0, 0), (10**12, 40)):
        monkeypatch.setattr(facts, "_REPLICA", behind % octets)
        lag = facts.read_facts().lag
        assert lag.seconds == seconds and octets // 2 <= lag.octets <= octets
    monkeypatch.setattr(facts, "_REPLICA", "SELECT nothing")
    assert facts.read_facts().lag == (math.inf, math.inf)
