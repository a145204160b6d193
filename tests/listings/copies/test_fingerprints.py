"""The same text is found again, whatever copies change; the look-up stays bounded."""

import io

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts.models import Employer
from listings.choices import ListingStatus
from listings.copies import copy_search, fingerprints
from listings.copies.fraud_contacts import learn_fraud_contacts
from listings.management.commands import reindex_fingerprints
from listings.models import Listing, ListingContact, ListingFingerprint, ListingRevision
from listings.publication.transitions import (
    move_listing,
    publish_listing,
    refuse_listing_edit,
    submit_revision,
)
from screening.context import TextSpread
from screening.models import BlockedItem, KnownContact
from sitekit.models import Picture
from tests.at_once import has_to_wait
from tests.conftest import build_listing_fields
from tools.demo.factories import make_employer

DUTIES = (
    "负责把早上到的牛奶和面包搬进冷柜，按日期前后摆好，过期的挑出来放进蓝色筐子，"
    "客人问路就带他们走到货架前面。下班前和店长一起点一遍数，少了的记在本子上。"
)
OTHER = (
    "晚上七点以后在图书馆门口帮忙登记还书，按编号插回原来的位置，遇到破损的先夹好纸条，"
    "交给值班老师。闭馆前把桌椅摆正，检查窗户有没有关好。"
)

pytestmark = pytest.mark.django_db


def build_listing_text(**fields):
    return fingerprints.build_fingerprint_text(
        Listing(**build_listing_fields(duties=DUTIES, **fields))
    )


@pytest.fixture
def posted(publish):
    """A published listing with that text and its fingerprint."""

    def made(**fields):
        listing = publish(**{"duties": DUTIES} | fields)
        fingerprints.store_fingerprints([listing.pk])
        return listing

    return made


def remove_listing_for_fraud(listing, fraud_type="brushing_rebate"):
    move_listing(listing.pk, ListingStatus.REMOVED_FRAUD, None, "骗人", fraud_type)
    fingerprints.store_fingerprints([listing.pk])


@pytest.mark.parametrize(
    "copied",
    [
        DUTIES.replace("早上", "早上8:30"),
        "您好！！" + DUTIES + "V：lihuo_2026，13812345678❤️",
        DUTIES.replace("冷柜", "长沙市岳麓区冷柜"),
        DUTIES.replace("，", "\n").replace("。", "!!"),
        "　".join(DUTIES),
        DUTIES.replace("负责", "負責").replace("数", "數"),
    ],
)
def test_what_copies_change_makes_no_other_text(copied):
    assert fingerprints.strip_copied_variations(copied) == fingerprints.strip_copied_variations(
        DUTIES
    )


def test_the_same_text_elsewhere_by_others_is_counted_without_ones_own(posted, employer, place):
    mine = posted()
    posted(region_id=place("changsha").adcode)  # the same employer in another city
    for number, city in enumerate(("changsha", "beijing")):
        posted(by=make_employer(f"第{number}家店"), region_id=place(city).adcode)
    posted(duties=OTHER)
    assert copy_search.count_copies(build_listing_text(), mine.pk) == TextSpread(
        listings=3, employers=2, cities=2
    )
    assert copy_search.count_copies(build_listing_text()).employers == 3
    assert [pk for pk, _share in copy_search.find_similar_texts(build_listing_text(), 9)][
        -1
    ] == mine.pk


def test_reposts_of_one_company_are_one_publisher(posted):
    for number in range(2):
        listing = posted()
        Listing.objects.filter(pk=listing.pk).update(
            employer=None, company_text="同一家", source_name="某网", source_id=str(number)
        )
    assert copy_search.count_copies(build_listing_text()).employers == 1


def test_what_is_withdrawn_or_rejected_does_not_stand_anywhere(posted):
    listing = posted()
    move_listing(listing.pk, ListingStatus.WITHDRAWN, None)
    assert copy_search.count_copies(build_listing_text()) == TextSpread()


