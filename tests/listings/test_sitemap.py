import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

pytestmark = pytest.mark.django_db


def test_the_index_of_the_map_reads_no_listing_itself(client, publish):
    """There may be a million: it needs the last change, the highest number, and which pages have rows."""
    listing = publish()
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/sitemap.xml").content.decode()
    of_listings = [q["sql"] for q in asked if 'FROM "listings_listing"' in q["sql"]]
    assert len(of_listings) == 3
    assert sum(sql.startswith(("SELECT MAX(", "SELECT DISTINCT ")) for sql in of_listings) == 2
    assert sum(sql.endswith(" LIMIT 1") for sql in of_listings) == 1
    assert f"{localtime(listing.updated_at):%Y-%m-%dT%H:%M}" in page


def test_a_listing_of_the_map_asks_nothing_more_for_its_address(client, publish):
    for _ in range(3):
        publish()
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/sitemap-listings.xml").content.decode()
    assert page.count("<loc>") == 3
    assert len(asked) == 2  # how many, and those
