import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

pytestmark = pytest.mark.django_db


def test_the_index_of_the_map_reads_no_listing_itself(client, publish):
    """There may be a million: it needs how many, and the last change."""
    listing = publish()
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/sitemap.xml").content.decode()
    of_listings = [q["sql"] for q in asked if 'FROM "listings_listing"' in q["sql"]]
    assert len(of_listings) == 2
    assert all(sql.startswith(("SELECT COUNT(", "SELECT MAX(")) for sql in of_listings)
    assert f"{localtime(listing.updated_at):%Y-%m-%d}" in page


def test_a_listing_of_the_map_asks_nothing_more_for_its_address(client, publish):
    for _ in range(3):
        publish()
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/sitemap-listings.xml").content.decode()
    assert page.count("<loc>") == 3
    assert len(asked) == 2  # how many, and those
