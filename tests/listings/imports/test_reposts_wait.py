"""What is imported waits for a person, unless its source is trusted; what is public stays public."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from listings.detail.detail_context import HIDDEN, get_public_state
from listings.imports.imported_review import judge_imported
from listings.models import Listing, ListingSource, RevisionAssessment
from listings.publication.repost_sources import change_source, is_in_sample
from listings.publication.transitions import (
    approve_listing_edit,
    move_listing,
    publish_listing,
    restore_listing,
)
from safety.moderation.waiting_cases import list_waiting_listings
from tests.listings.importing import MAPPING, SOURCE, build_csv_table, build_import_row
from tests.people import make_person
from tools.demo.factories import trust_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return make_person("mod", is_staff=True)


@pytest.fixture
def live(put, moderator):
    """A repost of an untrusted source that a moderator published."""
    listing = make_judged_listing(put)
    publish_listing(listing.pk, moderator)
    return listing


def make_judged_listing(put, **cells):
    put(build_csv_table(build_import_row(**cells)))
    judge_imported()
    return Listing.objects.get(source_id=cells.get("编号", "n1"))


def list_reason_codes(listing):
    assessment = RevisionAssessment.objects.filter(revision__listing=listing).latest("pk")
    return [reason["code"] for reason in assessment.reasons]


def get_listing_state(listing):
    listing.refresh_from_db()
    return listing.status, listing.title, listing.revisions.first().status


def test_the_first_import_of_a_source_waits_and_makes_it_known(put, moderator):
    listing = make_judged_listing(put)
    source = ListingSource.objects.get()
    assert (source.name, source.is_trusted, source.sample_every) == (SOURCE, False, 10)
    assert (listing.status, list_reason_codes(listing)) == ("pending", ["repost_source"])
    assert list(list_waiting_listings()) == [listing]
    publish_listing(listing.pk, moderator)
    assert Listing.objects.live().get() == listing


def test_each_source_of_a_file_is_known(put):
    columns = MAPPING.replace('title = "名称"', 'title = "名称"\nsource_name = "公司"')
    columns = columns.replace(f'source_name = "{SOURCE}"', "")
    put(
        build_csv_table(build_import_row(公司="甲报"), build_import_row(编号="n2", 公司="乙报")),
        mapping=columns,
    )
    assert {source.name for source in ListingSource.objects.all()} == {"甲报", "乙报"}


def test_importing_again_leaves_trust_and_answer(put):
    trust_source(SOURCE, sample_every=1)
    listing = make_judged_listing(put)
    before = list_reason_codes(listing), RevisionAssessment.objects.count()
    assert before[0] == ["repost_sample"]
    make_judged_listing(put)
    assert (list_reason_codes(listing), RevisionAssessment.objects.count()) == before
    assert ListingSource.objects.get().is_trusted


def test_of_a_trusted_source_just_the_sample_waits(put):
    source = trust_source(SOURCE, sample_every=3)
    numbers = [f"n{n}" for n in range(9)]
    put(build_csv_table(*(build_import_row(编号=number) for number in numbers)))
    assert judge_imported() == 9
    waiting = set(Listing.objects.filter(status="pending").values_list("source_id", flat=True))
    assert waiting == {number for number in numbers if is_in_sample(source, number)}
    assert 0 < len(waiting) < 9
    assert Listing.objects.live().count() == 9 - len(waiting)


@pytest.mark.parametrize(
    "cells", [{"名称": "仓库夜班分拣"}, {"说明": "在仓库分拣包裹，晚上10点到早上6点。"}]
)
def test_hours_at_night_of_a_trusted_source_wait(put, cells):
    trust_source(SOURCE)
    listing = make_judged_listing(put, **cells)
    assert (listing.status, list_reason_codes(listing)) == ("pending", ["night"])
    assert make_judged_listing(put, 编号="n2").status == "published"


def test_a_changed_text_waits_beside_the_public_one(put, live, moderator):
    make_judged_listing(put, 名称="周末洗碗工")
    assert get_listing_state(live) == ("published", "周末传菜员", "waiting")
    assert list_reason_codes(live) == ["repost_source"]
    approve_listing_edit(live.pk, moderator)
    assert get_listing_state(live) == ("published", "周末洗碗工", "approved")


def test_a_changed_text_of_the_sample_waits_beside_the_public_one(put, live):
    trust_source(SOURCE, sample_every=1)
    make_judged_listing(put, 名称="周末洗碗工")
    assert get_listing_state(live) == ("published", "周末传菜员", "waiting")
    assert list_reason_codes(live) == ["repost_sample"]


def test_a_source_that_loses_its_trust_keeps_what_is_public(put):
    source = trust_source(SOURCE)
    listing = make_judged_listing(put)
    change_source(source.pk, None, "出过假的", is_trusted=False)
    assert Listing.objects.live().get() == listing
    make_judged_listing(put, 名称="周末洗碗工")
    assert get_listing_state(listing) == ("published", "周末传菜员", "waiting")


def test_what_waits_is_not_published_by_a_trust_that_comes_later(put):
    listing = make_judged_listing(put)
    trust_source(SOURCE)
    assert judge_imported() == 0
    assert get_listing_state(listing)[0] == "pending"
    assert make_judged_listing(put, 编号="n2").status == "published"


def test_a_text_that_came_before_a_hold_waits_after_it(put, live, moderator):
    put(build_csv_table(build_import_row(名称="周末洗碗工")))
    move_listing(live.pk, "held", moderator, "核实")
    assert judge_imported() == 0
    restore_listing(live.pk, moderator, "没问题")
    assert judge_imported() == 1
    assert get_listing_state(live) == ("published", "周末传菜员", "waiting")
    assert list_reason_codes(live) == ["repost_source"]


def test_a_repost_that_was_removed_while_it_waited_never_was_public(put, client, moderator):
    """It came with the day of its source; restored it waits again, with the text that nobody has approved."""
    listing = make_judged_listing(put)
    assert listing.published_at
    move_listing(listing.pk, "removed_fraud", moderator, "要押金", "deposit")
    listing.refresh_from_db()
    assert get_public_state(listing) == HIDDEN
    assert client.get(listing.get_absolute_url()).status_code == 404
    restore_listing(listing.pk, moderator, "看错了")
    assert get_listing_state(listing) == ("pending", "周末传菜员", "waiting")
    publish_listing(listing.pk, moderator)
    assert Listing.objects.live().get() == listing


def test_a_missing_last_day_is_named_too(put):
    put(build_csv_table(build_import_row()), mapping=MAPPING.replace("validity_days = 30", ""))
    judge_imported()
    assert list_reason_codes(Listing.objects.get()) == ["repost_source", "validity"]


def test_more_rows_of_a_source_take_no_more_queries(put):
    def count_queries(*numbers):
        with CaptureQueriesContext(connection) as caught:
            put(build_csv_table(*(build_import_row(编号=number) for number in numbers)))
        return sum("listings_listingsource" in query["sql"] for query in caught)

    assert count_queries("n1") == count_queries(*(f"n{n}" for n in range(2, 12))) == 1
