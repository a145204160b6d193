"""A place that was merged into another: its addresses lead there, and what lies in it is found there."""

from datetime import timedelta

import pytest

from cities.directory.regions import read_newly_retired_regions, reset_region_cache
from cities.directory.regions_csv import CSV, load_regions_csv
from listings.models import SavedSearch
from listings.search.search_index import SEARCH_ROWS
from sitekit.maintenance.backfills import continue_backfills
from tests.clock import advance_clock
from tests.listings.lists import list_titles
from tests.listings.searches import make_saved_search, write_due_mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def retire(tmp_path):
    """Loads a directory in which a place was merged into another."""

    def retire_place(place, successor, *, is_read=True):
        rows = [line.split(",") for line in CSV.read_text("utf-8").splitlines()]
        columns = rows[0].index("adcode"), rows[0].index("successor")
        for row in rows:
            if row[columns[0]] == str(place.adcode):
                row[columns[1]] = str(successor.adcode)
        path = tmp_path / "regions.csv"
        path.write_text("\n".join(map(",".join, rows)), "utf-8")
        load_regions_csv(path)
        if is_read:
            reset_region_cache()

    yield retire_place
    reset_region_cache()


def test_its_listings_are_read_and_found_in_the_place_that_succeeds_it(
    client, publish, place, retire
):
    listing = publish(title="吉首的活")
    continue_backfills([SEARCH_ROWS])
    former = listing.get_absolute_url()
    retire(place("xiangxi"), place("changsha"))
    assert client.get(former).headers["Location"] == f"/changsha/jobs/{listing.pk}/"
    assert client.get(f"/changsha/jobs/{listing.pk}/").status_code == 200
    assert continue_backfills([SEARCH_ROWS]) == 1
    assert list_titles(client.get("/changsha/jobs/")) == ["吉首的活"]


def test_the_staff_find_its_listings_by_the_place_that_succeeds_it(
    admin_client, publish, place, retire
):
    listing = publish(title="吉首的活", region_id=place("jishou").pk)
    retire(place("jishou"), place("changsha"))
    for code in (place("changsha").pk, listing.region_id, place("hunan").pk):
        page = admin_client.get(f"/admin/listings/listing/?place={code}")
        assert [row.pk for row in page.context["cl"].result_list] == [listing.pk]


def test_a_worker_that_read_the_places_before_writes_rows_by_those_in_use(
    publish, place, retire, django_assert_num_queries
):
    listing = publish()
    continue_backfills([SEARCH_ROWS])
    retire(place("xiangxi"), place("changsha"), is_read=False)
    assert continue_backfills([SEARCH_ROWS]) == 1
    listing.search_row.refresh_from_db()
    assert listing.search_row.city_id == 430100
    with django_assert_num_queries(1):  # no more, as long as no place is retired
        read_newly_retired_regions()


def test_a_listing_of_the_place_itself_lies_in_no_part_of_the_other(client, publish, place, retire):
    listing = publish(title="湘西的活", region_id=place("xiangxi").adcode)
    retire(place("xiangxi"), place("changsha"))
    continue_backfills([SEARCH_ROWS])
    listing.search_row.refresh_from_db()
    assert (listing.search_row.city_id, listing.search_row.district_id) == (430100, None)


def test_a_filter_by_a_part_that_was_merged_means_the_other(client, publish, place, retire):
    """Not all of the city, which mails of a saved search would then bring."""
    publish(title="吉首的活")
    publish(title="凤凰的活", region_id=place("fenghuang").adcode)
    publish(title="永顺的活", region_id=place("yongshun").adcode)
    address = f"/xiangxi/jobs/?settlement=daily&district={place('jishou').adcode}"
    retire(place("jishou"), place("fenghuang"))
    continue_backfills([SEARCH_ROWS])
    response = client.get(address)
    assert sorted(list_titles(response)) == ["凤凰的活", "吉首的活"]
    assert "<h1>湘西凤凰日结兼职</h1>" in response.content.decode()


def test_its_saved_searches_go_on_there(clock_at_noon, monkeypatch, publish, place, retire):
    make_saved_search()
    retire(place("xiangxi"), place("changsha"))
    advance_clock(monkeypatch, timedelta(minutes=1))
    publish(title="长沙的活", region_id=place("changsha").adcode)
    (mail,) = write_due_mails()
    assert "长沙的活" in mail.text


@pytest.mark.parametrize("rest", ["", "feed.atom", "?sort=pay"])
def test_the_list_of_a_part_leads_to_its_successor(client, rest):
    response = client.get(f"/hubei/jobs/in/xiangfan/{rest}")
    assert response.status_code == 301
    assert response.headers["Location"] == f"/hubei/jobs/in/xiangyang/{rest}"


def test_a_search_is_saved_for_the_place_in_use(client):
    client.post("/searches/new/?city=xiangfan", {"email": "a@example.com", "frequency": "daily"})
    assert [row.region.slug for row in SavedSearch.objects.all()] == ["xiangyang"]


def test_who_types_its_former_name_in_pinyin_finds_the_place_in_use(client, publish, place):
    publish(title="襄阳的活", region_id=place("xiangyang").adcode)
    response = client.get("/jobs/?q=xiangfan")
    assert list_titles(response) == ["襄阳的活"]
    assert "<h1>襄阳兼职</h1>" in response.content.decode()