def test_a_removed_text_is_known_by_its_fraud_until_an_appeal_brings_it_back(posted):
    listing = posted()
    assert copy_search.list_similar_removed(build_listing_text()) == []
    remove_listing_for_fraud(listing)
    assert copy_search.list_similar_removed(build_listing_text()) == [listing]
    assert copy_search.count_copies(build_listing_text()) == TextSpread(
        removed_for="brushing_rebate"
    )
    assert copy_search.count_copies(build_listing_text(), listing.pk) == TextSpread()
    publish_listing(listing.pk, None, "申诉成立")
    fingerprints.store_fingerprints([listing.pk])
    assert copy_search.list_similar_removed(build_listing_text()) == []
    assert copy_search.count_copies(build_listing_text()) == TextSpread(
        listings=1, employers=1, cities=1
    )


def test_what_was_removed_before_anybody_saw_it_is_shown_to_nobody(posted):
    shown, unseen = posted(), posted()
    for listing in (unseen, shown):
        remove_listing_for_fraud(listing)
    Listing.objects.filter(pk=unseen.pk).update(published_at=None)
    assert copy_search.list_similar_removed(build_listing_text(), limit=1) == [shown]


def test_a_removed_text_is_not_crowded_out_by_many_copies(posted, monkeypatch):
    monkeypatch.setattr(copy_search, "_OTHERS", copy_search._build_band_queries("NOT removed", 2))
    listing = posted()
    remove_listing_for_fraud(listing)
    rows = [
        Listing(pk=listing.pk + n, employer=listing.employer, **listing_content())
        for n in range(1, 9)
    ]
    Listing.objects.bulk_create(rows)
    fingerprints.store_fingerprints([row.pk for row in rows])
    copies = copy_search.count_copies(build_listing_text())
    assert copies.removed_for == "brushing_rebate"
    assert copies.listings == 2  # at least so many


def listing_content():
    return build_listing_fields(duties=DUTIES) | {"status": ListingStatus.PENDING}


def test_two_short_or_different_texts_are_not_the_same(posted, publish):
    posted(duties=OTHER)
    assert copy_search.find_similar_texts(build_listing_text(), 5) == []
    assert fingerprints.sketch_listing_text("周末发传单，日结") == []
    assert copy_search.find_similar_texts("周末发传单，日结", 5) == []


def test_the_text_that_waits_is_kept_and_the_public_one_when_it_was_refused(posted):
    listing = posted()
    submit_revision(listing, ListingRevision(**build_listing_fields(duties=OTHER)))
    fingerprints.store_fingerprints([listing.pk])
    assert copy_search.find_similar_texts(build_listing_text(), 5) == []
    refuse_listing_edit(listing.pk, None, "不是这份工作")
    fingerprints.store_fingerprints([listing.pk])
    assert [pk for pk, _share in copy_search.find_similar_texts(build_listing_text(), 5)] == [
        listing.pk
    ]


def test_a_draft_is_not_found(posted):
    listing = posted()
    Listing.objects.filter(pk=listing.pk).update(status=ListingStatus.DRAFT)
    fingerprints.store_fingerprints([listing.pk])
    assert copy_search.find_similar_texts(build_listing_text(), 5) == []
    assert not ListingContact.objects.exists()


def test_contacts_are_kept_as_hashes_and_follow_the_text(posted):
    listing = posted(contact_phone="13812345678", contact_wechat="lihuo_2026")
    kept = {row.kind: row.digest for row in listing.contact_hashes.all()}
    assert set(kept) == {"phone", "wechat"}
    assert "13812345678" not in str(kept) and len(kept["phone"]) == 32
    Listing.objects.filter(pk=listing.pk).update(contact_phone="13912345678")
    fingerprints.store_fingerprints([listing.pk])
    assert listing.contact_hashes.get(kind="phone").digest != kept["phone"]


def test_kept_again_nothing_is_written(posted, django_assert_num_queries):
    listings = [posted(), posted(duties=OTHER)]
    # begin, listings, waiting texts, fingerprints, end
    with django_assert_num_queries(5):
        assert fingerprints.store_fingerprints([listing.pk for listing in listings]) == 0


def test_a_look_up_is_two_queries_however_many_say_it(posted, django_assert_num_queries):
    mine = posted()
    for _ in range(4):
        posted()
    with django_assert_num_queries(2):  # candidates, their listings
        copy_search.count_copies(build_listing_text(), mine.pk)
    with django_assert_num_queries(1):  # candidates
        copy_search.find_similar_texts(build_listing_text(), 3)


