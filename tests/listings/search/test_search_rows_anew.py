"""Search rows and cards are written anew in batches, and nobody's change of that moment is undone."""

from django.core.management import call_command
from django.db import connection

from listings.models import ListingCard, ListingSearch
from listings.search.search_index import SEARCH_ROWS
from sitekit.maintenance.backfills import continue_backfills


def test_the_command_writes_all_anew(publish, capsys):
    listing = publish(title="周末端盘子")
    ListingCard.objects.update(html="前一版的样子")
    ListingSearch.objects.all().delete()
    for _ in range(2):
        call_command("reindex_listings")
        assert capsys.readouterr().out == "已更新 1 条兼职的索引。\n"
    assert "周末端盘子" in ListingCard.objects.get(listing=listing).html
    assert ListingSearch.objects.get().listing_id == listing.pk


def test_an_employer_who_is_being_frozen_stays_so(committed, publish, employer):
    publish()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE accounts_employer SET status = 'frozen'")
        assert continue_backfills([SEARCH_ROWS]) == 0
        cursor.execute("COMMIT")
    other.close()
    assert continue_backfills([SEARCH_ROWS]) == 1
    assert not ListingSearch.objects.exists()
