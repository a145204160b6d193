"""A worker killed in the middle of a batch: the batch is undone, and the next turn begins with it."""

import pytest

from listings.models import Listing, ListingCard, ListingSearch
from listings.periodic_tasks import BACKFILLS
from sitekit.maintenance.backfills import ROWS_PER_TRANSACTION, continue_backfills
from sitekit.models import BackfillProgress
from tests.jobsite.workers import LONG, begin, environment, run_sql, wait_for

__all__ = ["begin", "environment"]
# Not what hangs of another test, whose worker was killed.
HUNG = (
    "pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
    " AND query LIKE '%%listings_listingsearch%%'"
)


@pytest.fixture
def listings(publish):
    """One more than two batches; only the first has a search row."""
    first = publish()
    values = {field.attname: getattr(first, field.attname) for field in Listing._meta.local_fields}
    del values["id"]
    copies = Listing.objects.bulk_create(Listing(**values) for _ in range(2 * ROWS_PER_TRANSACTION))
    return [first, *copies]


@pytest.fixture
def hanging(listings):
    """Whoever writes the search row of a listing in the middle of the second batch hangs."""
    number = listings[ROWS_PER_TRANSACTION + ROWS_PER_TRANSACTION // 2].pk
    run_sql(
        "CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS"
        f" 'BEGIN PERFORM pg_sleep({LONG}); RETURN NEW; END'"
    )
    run_sql(
        "CREATE TRIGGER hang BEFORE INSERT ON listings_listingsearch FOR EACH ROW"
        f" WHEN (NEW.listing_id = {number}) EXECUTE FUNCTION hang()"
    )
    yield
    run_sql("DROP FUNCTION IF EXISTS hang CASCADE")


@pytest.mark.full
def test_what_a_killed_worker_had_filled_stays_and_the_rest_follows(begin, listings, hanging):
    worker = begin("worker")
    wait_for(lambda: run_sql(f"SELECT 1 FROM {HUNG}"), "the second batch")  # noqa: S608
    worker.kill()
    worker.wait(timeout=LONG)
    run_sql(f"SELECT pg_terminate_backend(pid, 10000) FROM {HUNG}")  # noqa: S608
    run_sql("DROP FUNCTION hang CASCADE")
    progress = BackfillProgress.objects.get(name=BACKFILLS[0].name)
    assert (progress.row_count, progress.reached) == (
        ROWS_PER_TRANSACTION,
        listings[ROWS_PER_TRANSACTION - 1].pk,
    )
    assert ListingSearch.objects.count() == ListingCard.objects.count() == ROWS_PER_TRANSACTION
    assert continue_backfills(BACKFILLS) == ROWS_PER_TRANSACTION + 1
    progress.refresh_from_db()
    assert progress.row_count == len(listings) and progress.finished_at
    assert ListingSearch.objects.count() == ListingCard.objects.count() == len(listings)