def test_housekeeping_makes_what_is_lacking_and_stops_when_told(publish):
    listings = [publish(duties=DUTIES), publish(duties=OTHER)]
    ListingFingerprint.objects.all().delete()
    assert fingerprints.store_missing_fingerprints(lambda: True) == 0
    assert fingerprints.store_missing_fingerprints() == 2
    assert fingerprints.store_missing_fingerprints() == 0
    assert ListingFingerprint.objects.filter(pk__in=[row.pk for row in listings]).count() == 2


def test_missing_ones_are_written_after_who_changes_the_listing_just_now(committed, publish):
    """It has the listing, and stores the fingerprint at the end."""
    listing = publish()
    ListingFingerprint.objects.all().delete()
    with transaction.atomic():
        Listing.objects.select_for_update(no_key=True).get(pk=listing.pk)
        assert has_to_wait(fingerprints.store_missing_fingerprints)
        fingerprints.store_fingerprints([listing.pk])
    assert ListingFingerprint.objects.get().pk == listing.pk


def test_under_another_key_all_is_made_anew(posted, settings):
    listing = posted(contact_phone="13812345678")
    remove_listing_for_fraud(listing)
    call_command("reindex_fingerprints", stdout=io.StringIO())
    before = set(KnownContact.objects.values_list("digest", flat=True))
    assert before == set(ListingContact.objects.values_list("digest", flat=True))
    settings.CONTACT_KEY = b"7" * 32
    call_command("reindex_fingerprints", stdout=io.StringIO())
    after = set(KnownContact.objects.values_list("digest", flat=True))
    assert before and len(before) == len(after) and before.isdisjoint(after)
    assert after == set(ListingContact.objects.values_list("digest", flat=True))


def test_what_a_fraud_taught_by_its_photos_and_its_employer_is_learned_anew(posted, settings):
    listing = posted(contact_phone="13812345678")
    code = Picture.objects.create(
        digest="d", width=1, height=1, widths=[1], codes=["https://pay.example.com/x1"]
    )
    Listing.objects.filter(pk=listing.pk).update(photos=[code.pk])
    Employer.objects.filter(pk=listing.employer_id).update(contact_phone="+8613900001234")
    remove_listing_for_fraud(listing)
    listing.refresh_from_db()
    assert learn_fraud_contacts(listing) == 3
    digests = set(KnownContact.objects.values_list("digest", flat=True))
    BlockedItem.objects.create(kind="contact", shown="139****34", digest="x", reason="骗人")
    words = io.StringIO()
    call_command("reindex_fingerprints", stdout=words)
    assert set(KnownContact.objects.values_list("digest", flat=True)) == digests
    assert "记下 3 个" in words.getvalue() and "停用名单里有 1 个" in words.getvalue()
    settings.CONTACT_KEY = b"7" * 32
    call_command("reindex_fingerprints", stdout=words)
    after = set(KnownContact.objects.values_list("digest", flat=True))
    assert len(after) == 3 and after.isdisjoint(digests)


def test_what_an_appeal_gave_back_meanwhile_is_not_learned_again(posted, monkeypatch):
    frauds = [posted(contact_phone=f"1381234567{digit}") for digit in (8, 9)]
    for listing in frauds:
        remove_listing_for_fraud(listing)
    learned = []

    def learn_during_an_appeal(listing):
        """Of the other one; what was learned of it is forgotten with that."""
        learned.append(listing.pk)
        Listing.objects.exclude(pk=learned[0]).update(status="removed", fraud_type="")
        return learn_fraud_contacts(listing)

    monkeypatch.setattr(reindex_fingerprints, "learn_fraud_contacts", learn_during_an_appeal)
    call_command("reindex_fingerprints", stdout=io.StringIO())
    assert len(learned) == 1
    assert set(KnownContact.objects.values_list("source", flat=True)) == set(learned)


def test_several_are_looked_around_at_once(posted, django_assert_num_queries):
    own_listing, other = posted(), posted(by=make_employer("别家店"))
    with django_assert_num_queries(1):
        comparisons = copy_search.compare_listings([own_listing.pk])
    assert comparisons == [(own_listing.pk, other.pk, 1.0)]
    assert Employer.objects.count() == 2
